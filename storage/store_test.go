package storage_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/uuid"

	"buildplate/storage"
)

const lockChild = "BUILDPLATE_LOCK_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(lockChild); dir != "" {
		_, err := storage.Open(dir, storage.Options{})
		fmt.Print(err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func open(t *testing.T, dir string, opts storage.Options) *storage.Store {
	t.Helper()
	if opts.Reserve == 0 {
		opts.Reserve = -1
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	s, err := storage.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newID(t *testing.T) string {
	t.Helper()
	u, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func put(t *testing.T, s *storage.Store, b storage.Bucket, content string) storage.Object {
	t.Helper()
	obj, err := s.Put(t.Context(), b, newID(t), strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return obj
}

func content(t *testing.T, s *storage.Store, b storage.Bucket, id string) string {
	t.Helper()
	f, err := s.Open(b, id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// files lists every file below the data folder but the lock.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "lock" {
			rel, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestPutOpenStatVerifyRemove(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, storage.Options{})
	for _, b := range storage.Buckets() {
		want := "the " + string(b)
		obj := put(t, s, b, want)
		if obj.Size != int64(len(want)) || obj.SHA256 != hexSum([]byte(want)) {
			t.Errorf("%s: put says %+v", b, obj)
		}
		if got := content(t, s, b, obj.ID); got != want {
			t.Errorf("%s: read %q, want %q", b, got, want)
		}
		path := filepath.Join(dir, "buckets", string(b), obj.ID[34:], obj.ID)
		if _, err := os.Stat(path); err != nil {
			t.Errorf("the blob is not where the layout says: %v", err)
		}
		if info, err := s.Stat(b, obj.ID); err != nil || info.Size != obj.Size || time.Since(info.ModTime) > time.Minute {
			t.Errorf("stat: %+v, %v", info, err)
		}
		if err := s.Verify(t.Context(), obj); err != nil {
			t.Errorf("verify: %v", err)
		}
		if _, err := s.Put(t.Context(), b, obj.ID, strings.NewReader("other")); !errors.Is(err, storage.ErrExists) {
			t.Errorf("overwrite: %v, want ErrExists", err)
		}
		for range 2 { // removing is idempotent
			if err := s.Remove(b, obj.ID); err != nil {
				t.Errorf("remove: %v", err)
			}
		}
		if _, err := s.Open(b, obj.ID); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("open after remove: %v", err)
		}
	}
	if err := s.Remove(storage.Tmp, newID(t)); err != nil {
		t.Errorf("removing what never was: %v", err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, storage.Options{})
	for name, damage := range map[string]func([]byte) []byte{
		"a flipped bit": func(b []byte) []byte { b[3] ^= 1; return b },
		"a short file":  func(b []byte) []byte { return b[:len(b)-1] },
		"a longer file": func(b []byte) []byte { return append(b, 0) },
	} {
		obj := put(t, s, storage.PDFs, "an invoice")
		path := filepath.Join(dir, "buckets/pdfs", obj.ID[34:], obj.ID)
		if err := os.WriteFile(path, damage([]byte("an invoice")), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(t.Context(), obj); !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", name, err)
		}
	}
}

func TestOnlyNamesOfOursReachTheDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir, storage.Options{})
	canary := filepath.Join(filepath.Dir(dir), "canary")
	if err := os.WriteFile(canary, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := newID(t)
	bad := []string{
		"", ".", "..", "/etc/passwd", "../../../canary", "..%2f..%2fcanary", "a\x00b", strings.ToUpper(good),
		"urn:uuid:" + good, "{" + good + "}", strings.ReplaceAll(good, "-", ""), "x" + good + "/", good + "/", good + "\n", good + ".put",
	}
	for _, id := range bad {
		_, errPut := s.Put(t.Context(), storage.Tmp, id, strings.NewReader("x"))
		_, errOpen := s.Open(storage.Tmp, id)
		_, errAppend := s.AppendAt(t.Context(), id, 0, strings.NewReader("x"), 1)
		errs := []error{errPut, errOpen, errAppend, s.Remove(storage.Tmp, id), s.CreateStaging(id, 0), s.RemoveStaging(id)}
		for i, err := range errs {
			if !errors.Is(err, storage.ErrBadName) {
				t.Errorf("%q, call %d: %v, want ErrBadName", id, i, err)
			}
		}
	}
	for _, b := range []storage.Bucket{"", "..", "staging", "tmp/", "../.."} {
		if _, err := s.Open(b, good); !errors.Is(err, storage.ErrBadName) {
			t.Errorf("bucket %q: %v, want ErrBadName", b, err)
		}
	}
	// A symbolic link planted in a bucket must not lead out of the data folder.
	if runtime.GOOS != "windows" {
		shard := filepath.Join(dir, "buckets/tmp", good[34:])
		if err := errors.Join(os.MkdirAll(shard, 0o700), os.Symlink(canary, filepath.Join(shard, good))); err != nil {
			t.Fatal(err)
		}
		if f, err := s.Open(storage.Tmp, good); err == nil {
			f.Close()
			t.Error("a link out of the data folder was followed")
		}
		if _, err := s.Stat(storage.Tmp, good); !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("stat of a link: %v, want ErrCorrupt", err)
		}
	}
}

func TestUploadInParts(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	ctx, id := t.Context(), newID(t)
	if err := s.CreateStaging(id, 10); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateStaging(id, 10); !errors.Is(err, storage.ErrExists) {
		t.Errorf("create twice: %v", err)
	}
	expect := func(step string, got int64, err error, want int64, wantErr error) {
		t.Helper()
		if got != want || !errors.Is(err, wantErr) {
			t.Errorf("%s: %d, %v; want %d, %v", step, got, err, want, wantErr)
		}
	}
	n, err := s.AppendAt(ctx, id, 0, strings.NewReader("hello "), 10)
	expect("first part", n, err, 6, nil)
	_, err = s.AppendAt(ctx, id, 7, strings.NewReader("x"), 10)
	expect("a gap", 0, err, 0, storage.ErrOffset)
	n, err = s.AppendAt(ctx, id, 6, strings.NewReader("world, and more"), 5)
	expect("too much", n, err, 6, storage.ErrTooLarge)
	n, err = s.AppendAt(ctx, id, 6, io.MultiReader(strings.NewReader("wor"), iotest.ErrReader(io.ErrUnexpectedEOF)), 5)
	expect("a dropped connection", n, err, 9, io.ErrUnexpectedEOF)
	// The last acknowledgement was lost: the client sends the part again from 6.
	n, err = s.AppendAt(ctx, id, 6, strings.NewReader("world"), 5)
	expect("the part again", n, err, 11, nil)
	if st, err := s.StatStaging(id); err != nil || st.Size != 11 {
		t.Errorf("stat: %+v, %v", st, err)
	}
	_, err = s.AppendAt(ctx, newID(t), 0, strings.NewReader("x"), 10)
	expect("an unknown upload", 0, err, 0, fs.ErrNotExist)

	blob := newID(t)
	for range 2 { // a repeated Finish gives the same answer
		obj, err := s.Finish(ctx, id, storage.Tmp, blob)
		if err != nil || obj.Size != 11 || obj.SHA256 != hexSum([]byte("hello world")) || obj.ID != blob || obj.Bucket != storage.Tmp {
			t.Errorf("finish: %+v, %v", obj, err)
		}
	}
	if got := content(t, s, storage.Tmp, blob); got != "hello world" {
		t.Errorf("the blob is %q", got)
	}
	if _, err := s.OpenStaging(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the upload is still there: %v", err)
	}
	if _, err := s.Finish(ctx, newID(t), storage.Tmp, newID(t)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("finish of nothing: %v", err)
	}
}

func TestFinishNeverOverwrites(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	obj := put(t, s, storage.Tmp, "first")
	id := newID(t)
	if err := s.CreateStaging(id, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context(), id, storage.Tmp, obj.ID); !errors.Is(err, storage.ErrExists) {
		t.Errorf("%v, want ErrExists", err)
	}
	if got := content(t, s, storage.Tmp, obj.ID); got != "first" {
		t.Errorf("the blob is now %q", got)
	}
}

func TestTwoWritersOfOneUploadNeverMeet(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	id := newID(t)
	if err := s.CreateStaging(id, 0); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := s.AppendAt(context.Background(), id, 0, r, 100)
		done <- err
	}()
	if _, err := w.Write([]byte("slow")); err != nil { // the first writer is now inside
		t.Fatal(err)
	}
	if _, err := s.AppendAt(t.Context(), id, 0, strings.NewReader("fast"), 100); !errors.Is(err, storage.ErrBusy) {
		t.Errorf("second writer: %v, want ErrBusy", err)
	}
	if _, err := s.Finish(t.Context(), id, storage.Tmp, newID(t)); !errors.Is(err, storage.ErrBusy) {
		t.Errorf("finish meanwhile: %v, want ErrBusy", err)
	}
	w.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestCopyOutlivesItsSource(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	src, dst := put(t, s, storage.Tmp, "a model"), newID(t)
	if err := s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, dst); err != nil {
		t.Fatal(err)
	}
	if err := s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, dst); !errors.Is(err, storage.ErrExists) {
		t.Errorf("copy onto a blob: %v", err)
	}
	if err := s.Remove(storage.Tmp, src.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context(), storage.Object{Bucket: storage.OrderFiles, ID: dst, Size: src.Size, SHA256: src.SHA256}); err != nil {
		t.Error(err)
	}
	if err := s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, newID(t)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("copy of nothing: %v", err)
	}
}

// Where the file system has no links the bytes are copied.
func TestCopyWithoutLinks(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{Fault: func(op storage.Op, _ string) error {
		if op == storage.OpLink {
			return errors.ErrUnsupported
		}
		return nil
	}})
	src, dst := put(t, s, storage.Tmp, "a model"), newID(t)
	if err := s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, dst); err != nil {
		t.Fatal(err)
	}
	if got := content(t, s, storage.OrderFiles, dst); got != "a model" {
		t.Errorf("the copy is %q", got)
	}
}

