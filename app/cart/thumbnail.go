package cart

import (
	"context"

	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/db"
)

// AsItLies is what a picture is asked of in the place of a proposed pose's rank.
const AsItLies = -1

// PartThumbnail finds the picture of a part as it lies, or in a pose that is proposed, of which 0 is its file's own. Errors: as PartMesh.
func (s *Service) PartThumbnail(ctx context.Context, who shop.Actor, partID string, rank int) (file.Thumbnail, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return file.Thumbnail{}, err
	}
	var p shop.Part
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if p, err = s.shownPart(ctx, tx, who.CartID, partID); err != nil || rank == AsItLies {
			return err
		}
		proposed, err := proposalsOf(ctx, tx, p)
		if err == nil && (rank < 0 || rank >= len(proposed)) {
			err = shop.NotFoundf("picture_not_found", "There is no picture of this part.")
		}
		if err == nil {
			p.Pose = proposed[rank].Pose
		}
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
