package dbtest_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/storage"
	"buildplate/storage/failpoint"
)

// These tests kill a process that stores, removes and sweeps files, as `kill -9`
// does, and then ask the disk and the database what is left of the promises the
// process had made. A promise is a line the child writes after the commit; a
// line in a pipe survives the one who wrote it.

const crashChild = "BUILDPLATE_CRASH_CHILD" // the data folder

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashChild); dir != "" {
		if err := trade(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(3) // a child ends by being killed, or something is wrong
	}
	os.Exit(m.Run())
}

// shopFloor is a data folder opened for work.
type shopFloor struct {
	d *db.DB
	s *storage.Store
}

func openFloor(dir, schema string) (f shopFloor, err error) {
	quiet := slog.New(slog.DiscardHandler)
	if f.s, err = storage.Open(dir, storage.Options{Reserve: -1, Log: quiet}); err != nil {
		return f, err
	}
	f.d, err = db.Open(context.Background(), filepath.Join(dir, "shop.db"), schema, db.Options{Log: quiet})
	return f, err
}

func (f shopFloor) close() error { return errors.Join(f.d.Close(), f.s.Close()) }

// contentOf is a file's content, known from its id alone, 1 to 200,000 bytes.
func contentOf(id string) []byte {
	u := uuid.MustParse(id)
	r := rand.NewChaCha8(sha256.Sum256(u[:]))
	b := make([]byte, 1+r.Uint64()%200_000)
	_, _ = r.Read(b)
	return b
}

func sumOf(id string) string {
	sum := sha256.Sum256(contentOf(id))
	return hex.EncodeToString(sum[:])
}

