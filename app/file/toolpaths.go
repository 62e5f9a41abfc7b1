package file

import (
	"context"
	"io"
	"runtime"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// Toolpaths is what G-code extrudes, as pages draw it, not yet read.
type Toolpaths struct {
	ETag string // the G-code's hash, without quotes
	// Open begins to read it; whoever gets it closes it. Errors: as those of Open.
	Open func(context.Context) (io.ReadCloser, error)
}

// following is of how many prints some lines are followed at a time: it is work, and whoever asks for much of it has it done in turn
// with the others. Staff have a turn of their own.
type following struct{ customers, staff chan struct{} }

func newFollowing() following {
	return following{customers: make(chan struct{}, max(1, runtime.NumCPU()/2)), staff: make(chan struct{}, 1)}
}

// inTurn follows a print while it has a turn, and no longer: neither a browser that is slow to take what was read nor a layer
// that takes long holds up anybody.
type inTurn struct {
	*slicer.Toolpaths
	io.Closer
	turns chan struct{}
}

func (r inTurn) Read(p []byte) (int, error) {
	for more := true; more; {
		r.turns <- struct{}{}
		more = r.Follow()
		<-r.turns
	}
	return r.Toolpaths.Read(p)
}

// Toolpaths finds what stored G-code extrudes. Nothing of its file is read before it is opened.
// Errors: NotFound; Gone while it is known to be missing or damaged.
func (s *Service) Toolpaths(ctx context.Context, forStaff bool, bucket storage.Bucket, blobID, hash string) (Toolpaths, error) {
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		b, err := tx.BlobIn(ctx, string(bucket), blobID)
		if err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is no longer here.")
		}
		return usable(b)
	})
	if err != nil {
		return Toolpaths{}, err
	}
	turns := s.following.customers
	if forStaff {
		turns = s.following.staff
	}
	open := func(ctx context.Context) (io.ReadCloser, error) {
		f, err := s.Open(ctx, bucket, blobID)
		if err != nil {
			return nil, err
		}
		return inTurn{slicer.NewToolpaths(f, f.Size), f, turns}, nil
	}
	return Toolpaths{ETag: hash, Open: open}, nil
}
