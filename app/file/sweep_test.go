package file_test

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/storage"
)

// A clock that jumps after it was looked at makes no file old: its row may be on its way.
func TestTheSweepGoesByTheTimeThatWasTrusted(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	store, err := storage.Open(t.TempDir(), storage.Options{Reserve: 1, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	d := dbtest.Open(t)
	files, err := file.New(t.Context(), d, store, &event.Bus{}, task.New(d, &event.Bus{}, log), log)
	if err != nil {
		t.Fatal(err)
	}
	young, err := files.Put(t.Context(), storage.Tmp, "part.stl", func(w io.Writer) error {
		_, err := io.WriteString(w, "solid")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	d.SetNow(func() time.Time {
		if asked.Add(1) == 1 {
			return time.Now()
		}
		return time.Now().AddDate(1, 0, 0)
	})
	if err := files.SweepOlder(t.Context(), time.Hour, 0, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Stat(storage.Tmp, young.ID); err != nil {
		t.Errorf("a file of this minute: %v", err)
	}
}

// What a crash left is taken away by the sweep of the next start, not a day later; what the new process has written since is
// left alone, and so is what a row names.
func TestTheSweepAtStart(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	dir := t.TempDir()
	store, err := storage.Open(dir, storage.Options{Reserve: 1, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	d := dbtest.Open(t)
	ahead := time.Duration(0)
	d.SetNow(func() time.Time { return time.Now().Add(ahead) })
	open := func() (*file.Service, *task.Service) {
		tasks := task.New(d, &event.Bus{}, log)
		files, err := file.New(t.Context(), d, store, &event.Bus{}, tasks, log)
		if err != nil {
			t.Fatal(err)
		}
		return files, tasks
	}
	files, _ := open()
	put := func() db.Blob {
		b, err := files.Put(t.Context(), storage.Tmp, "part.stl", func(w io.Writer) error {
			_, err := io.WriteString(w, "solid")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for range shop.MaxCartFiles - 1 { // an archive was being read: so many are no reason to ask anybody
		put()
	}
	orphan, named := put(), put()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.InsertBlob(t.Context(), named) }); err != nil {
		t.Fatal(err)
	}
	ahead = time.Minute
	files, tasks := open()
	young := put()
	if err := os.Chtimes(filepath.Join(dir, "buckets", string(storage.Tmp), young.ID[len(young.ID)-2:], young.ID), time.Time{}, time.Now().Add(ahead)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a start promises it once
		if err := files.SweepAtStart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := tasks.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	for what, b := range map[string]struct {
		db.Blob
		gone bool
	}{"the crash's": {orphan, true}, "one with a row": {named, false}, "this process's": {young, false}} {
		if _, err := store.Stat(storage.Tmp, b.ID); errors.Is(err, fs.ErrNotExist) != b.gone {
			t.Errorf("%s file: %v", what, err)
		}
	}
}

// A file that a sweep took while its row was not to be seen, as with an old database put back, comes back once it is.
func TestASweepBringsBackWhatARowNames(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	store, err := storage.Open(t.TempDir(), storage.Options{Reserve: 1, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	d := dbtest.Open(t)
	files, err := file.New(t.Context(), d, store, &event.Bus{}, task.New(d, &event.Bus{}, log), log)
	if err != nil {
		t.Fatal(err)
	}
	sweep := func() {
		if err := files.SweepOlder(t.Context(), 0, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	state := func(id string) (state db.BlobState) {
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			b, err := tx.Blob(t.Context(), id)
			state = b.State
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	for _, known := range []bool{false, true} { // whether a sweep has found it missing in between
		b, err := files.Put(t.Context(), storage.Tmp, "part.stl", func(w io.Writer) error {
			_, err := io.WriteString(w, "solid")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.InsertBlob(t.Context(), b) }); err != nil {
			t.Fatal(err)
		}
		if err := store.Quarantine(storage.Tmp, b.ID, time.Now()); err != nil {
			t.Fatal(err)
		}
		if known {
			if err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.MarkBlob(t.Context(), b.ID, db.BlobMissing)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		sweep()
		if _, err := store.Stat(storage.Tmp, b.ID); err != nil || state(b.ID) != db.BlobLive {
			t.Errorf("known to be missing %t: %v, the row says %s", known, err, state(b.ID))
		}
	}
}
