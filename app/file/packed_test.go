package file_test

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// Files that are kept compressed are checked like all others: by the bytes that were put in. One that cannot even be
// unpacked is found damaged as soon as somebody wants it.
func TestPackedFilesAreChecked(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Quiet: true})
	text := strings.Repeat("G1 X10.5 Y20.25 E0.01\n", 50_000)
	b, err := s.Files.PutPacked(t.Context(), storage.Tmp, "part.gcode", func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Write(func(ctx context.Context, tx *db.Tx) error { return tx.InsertBlob(ctx, b) })
	b = stateOf(s, b.ID)
	copied, err := s.Files.CopyToOrder(t.Context(), b, "", "part.gcode")
	if err != nil {
		t.Fatal(err)
	}
	s.Write(func(ctx context.Context, tx *db.Tx) error { return tx.InsertBlob(ctx, copied) })
	check := func(want db.BlobState) {
		t.Helper()
		if err := s.Files.CheckBytes(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Tasks.RunDue(t.Context()); err != nil { // copies of what is broken
			t.Fatal(err)
		}
		for _, id := range []string{b.ID, copied.ID} {
			if got := stateOf(s, id); got.State != want {
				t.Errorf("%s is %s, want %s", got.Bucket, got.State, want)
			}
		}
	}
	check(db.BlobLive)
	restore := spoil(t, s, "tmp", b.ID)
	check(db.BlobDamaged)
	restore()
	check(db.BlobLive)
	f, err := s.Files.Open(t.Context(), storage.OrderFiles, copied.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != text || f.Size != int64(len(text)) {
		t.Errorf("%d bytes come back, %v", len(got), err)
	}

	if err := os.Truncate(pathOf(s, "tmp", b.ID), b.Packed/2); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Files.Open(t.Context(), storage.Tmp, b.ID); !shop.IsCode(err, "file_damaged") {
		t.Errorf("opened: %v", err)
	}
	if got := stateOf(s, b.ID); got.State != db.BlobDamaged {
		t.Errorf("what cannot be unpacked is %s", got.State)
	}
	restore()
	check(db.BlobLive)
}
