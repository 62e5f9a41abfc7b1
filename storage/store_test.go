package storage_test

import (
	"bytes"
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
	"testing"
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
