package file

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"syscall"

	"buildplate/app/shop"
	"buildplate/storage"
)

// Error puts what the disk said into words for people.
func Error(err error) error {
	switch {
	case errors.Is(err, storage.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		return shop.NoSpacef("disk_full", "Our disk is full, so we cannot take anything new just now. All that you sent is safe. Try again later.").Because(err)
	case errors.Is(err, storage.ErrDegraded):
		return shop.Unavailablef("storage_unavailable", "We cannot take files at the moment. Try again later.").Because(err)
	case errors.Is(err, storage.ErrOffset), errors.Is(err, storage.ErrBusy):
		return shop.Conflictf("upload_offset_moved", "The upload continues from another place.").Because(err)
	case errors.Is(err, storage.ErrTooLarge):
		return shop.TooLargef("upload_over_length", "The file turned out larger than it was said to be. Choose it again.").Because(err)
	case errors.Is(err, fs.ErrNotExist):
		return shop.NotFoundf("file_not_found", "This file is no longer here.").Because(err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled):
		return shop.Unavailablef("upload_interrupted", "The connection was lost. The upload carries on where it stopped.").Because(err)
	}
	return err
}