// trade works until it is killed.
func trade(dir string) error {
	f, err := openFloor(dir, "")
	if err != nil {
		return err
	}
	var out sync.Mutex
	say := func(format string, args ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	failed := make(chan error)
	for range 4 {
		go func() { failed <- f.trader(say) }()
	}
	say("open")
	return <-failed
}

// trader does one thing after another, each as the shop does it.
func (f shopFloor) trader(say func(string, ...any)) error {
	ctx := context.Background()
	var mine []storage.Object
	steps := []func() error{
		func() error { // what the shop makes itself
			id := uuid.Must(uuid.NewV7()).String()
			obj, err := f.s.Put(ctx, storage.PDFs, id, bytes.NewReader(contentOf(id)))
			if err != nil {
				return err
			}
			mine = append(mine, obj)
			return f.insert(ctx, obj, "", say)
		},
		func() error { // what a customer uploads
			id := uuid.Must(uuid.NewV7()).String()
			if err := f.begin(ctx, id); err != nil {
				return err
			}
			obj, err := f.resume(ctx, id, 0, say)
			mine = append(mine, obj)
			return err
		},
		func() error { // an upload that becomes part of an order
			if len(mine) == 0 {
				return nil
			}
			src := mine[rand.IntN(len(mine))]
			dst := src
			dst.Bucket, dst.ID = storage.OrderFiles, uuid.Must(uuid.NewV7()).String()
			if err := f.s.Copy(ctx, src.Bucket, src.ID, dst.Bucket, dst.ID); err != nil {
				return err
			}
			return f.insert(ctx, dst, "", say)
		},
		func() error { // a removal
			if len(mine) < 3 {
				return nil
			}
			obj := mine[0]
			mine = mine[1:]
			say("removing %s", obj.ID)
			if err := f.d.Write(ctx, func(tx *db.Tx) error { return tx.TrashBlob(ctx, obj.ID, tx.Now) }); err != nil {
				return err
			}
			say("removed %s", obj.ID)
			return f.unlink(ctx, obj.Bucket, obj.ID)
		},
		func() error { // what a sweep does to a file without a row
			id := uuid.Must(uuid.NewV7()).String()
			if _, err := f.s.Put(ctx, storage.Attachments, id, bytes.NewReader(contentOf(id))); err != nil {
				return err
			}
			old := time.Now().Add(-time.Hour)
			err := errors.Join(f.s.Quarantine(storage.Attachments, id, time.Now()), f.s.Restore(storage.Attachments, id),
				f.s.Quarantine(storage.Attachments, id, old))
			if err != nil {
				return err
			}
			if _, err = f.s.PurgeQuarantine(time.Now().Add(-time.Minute)); errors.Is(err, storage.ErrBusy) {
				return nil // another trader is at it
			}
			return err
		},
		func() error { // an upload given up
			id := uuid.Must(uuid.NewV7()).String()
			if err := f.begin(ctx, id); err != nil {
				return err
			}
			if err := f.d.Write(ctx, func(tx *db.Tx) error { return tx.DeleteUpload(ctx, id) }); err != nil {
				return err
			}
			return f.s.RemoveStaging(id)
		},
		func() error {
			_, err := f.s.DropBallast()
			if fill := f.s.FillBallast(ctx); fill != nil && !errors.Is(fill, storage.ErrBusy) {
				err = errors.Join(err, fill)
			}
			return err
		},
	}
	for {
		if err := steps[rand.IntN(len(steps))](); err != nil {
			return err
		}
	}
}

func (f shopFloor) begin(ctx context.Context, id string) error {
	u := db.Upload{ID: id, Name: "part.stl", Expected: int64(len(contentOf(id))), Expires: time.Now().Add(time.Hour)}
	if err := f.d.Write(ctx, func(tx *db.Tx) error { return tx.ReserveUpload(ctx, u, db.Quota{}) }); err != nil {
		return err
	}
	return f.s.CreateStaging(id, u.Expected)
}

// resume sends the rest of an upload in parts and makes it a blob of the same id.
func (f shopFloor) resume(ctx context.Context, id string, from int64, say func(string, ...any)) (storage.Object, error) {
	content := contentOf(id)
	for from < int64(len(content)) {
		part := content[from:min(from+60_000, int64(len(content)))]
		to, err := f.s.AppendAt(ctx, id, from, bytes.NewReader(part), int64(len(part)))
		if err != nil {
			return storage.Object{}, err
		}
		err = f.d.Write(ctx, func(tx *db.Tx) error { return tx.AdvanceUpload(ctx, id, from, to, tx.Now.Add(time.Hour)) })
		if err != nil {
			return storage.Object{}, err
		}
		say("durable %s %d", id, to)
		from = to
	}
	obj, err := f.s.Finish(ctx, id, storage.Tmp, id)
	if err != nil {
		return obj, err
	}
	return obj, f.insert(ctx, obj, id, say)
}

func (f shopFloor) insert(ctx context.Context, obj storage.Object, upload string, say func(string, ...any)) error {
	err := f.d.Write(ctx, func(tx *db.Tx) error {
		if upload != "" {
			if err := tx.DeleteUpload(ctx, upload); err != nil {
				return err
			}
		}
		return tx.InsertBlob(ctx, db.Blob{ID: obj.ID, Bucket: string(obj.Bucket), Size: obj.Size, SHA256: obj.SHA256})
	})
	if err == nil {
		say("stored %s %s", obj.ID, obj.SHA256)
	}
	return err
}

func (f shopFloor) unlink(ctx context.Context, b storage.Bucket, id string) error {
	if err := f.s.Remove(b, id); err != nil {
		return err
	}
	return f.d.Write(ctx, func(tx *db.Tx) error { return tx.ForgetBlob(ctx, id) })
}

// recoverFloor does what the shop does at start: finish removals, sweep.
func (f shopFloor) recoverFloor(ctx context.Context) (swept storage.Swept, removed int, err error) {
	for {
		var due []db.Deletion
		if err := f.d.Read(ctx, func(tx *db.Tx) (err error) { due, err = tx.DueDeletions(ctx, 100); return err }); err != nil {
			return swept, removed, err
		}
		for _, q := range due {
			if err := f.unlink(ctx, storage.Bucket(q.Bucket), q.BlobID); err != nil {
				return swept, removed, err
			}
			removed++
		}
		if len(due) == 0 {
			break
		}
	}
	swept, err = f.s.Sweep(ctx, storage.SweepPlan{
		HasRow: func(ctx context.Context, b storage.Bucket, id string) (known bool, err error) {
			err = f.d.Read(ctx, func(tx *db.Tx) (err error) { known, err = tx.BlobKnown(ctx, string(b), id); return err })
			return known, err
		},
		HasUpload: func(ctx context.Context, id string) (known bool, err error) {
			err = f.d.Read(ctx, func(tx *db.Tx) (err error) { known, err = tx.UploadKnown(ctx, id); return err })
			return known, err
		},
		Now: time.Now().Add(time.Minute), Confirmed: true,
	})
	return swept, removed, err
}

// promises is what all children so far have said.
type promises struct {
	stored   map[string]string // id to SHA-256
	removing map[string]bool   // true once it was confirmed
	durable  map[string]int64  // bytes of uploads
	lines    int
}

func (p *promises) hear(line string) error {
	p.lines++
	var id, sum string
	var n int64
	switch word, rest, _ := strings.Cut(line, " "); word {
	case "open":
		return nil
	case "stored":
		_, err := fmt.Sscan(rest, &id, &sum)
		p.stored[id] = sum
		return err
	case "removing":
		p.removing[rest] = false
		return nil
	case "removed":
		p.removing[rest] = true
		return nil
	case "durable":
		_, err := fmt.Sscan(rest, &id, &n)
		p.durable[id] = n
		return err
	}
	return fmt.Errorf("the child says %q", line)
}

// runChild lets a child trade until it kills itself at a failpoint or, without
// one, until it is killed after some promises.
func (p *promises) runChild(t *testing.T, dir, failAt string, afterLines int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashChild+"="+dir, failpoint.Env+"="+failAt)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	lines := bufio.NewReader(stdout)
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a half line was never a promise
		}
		if err := p.hear(strings.TrimSuffix(line, "\n")); err != nil {
			t.Error(err)
		}
		if failAt == "" && n == afterLines {
			_ = cmd.Process.Kill()
		}
	}
	err = cmd.Wait()
	if !late.Stop() {
		t.Errorf("the child never came to %q", failAt)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() == 3 || stderr.Len() > 0 {
		t.Errorf("the child ended by itself: %v: %s", err, stderr.String())
	}
}

