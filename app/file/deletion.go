package file

import (
	"context"
	"time"

	"buildplate/app/event"
	"buildplate/db"
	"buildplate/storage"
)

// Trash takes a blob out of use and has its file deleted once the transaction is kept.
func (s *Service) Trash(ctx context.Context, tx *db.Tx, blobID string) error {
	tx.AfterCommit(s.ready.Wake)
	b, err := tx.Blob(ctx, blobID)
	if err != nil {
		return err
	}
	if err := tx.TrashBlob(ctx, blobID, tx.Now); err != nil || !b.State.Broken() {
		return err
	}
	return s.events.Emit(ctx, tx, event.FileChanged{ID: blobID})
}

// Run deletes the files whose rows are gone, as they come and every minute, until the context ends.
func (s *Service) Run(ctx context.Context) {
	for s.ready.Wait(ctx, time.Minute) {
		if err := s.Drain(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "files could not be deleted", "err", err)
		}
	}
}

// Drain unlinks the files that are due, file before row. It may be repeated; two at once take turns, since both would
// come upon the same files.
func (s *Service) Drain(ctx context.Context) error {
	unlock, err := s.draining.Lock(ctx, "")
	if err != nil {
		return err
	}
	defer unlock()
	for {
		var due []db.Deletion
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			due, err = tx.DueDeletions(ctx, batch)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		for _, d := range due {
			gone := s.store.Remove(storage.Bucket(d.Bucket), d.BlobID)
			err := s.db.Write(ctx, func(tx *db.Tx) error {
				if gone != nil {
					return tx.PostponeDeletion(ctx, d.BlobID, gone, tx.Now.Add(time.Duration(d.Attempts+1)*time.Minute))
				}
				return tx.ForgetBlob(ctx, d.BlobID)
			})
			if err != nil {
				return err
			}
		}
	}
}
