package dbtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"buildplate/db/dbtest"
	"buildplate/storage"
)

// What the store put is no stray, and whatever else lies in its buckets is.
func TestStraysAreFound(t *testing.T) {
	dir := t.TempDir()
	f, err := openDataFolder(dir, dbtest.Schema(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	id := uuid.Must(uuid.NewV7()).String()
	if _, err := f.s.Put(t.Context(), storage.Attachments, id, strings.NewReader("kept")); err != nil {
		t.Fatal(err)
	}
	if found := dbtest.Strays(t, dir, f.s); len(found) != 0 {
		t.Errorf("before anything was put there: %q", found)
	}
	for _, path := range []string{"note.txt", "zz/Thumbs.db", "zz/" + id} {
		path = filepath.Join(dir, "buckets", "attachments", filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if found := dbtest.Strays(t, dir, f.s); len(found) != 3 {
		t.Errorf("found %q, want three", found)
	}
}
