package dbtest_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/storage"
	"buildplate/storage/failpoint"
)

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
func (p *promises) check(t *testing.T, step string, f dataFolder) {
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
			if err := f.d.Read(ctx, func(tx *db.Tx) error { _, err := tx.BlobIn(ctx, string(b), info.ID); return err }); err != nil {
				t.Errorf("%s: a file without a row after the sweep: %s: %v", step, info.ID, err)
			}
		}
	}
	for _, path := range dbtest.Strays(t, f.dir, f.s) {
		t.Errorf("%s: stray %s", step, path)
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
func (p *promises) finishUploads(t *testing.T, step string, f dataFolder) (resumed int) {
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