// check holds what is on the disk against the promises, after recovery.
func (p *promises) check(t *testing.T, step string, f shopFloor) {
	t.Helper()
	ctx := context.Background()
	for id, sum := range p.stored {
		confirmed, removing := p.removing[id]
		var blob db.Blob
		err := f.d.Read(ctx, func(tx *db.Tx) (err error) { blob, err = tx.Blob(ctx, id); return err })
		switch {
		case removing && err != nil && shop.IsKind(err, shop.NotFound):
			for _, b := range storage.Buckets() {
				if _, err := f.s.Stat(b, id); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s: %s was removed but its file is there: %v", step, id, err)
				}
			}
			continue
		case confirmed:
			t.Errorf("%s: %s was removed but its row is there: %+v, %v", step, id, blob, err)
		case err != nil:
			t.Errorf("%s: %s was stored but: %v", step, id, err)
		case blob.State != db.BlobLive || blob.SHA256 != sum:
			t.Errorf("%s: %s was stored but its row is %+v", step, id, blob)
		}
	}
	files := 0
	for _, b := range storage.Buckets() {
		for info, err := range f.s.List(b) {
			if err != nil {
				t.Fatal(err)
			}
			files++
			if err := f.d.Read(ctx, func(tx *db.Tx) error { _, err := tx.LiveBlob(ctx, string(b), info.ID); return err }); err != nil {
				t.Errorf("%s: a file without a row after the sweep: %s: %v", step, info.ID, err)
			}
		}
		for name := range f.s.Strays(b) {
			t.Errorf("%s: stray %s", step, name)
		}
	}
	rows := 0
	var blobs []db.Blob
	for after := ""; ; {
		if err := f.d.Read(ctx, func(tx *db.Tx) (err error) { blobs, err = tx.BlobsAfter(ctx, after, 100); return err }); err != nil {
			t.Fatal(err)
		}
		if len(blobs) == 0 {
			break
		}
		for _, b := range blobs {
			rows++
			after = b.ID
			obj := storage.Object{Bucket: storage.Bucket(b.Bucket), ID: b.ID, Size: b.Size, SHA256: b.SHA256}
			if err := f.s.Verify(ctx, obj); err != nil {
				t.Errorf("%s: a row without its file: %v", step, err)
			}
		}
	}
	if rows != files {
		t.Errorf("%s: %d rows, %d files", step, rows, files)
	}
}

