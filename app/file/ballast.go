package file

import (
	"context"
	"errors"
	"time"

	"buildplate/storage"
)

// ballastPause is how long nobody looks at the disk, unless the database says that it is full.
const ballastPause = 5 * time.Second

// KeepBallast looks at the disk until the context ends: bytes that were kept back are given up when it is nearly full, so
// that people can log in, delete and settle what is there, and kept back again when there is room.
func (s *Service) KeepBallast(ctx context.Context) {
	for {
		s.TendBallast(ctx)
		if !s.full.Wait(ctx, ballastPause) {
			return
		}
	}
}

// TendBallast looks at the disk once.
func (s *Service) TendBallast(ctx context.Context) {
	given, err := s.store.TendBallast(ctx)
	switch {
	case given > 0:
		s.log.WarnContext(ctx, "the disk is full: the ballast was given up", "bytes", given)
	case err == nil, ctx.Err() != nil, errors.Is(err, storage.ErrNoSpace), errors.Is(err, storage.ErrDegraded), errors.Is(err, storage.ErrBusy):
		// what is wrong has an alarm of its own
	default:
		s.log.ErrorContext(ctx, "the ballast could not be tended", "err", err)
	}
}
