package file

import (
	"context"
	"errors"
	"io"

	"buildplate/app/shop"
	"buildplate/slicer"
	"buildplate/storage"
)

// Mesh is a model as binary STL. Whoever gets it closes Reader.
type Mesh struct {
	Reader io.ReadSeekCloser
	Size   int64  // in bytes
	ETag   string // the content's hash, without quotes
}

// viewFile is a mesh that is placed while it is read.
type viewFile struct {
	*io.SectionReader
	io.Closer
}

// ViewMesh opens a stored mesh as pages show it: in millimetres, its middle over the bed's, standing on it.
func (s *Service) ViewMesh(ctx context.Context, bucket storage.Bucket, blobID string, unit shop.Unit, hash string) (Mesh, error) {
	m, file, err := s.OpenMesh(ctx, bucket, blobID)
	if err != nil {
		return Mesh{}, err
	}
	stl, err := m.Standing(unit.Scale(), slicer.NoRotation, slicer.Bed{CenterIsZero: true})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return Mesh{}, errors.Join(err, file.Close())
	}
	return Mesh{Reader: viewFile{stl, file}, Size: stl.Size(), ETag: hash + string(unit)}, nil
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
