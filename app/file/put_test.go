package file_test

import (
	"errors"
	"io"
	"log/slog"
	"testing"

	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db/dbtest"
	"buildplate/storage"
)

// What writes a file may use what Put's caller owns, so it has ended when Put has, and heard that nobody reads on.
func TestPutWaitsForWhoWrites(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	store, err := storage.Open(t.TempDir(), storage.Options{Reserve: 1 << 60, Log: log}) // no disk has that much left
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	d := dbtest.Open(t)
	files, err := file.New(t.Context(), d, store, &event.Bus{}, task.New(d, &event.Bus{}, log), log)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		var heard error
		_, err := files.Put(t.Context(), storage.Tmp, "part.gcode", func(w io.Writer) error {
			for heard == nil {
				_, heard = w.Write(make([]byte, 100))
			}
			return heard
		})
		if !shop.IsKind(err, shop.NoSpace) || !errors.Is(heard, storage.ErrNoSpace) {
			t.Fatalf("put: %v; who wrote heard %v", err, heard)
		}
	}
}
