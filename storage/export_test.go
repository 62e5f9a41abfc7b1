package storage

import (
	"iter"
	"os"
	"path"
)

// OpenStaging opens what is on the disk of an upload. The caller closes it.
func (s *Store) OpenStaging(id string) (*os.File, error) {
	name, err := stagingName(id)
	if err != nil {
		return nil, err
	}
	return s.vol.root.Open(name)
}

// Strays yields what lies in a bucket and is not a blob, as paths below the
// data folder: nobody but a person with a file manager can have put it there.
func (s *Store) Strays(b Bucket) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for name, err := range s.walk(b) {
			if err == nil {
				if own, err := blobName(b, path.Base(name)); err == nil && own == name {
					continue
				}
			}
			if !yield(name, err) {
				return
			}
		}
	}
}
