package dbtest

import (
	"io/fs"
	"path/filepath"
	"testing"

	"buildplate/storage"
)

// Strays are files that lie in the buckets of a data folder and are none of the store's, as paths below it: nobody but a
// person with a file manager can have put them there.
func Strays(tb testing.TB, data string, files *storage.Store) (found []string) {
	tb.Helper()
	own := map[string]bool{}
	for _, bucket := range storage.Buckets() {
		for info, err := range files.List(bucket) {
			if err != nil {
				tb.Fatal(err)
			}
			f, err := files.Open(bucket, info.ID)
			if err != nil {
				tb.Fatal(err)
			}
			own[filepath.Clean(f.Name())] = true
			_ = f.Close()
		}
	}
	err := filepath.WalkDir(filepath.Join(data, "buckets"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !own[filepath.Clean(path)] {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return found
}
