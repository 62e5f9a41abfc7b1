package file_test

import (
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/task"
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
	if err := files.SweepOlder(t.Context(), time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Stat(storage.Tmp, young.ID); err != nil {
		t.Errorf("a file of this minute: %v", err)
	}
}
