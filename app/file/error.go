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
		return &shop.Error{Kind: shop.NoSpace, Message: "Our disk is full, so we cannot take this file now. What you sent before is safe. Please try again later.", Err: err}
	case errors.Is(err, storage.ErrDegraded):
		return &shop.Error{Kind: shop.Unavailable, Message: "We cannot take files at the moment. Please try again later.", Err: err}
	case errors.Is(err, storage.ErrOffset), errors.Is(err, storage.ErrBusy):
		return &shop.Error{Kind: shop.Conflict, Message: "The upload goes on at another place.", Err: err}
	case errors.Is(err, storage.ErrTooLarge):
		return &shop.Error{Kind: shop.TooLarge, Message: "This piece is larger than the file was said to be. Please choose the file again.", Err: err}
	case errors.Is(err, fs.ErrNotExist):
		return &shop.Error{Kind: shop.NotFound, Message: "This file is not here any more.", Err: err}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled):
		return &shop.Error{Kind: shop.Unavailable, Message: "The connection broke. The upload goes on where it stopped.", Err: err}
	}
	return err
}
