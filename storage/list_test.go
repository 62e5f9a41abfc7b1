package storage_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"buildplate/storage"
)

func TestListAndStrays(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, storage.Options{})
	want := map[string]bool{}
	for i := range 40 {
		want[put(t, s, storage.Attachments, fmt.Sprint("file ", i)).ID] = true
	}
	stray := filepath.Join(dir, "buckets/attachments/zz")
	misplaced := newID(t)
	if err := errors.Join(os.MkdirAll(stray, 0o700), os.WriteFile(filepath.Join(stray, "Thumbs.db"), nil, 0o600),
		os.WriteFile(filepath.Join(stray, misplaced), nil, 0o600), os.WriteFile(filepath.Join(dir, "buckets/attachments/note.txt"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for info, err := range s.List(storage.Attachments) {
		if err != nil {
			t.Fatal(err)
		}
		if !want[info.ID] {
			t.Errorf("%s is listed twice or was never stored", info.ID)
		}
		delete(want, info.ID)
	}
	if len(want) != 0 {
		t.Errorf("%d blobs are not listed", len(want))
	}
	var strays []string
	for name, err := range s.Strays(storage.Attachments) {
		if err != nil {
			t.Fatal(err)
		}
		strays = append(strays, name)
	}
	if len(strays) != 3 {
		t.Errorf("strays: %v, want three", strays)
	}
}
