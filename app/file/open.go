package file

import (
	"context"
	"errors"
	"io/fs"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// Open opens the file of a blob whose row says that it is whole; whoever gets it closes it. That a file is gone, or cannot
// be unpacked, is noted as soon as somebody asks for it. Errors: NotFound; Gone while it is missing or damaged.
func (s *Service) Open(ctx context.Context, bucket storage.Bucket, blobID string) (*storage.Content, error) {
	var b db.Blob
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if b, err = tx.BlobIn(ctx, string(bucket), blobID); err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is no longer here.")
		}
		return usable(b)
	})
	if err != nil {
		return nil, err
	}
	f, err := s.store.Content(storage.Object{Bucket: bucket, ID: blobID, Packed: b.Packed})
	state := db.BlobMissing
	switch {
	case errors.Is(err, storage.ErrCorrupt):
		state = db.BlobDamaged
	case !errors.Is(err, fs.ErrNotExist):
		return f, Error(err)
	}
	lost := s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.found(ctx, tx, b, state); err != nil {
			return err
		}
		b, err = tx.Blob(ctx, blobID) // it may have been given up meanwhile
		return shop.IfNotFound(err, "file_not_found", "This file is no longer here.")
	})
	if lost != nil {
		return nil, lost
	}
	return nil, usable(b)
}

// usable refuses a blob whose file cannot be handed out. Errors: NotFound when it was given up; Gone while it is missing
// or damaged.
func usable(b db.Blob) error {
	switch {
	case b.State == db.BlobMissing:
		return shop.Gonef("file_missing", "This file is missing from our disk. It cannot be opened until we have restored it.")
	case b.State == db.BlobDamaged:
		return shop.Gonef("file_damaged", "This file was damaged on our disk. It cannot be opened until we have restored it.")
	case b.State != db.BlobLive:
		return shop.NotFoundf("file_not_found", "This file is no longer here.")
	}
	return nil
}

// found keeps what was found of a blob's file, and tells of it if that is news. Where the file is broken, those that may
// share its bytes are read next.
func (s *Service) found(ctx context.Context, tx *db.Tx, b db.Blob, state db.BlobState) error {
	news, err := s.mark(ctx, tx, b, state)
	if err != nil || !news || !state.Broken() {
		return err
	}
	_, err = s.tasks.Enqueue(ctx, tx, copiesKind, "", copies{SHA256: b.SHA256}, tx.Now)
	return err
}

// mark keeps what was found of one blob's file alone. It says whether that was news.
func (s *Service) mark(ctx context.Context, tx *db.Tx, b db.Blob, state db.BlobState) (news bool, err error) {
	news, err = tx.MarkBlob(ctx, b.ID, state)
	if err != nil || !news {
		return false, err
	}
	if state.Broken() {
		s.log.ErrorContext(ctx, "a file is not what was stored", "blob", b.ID, "bucket", b.Bucket, "name", b.Name, "state", state)
	}
	return true, s.events.Emit(ctx, tx, event.FileChanged{ID: b.ID})
}
