package hostile_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/storage"
)

// crashes switches the power off while all that the attacks left is under way, and on again. The next customer is served at
// once, and a file that no row had come to name is gone within the first minute, not a day later.
func (f *field) crashes(t *testing.T, owner *apptest.Staff) {
	f.Kill()
	orphan := f.orphan(t)
	f.options.Data = f.Data
	f.Process = apptest.Start(t, f.options)
	seen := &served{}
	f.sells(t, &seen.owner, owner)
	if f.named {
		f.customer(&seen.customers).buys(t)
	}
	apptest.Await(t, "the orphan to be swept", func() bool {
		_, err := os.Stat(orphan)
		return errors.Is(err, fs.ErrNotExist)
	})
}

// orphan writes a file as a shop does that is switched off before its row is there, and gives its path.
func (f *field) orphan(t *testing.T) string {
	t.Helper()
	files, err := storage.Open(f.Data, storage.Options{Reserve: 1, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	id := shop.NewID()
	if _, err := files.Put(t.Context(), storage.Tmp, id, strings.NewReader("solid")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(f.Data, "buckets", string(storage.Tmp), id[len(id)-2:], id)
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Minute)); err != nil { // of the process that is no more
		t.Fatal(err)
	}
	return path
}