// finishUploads goes on with what customers had begun, from the byte the row
// says, and expects the very file they had.
func (p *promises) finishUploads(t *testing.T, step string, f shopFloor) (resumed int) {
	t.Helper()
	ctx := context.Background()
	var open []db.Upload
	f.d.SetNow(func() time.Time { return time.Now().Add(2 * time.Hour) })
	if err := f.d.Read(ctx, func(tx *db.Tx) (err error) { open, err = tx.ExpiredUploads(ctx, 1000); return err }); err != nil {
		t.Fatal(err)
	}
	f.d.SetNow(time.Now)
	for _, u := range open {
		if u.Durable < p.durable[u.ID] {
			t.Errorf("%s: %d bytes of %s were promised, %d are there", step, p.durable[u.ID], u.ID, u.Durable)
		}
		if _, err := f.s.StatStaging(u.ID); errors.Is(err, fs.ErrNotExist) && u.Durable == 0 {
			if err := f.s.CreateStaging(u.ID, u.Expected); err != nil { // killed between the row and the file
				t.Fatal(err)
			}
		}
		obj, err := f.resume(ctx, u.ID, u.Durable, func(format string, args ...any) {
			if err := p.hear(fmt.Sprintf(format, args...)); err != nil {
				t.Error(err)
			}
		})
		if err != nil || obj.SHA256 != sumOf(u.ID) {
			t.Errorf("%s: upload %s: %+v, %v", step, u.ID, obj, err)
		}
		resumed++
	}
	return resumed
}

// failpoints are the names in the source of package storage.
func failpoints(t *testing.T) []string {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(dbtest.Root(t), "storage", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range sources {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`failpoint\.Reach\("([^"]+)"\)`).FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
	}
	sort.Strings(names)
	if len(names) < 15 {
		t.Fatalf("only %d failpoints were found: %v", len(names), names)
	}
	return names
}

// TestNothingIsLostByAKill kills the shop at every failpoint of package storage
// and at a dozen moments of no one's choosing, in one data folder.
func TestNothingIsLostByAKill(t *testing.T) {
	dir, schema := t.TempDir(), dbtest.Schema(t)
	f, err := openFloor(dir, schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	p := &promises{stored: map[string]string{}, removing: map[string]bool{}, durable: map[string]int64{}}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	var kills []string
	for _, name := range failpoints(t) {
		kills = append(kills, fmt.Sprintf("%s:%d", name, 1+r.IntN(4)))
	}
	for range 12 {
		kills = append(kills, "")
	}
	r.Shuffle(len(kills), func(i, j int) { kills[i], kills[j] = kills[j], kills[i] })

	var orphans, uploads, removed, resumed int
	for i, failAt := range kills {
		step := fmt.Sprintf("kill %d (%s)", i+1, failAt)
		p.runChild(t, dir, failAt, 1+r.IntN(120))
		f, err := openFloor(dir, schema)
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		swept, n, err := f.recoverFloor(t.Context())
		if err != nil {
			t.Errorf("%s: recovery: %v", step, err)
		}
		orphans, uploads, removed = orphans+len(swept.Quarantined), uploads+swept.Uploads, removed+n
		resumed += p.finishUploads(t, step, f)
		p.check(t, step, f)
		dbtest.Check(t, f.d)
		if err := f.close(); err != nil {
			t.Errorf("%s: %v", step, err)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d promises (%d files, %d removals); after restarts: %d files without a row, %d dead uploads, %d removals finished, %d uploads resumed",
		len(kills), p.lines, len(p.stored), len(p.removing), orphans, uploads, removed, resumed)
}
