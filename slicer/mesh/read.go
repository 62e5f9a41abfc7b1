package mesh

import (
	"context"
	"io"
)

// Read reads one model. (interim)
func Read(ctx context.Context, name string, r io.ReaderAt, size int64, lim Limits) (*Mesh, error) {
	lim = lim.withDefaults()
	b := newBuilder(lim)
	var head [stlPreamble]byte
	n, _ := r.ReadAt(head[:], 0)
	src := contextReader{ctx, io.NewSectionReader(r, 0, size)}
	var err error
	if isBinarySTL(head[:n], size) {
		err = readBinarySTL(src, b)
	} else {
		err = readTextSTL(src, b)
	}
	if err != nil {
		return nil, err
	}
	return b.mesh(UnitUnknown)
}
