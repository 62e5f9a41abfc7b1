package file_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// put stores n files of the shop's own.
func put(t *testing.T, s *apptest.Scenario, n int) (blobs []db.Blob) {
	t.Helper()
	for i := range n {
		b, err := s.Files.Put(t.Context(), storage.PDFs, "paper.pdf", func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "paper %d", i)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		blobs = append(blobs, b)
	}
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		for _, b := range blobs {
			if err := tx.InsertBlob(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
	return blobs
}

// pathOf is where a blob's file is.
func pathOf(s *apptest.Scenario, bucket, id string) string {
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(s.Path), "*", bucket, "*", id))
	return append(found, "")[0]
}

// spoil changes a byte of a file and gives what puts it back.
func spoil(t *testing.T, s *apptest.Scenario, bucket, id string) (restore func()) {
	t.Helper()
	path := pathOf(s, bucket, id)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(bytes []byte) {
		t.Helper()
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bad := append([]byte{}, whole...)
	bad[len(bad)/2] ^= 1
	write(bad)
	return func() { write(whole) }
}

func stateOf(s *apptest.Scenario, id string) (b db.Blob) {
	s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		b, err = tx.Blob(ctx, id)
		return err
	})
	return b
}

// Whatever their number, thirty nights read all files once, each night a share.
func TestEachFileIsReadOnceAMonth(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Quiet: true})
	blobs := put(t, s, 157)
	restore := spoil(t, s, "pdfs", blobs[100].ID)
	begun := shop.TimeOf(s.Now())
	for night := range 30 {
		s.Pass(24 * time.Hour)
		if err := s.Files.CheckBytes(t.Context()); err != nil {
			t.Fatal(err)
		}
		read := 0
		for _, b := range blobs {
			if stateOf(s, b.ID).Checked > begun {
				read++
			}
		}
		if want := min(6*(night+1), len(blobs)); read > want || read < 5*(night+1) {
			t.Errorf("%d files were read in %d nights", read, night+1)
		}
	}
	for i, b := range blobs {
		got := stateOf(s, b.ID)
		if got.Checked <= begun {
			t.Errorf("file %d was not read", i)
		}
		if want := map[bool]db.BlobState{true: db.BlobDamaged, false: db.BlobLive}[i == 100]; got.State != want {
			t.Errorf("file %d is %s", i, got.State)
		}
	}
	restore()
	if err := s.Files.CheckBytes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := stateOf(s, blobs[100].ID); got.State != db.BlobLive {
		t.Errorf("the restored file is %s", got.State)
	}
}

// The copies of a file that orders have are one file on the disk. When one is found damaged none is handed out any more,
// and each has its alarm; another file with the same bytes stays.
func TestCopiesBreakTogether(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Damaged: true})
	apart := put(t, s, 1)[0]
	blobs := []db.Blob{put(t, s, 1)[0]} // of the same text
	for range 2 {
		b, err := s.Files.CopyToOrder(t.Context(), stateOf(s, blobs[0].ID), "", "part.stl")
		if err != nil {
			t.Fatal(err)
		}
		s.Write(func(ctx context.Context, tx *db.Tx) error { return tx.InsertBlob(ctx, b) })
		blobs = append(blobs, b)
	}
	spoil(t, s, blobs[1].Bucket, blobs[1].ID)
	for range 2 { // nights, of one file each: that apart, and the first of the others
		s.Pass(time.Second)
		if err := s.Files.CheckBytes(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	apptest.Await(t, "all copies are found damaged", func() bool {
		for _, b := range blobs {
			if stateOf(s, b.ID).State != db.BlobDamaged {
				return false
			}
		}
		return true
	})
	for _, b := range blobs {
		if _, err := s.Files.Open(t.Context(), storage.Bucket(b.Bucket), b.ID); !shop.IsCode(err, "file_damaged") {
			t.Errorf("a copy is handed out: %v", err)
		}
	}
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		open, _, err := tx.AlarmPage(ctx, "", 10)
		if len(open) != len(blobs) {
			t.Errorf("%d alarms of %d files: %+v", len(open), len(blobs), open)
		}
		return err
	})
	if got := stateOf(s, apart.ID); got.State != db.BlobLive {
		t.Errorf("the file beside them is %s", got.State)
	}
}

// A damaged file is not handed out, by a new link or an old one; a file that is gone is noticed by whoever asks for it.
func TestABrokenFileIsNotServed(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{})
	staff := apptest.SetUp(t, s)
	v := apptest.NewVisitor(t, s)
	v.Drop("block.stl", apptest.Block(20, 20, 10))
	v.Sliced()
	placed := v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total))
	o := staff.Find(placed.OrderNumber)
	var blob string
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		f, err := tx.OrderFile(ctx, apptest.FileOf(t, o, "model").ID)
		blob = f.BlobID
		return err
	})
	fileID := apptest.FileOf(t, o, "model").ID
	link := staff.Link(fileID)
	answers := func(step string, want int, code string) {
		t.Helper()
		got, err := staff.Send(t.Context(), http.MethodGet, link, nil)
		if err != nil || got.Status != want {
			t.Errorf("%s: an old link gives %d, %v", step, got.Status, err)
		}
		err = staff.JSON(t.Context(), http.MethodPost, "/api/order-files/"+fileID+"/link", nil, nil)
		if apptest.CodeOf(err) != code {
			t.Errorf("%s: a new link gives %v", step, err)
		}
	}
	check := func() {
		t.Helper()
		s.Pass(time.Second)
		for range 30 { // nights, of one file or more each
			if err := s.Files.CheckBytes(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	answers("whole", http.StatusOK, "")
	restore := spoil(t, s, "order-files", blob)
	check()
	answers("damaged", http.StatusGone, "file_damaged")
	restore()
	check()
	answers("restored", http.StatusOK, "")

	path := pathOf(s, "order-files", blob)
	if err := os.Rename(path, path+".aside"); err != nil {
		t.Fatal(err)
	}
	if got, err := staff.Send(t.Context(), http.MethodGet, link, nil); err != nil || got.Status != http.StatusGone {
		t.Errorf("a file that is gone: %d, %v", got.Status, err)
	}
	if got := stateOf(s, blob); got.State != db.BlobMissing {
		t.Errorf("a file that is gone is %s", got.State)
	}
	answers("missing", http.StatusGone, "file_missing")
	if err := os.Rename(path+".aside", path); err != nil {
		t.Fatal(err)
	}
	s.FilesAgree() // the sweep finds it
	link = staff.Link(fileID)
	answers("found", http.StatusOK, "")
}
