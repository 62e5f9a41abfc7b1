package file

import (
	"context"

	"buildplate/db"
	"buildplate/storage"
)

// checkBytes reads a share of all files again and compares them with their hashes, so that each is read once a month.
func (s *Service) checkBytes(ctx context.Context) error {
	var blobs []db.Blob
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		blobs, err = tx.BlobsToCheck(ctx, batch)
		return err
	})
	for _, b := range blobs {
		if err != nil {
			return err
		}
		bad := s.store.Verify(ctx, storage.Object{Bucket: storage.Bucket(b.Bucket), ID: b.ID, Size: b.Size, SHA256: b.SHA256})
		if bad != nil {
			s.log.ErrorContext(ctx, "a file is not what was stored", "blob", b.ID, "name", b.Name, "err", bad)
			continue
		}
		err = s.db.Write(ctx, func(tx *db.Tx) error { return tx.MarkChecked(ctx, b.ID) })
	}
	return err
}
