package cart

import (
	"context"

	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/db"
)

// PartThumbnail finds the picture of a part as it lies. Errors: as PartMesh.
func (s *Service) PartThumbnail(ctx context.Context, who shop.Actor, partID string) (file.Thumbnail, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return file.Thumbnail{}, err
	}
	var p shop.Part
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		p, err = s.shownPart(ctx, tx, who.CartID, partID)
		return err
	})
	if err != nil {
		return file.Thumbnail{}, err
	}
	return s.files.Thumbnail(ctx, p.MeshBlob, p.Pose)
}

// keepPicture keeps the picture of a part's mesh, where it lies as it was drawn.
func (s *Service) keepPicture(ctx context.Context, tx *db.Tx, l inspectedPart, f found) error {
	if unread := f.err != nil || l.part.MeshHash == ""; unread || l.part.Pose != f.pose {
		return nil
	}
	mesh, err := tx.Blob(ctx, l.part.MeshBlob)
	if err != nil {
		return err
	}
	return tx.SaveThumbnail(ctx, mesh.SHA256, f.pose, f.Picture)
}
