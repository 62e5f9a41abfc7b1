package file

import (
	"context"
	"errors"
	"io"
	"sync"

	"buildplate/app/lock"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// Mesh is a model as binary STL, not yet opened.
type Mesh struct {
	Size int64  // in bytes
	ETag string // the content's hash, without quotes
	// Open opens it; whoever gets it closes it. Errors: as those of Open.
	Open func(context.Context) (io.ReadSeekCloser, error)
}

// viewFile is a mesh that is placed while it is read.
type viewFile struct {
	*io.SectionReader
	io.Closer
}

// ViewMesh finds a stored mesh as pages show it: in millimetres, its middle over the bed's, standing on it. Nothing of its
// file is read before it is opened. Errors: NotFound; Gone while it is known to be missing or damaged.
func (s *Service) ViewMesh(ctx context.Context, bucket storage.Bucket, blobID string, unit shop.Unit, hash string) (Mesh, error) {
	var b db.Blob
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if b, err = tx.BlobIn(ctx, string(bucket), blobID); err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is no longer here.")
		}
		return usable(b)
	})
	if err != nil {
		return Mesh{}, err
	}
	open := func(ctx context.Context) (io.ReadSeekCloser, error) {
		return s.openView(ctx, bucket, viewKey{blobID: blobID, unit: unit})
	}
	return Mesh{Size: b.Size, ETag: hash + string(unit), Open: open}, nil // placing it moves its triangles and adds none
}

func (s *Service) openView(ctx context.Context, bucket storage.Bucket, of viewKey) (io.ReadSeekCloser, error) {
	m, file, err := s.OpenMesh(ctx, bucket, of.blobID)
	if err != nil {
		return nil, err
	}
	box, err := s.boxes.of(ctx, of, m)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return viewFile{m.StandingIn(box, of.unit.Scale(), Turn(of.pose), slicer.Bed{CenterIsZero: true}), file}, nil
}

// Turn is a pose as the slicer takes it.
func Turn(p shop.Pose) slicer.Quaternion {
	if p == (shop.Pose{}) {
		return slicer.NoRotation
	}
	return slicer.Quaternion{p.X, p.Y, p.Z, p.W}
}

// viewKey is a stored mesh in a unit, as it lies.
type viewKey struct {
	blobID string
	unit   shop.Unit
	pose   shop.Pose
}

// maxBoxes bounds how many boxes are remembered.
const maxBoxes = 4096

// boxes remembers the boxes round meshes that were shown: finding one reads the whole mesh, and whoever asks for a few bytes
// of it again and again would have that done each time.
type boxes struct {
	finding lock.ByKey

	mu    sync.Mutex
	known map[viewKey]slicer.Box
}

// of is the box round a mesh, found by one at a time.
func (b *boxes) of(ctx context.Context, key viewKey, m slicer.StoredMesh) (slicer.Box, error) {
	if box, ok := b.get(key); ok {
		return box, nil
	}
	unlock, err := b.finding.Lock(ctx, key.blobID)
	if err != nil {
		return slicer.Box{}, err
	}
	defer unlock()
	if box, ok := b.get(key); ok {
		return box, nil
	}
	box, err := m.Box(key.unit.Scale(), Turn(key.pose))
	if err == nil {
		b.put(key, box)
	}
	return box, err
}

func (b *boxes) get(key viewKey) (box slicer.Box, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	box, ok = b.known[key]
	return box, ok
}

func (b *boxes) put(key viewKey, box slicer.Box) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[viewKey]slicer.Box{}
	}
	if len(b.known) >= maxBoxes {
		for old := range b.known { // any one
			delete(b.known, old)
			break
		}
	}
	b.known[key] = box
}

// OpenMesh opens a mesh the shop wrote; whoever gets it closes the file. Errors: as Open.
func (s *Service) OpenMesh(ctx context.Context, b storage.Bucket, id string) (slicer.StoredMesh, io.Closer, error) {
	f, err := s.Open(ctx, b, id)
	if err != nil {
		return slicer.StoredMesh{}, nil, err
	}
	m, err := slicer.OpenMesh(f, f.Size)
	if err != nil {
		return slicer.StoredMesh{}, nil, errors.Join(err, f.Close())
	}
	return m, f, nil
}
