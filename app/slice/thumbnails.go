package slice

import (
	"context"
	"errors"

	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// drawBatch is how many meshes are asked for at once that have no picture.
const drawBatch = 20

// drawMissing draws pictures of the meshes that have none, one after the other: what is read now has its own, these came before
// there were any. One that cannot be drawn is not tried again.
func (s *Service) drawMissing(ctx context.Context) error {
	tried := map[db.MeshToDraw]bool{}
	for {
		var missing []db.MeshToDraw
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			missing, err = tx.MeshesToDraw(ctx, drawBatch)
			return err
		})
		before := len(tried)
		for _, m := range missing {
			tried[m] = true
		}
		if err != nil || len(tried) == before {
			return err
		}
		for _, m := range missing {
			picture, err := s.drawMesh(ctx, m)
			if shop.IsKind(err, shop.NotFound) || shop.IsKind(err, shop.Gone) {
				continue // its file went meanwhile, or is known to be broken by now: it is not asked for again
			}
			if err != nil {
				return err
			}
			if err := s.db.Write(ctx, func(tx *db.Tx) error { return tx.SaveThumbnail(ctx, m.SHA256, m.Pose, picture) }); err != nil {
				return err
			}
		}
	}
}

// drawMesh draws a stored mesh in a process of its own; nil where that is not possible. Errors: those of file.Open; those of the
// slicer that say nothing about the mesh.
func (s *Service) drawMesh(ctx context.Context, m db.MeshToDraw) ([]byte, error) {
	f, err := s.files.Open(ctx, storage.Bucket(m.Bucket), m.BlobID)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	models, err := s.slicer.Read(ctx, "mesh.stl", f.File, f.Packed, slicer.Laid{Pose: file.Turn(m.Pose)})
	if err != nil {
		var bad *slicer.Error
		if ctx.Err() == nil && errors.As(err, &bad) && bad.AboutPart() {
			return nil, nil
		}
		return nil, err
	}
	defer func() { _ = models.Close() }() // in a folder that goes with the process
	if len(models.All) != 1 {
		return nil, nil
	}
	return models.All[0].Picture, nil
}
