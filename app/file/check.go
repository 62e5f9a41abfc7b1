package file

import (
	"context"
	"errors"
	"io/fs"

	"buildplate/db"
	"buildplate/storage"
)

// checkNights is in how many nights all files are read once.
const checkNights = 30

// checkBatch is how many files are read before what was found is kept.
const checkBatch = 50

// checkBytes reads files again and compares them with their hashes: those that were broken, which may have been restored,
// and a thirtieth of all others, those first that nobody read for longest. A file that cannot be read is passed over, and
// the task fails when the others are done.
func (s *Service) checkBytes(ctx context.Context) error {
	var unread error
	after := ""
	err := s.checkAll(ctx, &unread, func(tx *db.Tx) (blobs []db.Blob, err error) {
		blobs, err = tx.BrokenBlobs(ctx, after, checkBatch)
		if len(blobs) > 0 {
			after = blobs[len(blobs)-1].ID
		}
		return blobs, err
	})
	if err != nil {
		return err
	}
	var share int
	begun := s.db.Now()
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		share, err = tx.LiveBlobs(ctx)
		return err
	})
	if err != nil {
		return err
	}
	share = (share + checkNights - 1) / checkNights
	var last db.Blob
	err = s.checkAll(ctx, &unread, func(tx *db.Tx) (blobs []db.Blob, err error) {
		blobs, err = tx.BlobsToCheck(ctx, begun, last, min(checkBatch, share))
		if len(blobs) > 0 {
			last = blobs[len(blobs)-1]
		}
		share -= len(blobs)
		return blobs, err
	})
	return errors.Join(err, unread)
}

// checkAll reads the files of one batch of blobs after another until there is none, and keeps what it finds. What cannot
// be read is added to unread.
func (s *Service) checkAll(ctx context.Context, unread *error, next func(*db.Tx) ([]db.Blob, error)) error {
	for {
		var blobs []db.Blob
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			blobs, err = next(tx)
			return err
		})
		if err != nil || len(blobs) == 0 {
			return err
		}
		found := make([]db.BlobState, len(blobs))
		for i, b := range blobs {
			if found[i], err = s.read(ctx, b); ctx.Err() != nil {
				return ctx.Err()
			}
			*unread = errors.Join(*unread, err)
		}
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			for i, b := range blobs {
				if found[i] == "" {
					continue
				}
				if err := s.found(ctx, tx, b, found[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// read reads a blob's file and says how it is; "" with an error when that cannot be said.
func (s *Service) read(ctx context.Context, b db.Blob) (db.BlobState, error) {
	err := s.store.Verify(ctx, storage.Object{Bucket: storage.Bucket(b.Bucket), ID: b.ID, Size: b.Size, SHA256: b.SHA256, Packed: b.Packed})
	switch {
	case err == nil:
		return db.BlobLive, nil
	case errors.Is(err, fs.ErrNotExist):
		return db.BlobMissing, nil
	case errors.Is(err, storage.ErrCorrupt):
		return db.BlobDamaged, nil
	}
	return "", err
}

// copiesKind is the task that reads what may share the bytes of a broken file.
const copiesKind = "copies.check"

// copies are the files that were stored with the same bytes.
type copies struct {
	SHA256 string `json:"sha256"`
}

// checkCopies reads the files that are taken for whole and were stored with the same bytes as a broken one: the copies of
// an order are the same file on the disk where it can be, and break together.
func (s *Service) checkCopies(ctx context.Context, of copies) error {
	var unread error
	for after := ""; ; {
		var blobs []db.Blob
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			blobs, err = tx.LiveCopies(ctx, of.SHA256, after, checkBatch)
			return err
		})
		if err != nil || len(blobs) == 0 {
			return errors.Join(err, unread)
		}
		for _, b := range blobs {
			after = b.ID
			state, err := s.read(ctx, b)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				unread = errors.Join(unread, err)
				continue
			}
			err = s.db.Write(ctx, func(tx *db.Tx) error {
				_, err := s.mark(ctx, tx, b, state)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
}
