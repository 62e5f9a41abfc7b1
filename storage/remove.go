package storage

import (
	"errors"
	"io/fs"

	"buildplate/storage/failpoint"
)

// Remove deletes a blob for good. When it returns without an error the file
// stays away after a power cut, so its row may be forgotten. A blob that is gone
// already is a success: the caller may have died between the two.
// Errors: [ErrBadName], [ErrBusy], [ErrDegraded].
func (s *Store) Remove(b Bucket, id string) error {
	name, err := blobName(b, id)
	if err != nil {
		return err
	}
	release, err := s.claim(name)
	if err != nil {
		return err
	}
	defer release()
	failpoint.Reach("storage.remove.begun")
	if err := s.vol.remove(name); err != nil {
		return err
	}
	failpoint.Reach("storage.remove.unlinked")
	err = s.vol.syncDir(blobDir(b, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no blob ever came into this folder
	}
	return err
}