// Two orders may take the same slice's G-code at the same moment. Each copy stops right before its link until all have
// come as far: with a source that is one copier's own, none but the first would.
func TestManyCopyFromOneBlobAtOnce(t *testing.T) {
	const copiers = 8
	var here sync.WaitGroup
	here.Add(copiers)
	all := make(chan struct{})
	go func() { here.Wait(); close(all) }()
	var s *storage.Store
	var src storage.Object
	var removal error
	var once sync.Once
	s = open(t, t.TempDir(), storage.Options{Fault: func(op storage.Op, _ string) error {
		if op != storage.OpLink {
			return nil
		}
		here.Done()
		select {
		case <-all:
			once.Do(func() { removal = s.Remove(src.Bucket, src.ID) })
			return nil
		case <-time.After(10 * time.Second):
			return errors.New("the others did not come")
		}
	}})
	src = put(t, s, storage.Tmp, "G-code")
	ids, errs := make([]string, copiers), make([]error, copiers)
	var done sync.WaitGroup
	for i := range copiers {
		ids[i] = newID(t)
		done.Go(func() { errs[i] = s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, ids[i]) })
	}
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if got := content(t, s, storage.OrderFiles, id); got != "G-code" {
			t.Errorf("a copy holds %q", got)
		}
	}
	if !errors.Is(removal, storage.ErrBusy) {
		t.Errorf("removing a blob while it is copied: %v", removal)
	}
	if err := s.Remove(src.Bucket, src.ID); err != nil {
		t.Errorf("removing it afterwards: %v", err)
	}
}

