package apptest

import (
	"context"
	"path"
	"slices"

	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/slicer/slicertest/meshtest"
)

// sendMesh sends what a browser made of a STEP file, now and then for a file that needs none, and now and then nothing that is a mesh.
func (w *walk) sendMesh(ctx context.Context, c *walkedCart) error {
	parts := w.Parts(c.id)
	if w.dice.IntN(4) > 0 {
		parts = slices.DeleteFunc(parts, func(p shop.Part) bool { return p.Kind == shop.KindModel || path.Ext(p.Name) != ".step" })
	}
	p, found := some(w, parts)
	if !found {
		return errNothing
	}
	file := meshtest.BinarySTL(meshtest.Box(20, 20, float64(5+w.dice.IntN(4))))
	if w.dice.IntN(5) == 0 {
		file = []byte("no mesh at all")
	}
	id, err := w.Carts.CreateMeshUpload(ctx, c.who, p.UploadID, slice.Conversion{LinearMM: 0.05, AngleRad: 0.3, Unit: one(w, "mm", "")}, int64(len(file)))
	if err != nil {
		return err
	}
	c.uploads = append(c.uploads, walkedUpload{id: id, file: file})
	return w.piece(ctx, c, len(c.uploads)-1)
}
