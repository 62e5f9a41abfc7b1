package file

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// Thumbnail is a picture of a model.
type Thumbnail struct {
	PNG     []byte
	Version string // as its address has it
}

// Thumbnail finds the picture of a stored mesh as it lies. It is a step of use cases that have asked for the right to the mesh. Errors:
// NotFound, also while it is not drawn yet.
func (s *Service) Thumbnail(ctx context.Context, meshBlob string, pose shop.Pose) (t Thumbnail, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		picture, drawn, err := tx.Thumbnail(ctx, meshBlob, pose)
		t = Thumbnail{PNG: picture, Version: shop.ThumbnailVersion(drawn)}
		return shop.IfNotFound(err, "picture_not_found", "There is no picture of this part.")
	})
	return t, err
}