func TestListAndStrays(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, storage.Options{})
	want := map[string]bool{}
	for i := range 40 {
		want[put(t, s, storage.Attachments, fmt.Sprint("file ", i)).ID] = true
	}
	stray := filepath.Join(dir, "buckets/attachments/zz")
	misplaced := newID(t)
	if err := errors.Join(os.MkdirAll(stray, 0o700), os.WriteFile(filepath.Join(stray, "Thumbs.db"), nil, 0o600),
		os.WriteFile(filepath.Join(stray, misplaced), nil, 0o600), os.WriteFile(filepath.Join(dir, "buckets/attachments/note.txt"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for info, err := range s.List(storage.Attachments) {
		if err != nil {
			t.Fatal(err)
		}
		if !want[info.ID] {
			t.Errorf("%s is listed twice or was never stored", info.ID)
		}
		delete(want, info.ID)
	}
	if len(want) != 0 {
		t.Errorf("%d blobs are not listed", len(want))
	}
	var strays []string
	for name, err := range s.Strays(storage.Attachments) {
		if err != nil {
			t.Fatal(err)
		}
		strays = append(strays, name)
	}
	if len(strays) != 3 {
		t.Errorf("strays: %v, want three", strays)
	}
}

func TestASecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, storage.Options{})
	child := func() string {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), lockChild+"="+dir)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	want := fmt.Sprintf("%s: another process is using this data folder; stop it first, or choose another folder (process %d)", dir, os.Getpid())
	if got := child(); got != want {
		t.Errorf("the child says %q, want %q", got, want)
	}
	if _, err := storage.Open(dir, storage.Options{}); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("the same process again: %v, want ErrLocked", err)
	}
	s.Close()
	if got := child(); got != "<nil>" {
		t.Errorf("after Close the child says %q", got)
	}
}

// A file of 96 MiB must not cost 96 MiB of memory on its way through.
func TestMemoryIsFlat(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	const size = 96 << 20
	src := io.LimitReader(zeros{}, size)
	id, blob := newID(t), newID(t)
	if err := s.CreateStaging(id, size); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if n, err := s.AppendAt(t.Context(), id, 0, src, size); err != nil || n != size {
		t.Fatal(n, err)
	}
	if _, err := s.Finish(t.Context(), id, storage.Tmp, blob); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), storage.Tmp, newID(t), io.LimitReader(zeros{}, size)); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d KiB were allocated for three passes over 96 MiB, want under 4 MiB", used>>10)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestClosedStoreRefusesWrites(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), storage.Tmp, newID(t), bytes.NewReader(nil)); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
}

func BenchmarkPut(b *testing.B) {
	s, err := storage.Open(b.TempDir(), storage.Options{Reserve: -1})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for _, size := range []int{4 << 10, 4 << 20} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			content := make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := s.Put(b.Context(), storage.Tmp, uuid.Must(uuid.NewV7()).String(), bytes.NewReader(content)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
