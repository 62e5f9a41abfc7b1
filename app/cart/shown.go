package cart

import (
	"context"

	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// PartMesh opens a part's mesh in millimetres as the page shows it. Once the cart is ordered the order has its own, which may
// have been deleted. Errors: NotFound.
func (s *Service) PartMesh(ctx context.Context, who shop.Actor, partID string) (file.Mesh, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return file.Mesh{}, err
	}
	var p shop.Part
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		p, err = s.shownPart(ctx, tx, who.CartID, partID)
		return err
	})
	if err != nil {
		return file.Mesh{}, err
	}
	if p.MeshHash == "" {
		return file.Mesh{}, shop.NotFoundf("model_not_found", "This part has no model to show.")
	}
	return s.files.ViewMesh(ctx, storage.Tmp, p.MeshBlob, p.Choices.Unit, p.MeshHash)
}

// PartLayers finds what is extruded for one of a part's plates, of which the full one is 1, layer by layer, as it was sliced last.
// Errors: NotFound.
func (s *Service) PartLayers(ctx context.Context, who shop.Actor, partID string, plate int) (file.Toolpaths, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return file.Toolpaths{}, err
	}
	var p shop.Part
	var found shop.Slice
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if p, err = s.shownPart(ctx, tx, who.CartID, partID); err != nil || p.State != shop.PartSliced {
			return err
		}
		plates, err := tx.PlatesOfPart(ctx, p.ID)
		if err != nil || plate < 1 || plate > len(plates) {
			return err
		}
		found, err = tx.Slice(ctx, plates[plate-1].SliceKey)
		return err
	})
	if err == nil && found.GCodeBlob == "" {
		err = shop.NotFoundf("layers_not_found", "This part is not sliced yet.")
	}
	if err != nil {
		return file.Toolpaths{}, err
	}
	return s.files.Toolpaths(ctx, atCounter(who), storage.Tmp, found.GCodeBlob, found.Facts.GCodeSHA256)
}

// shownPart is a part that its cart shows. Errors: NotFound, also once the cart is ordered.
func (s *Service) shownPart(ctx context.Context, tx *db.Tx, cartID, partID string) (shop.Part, error) {
	p, err := tx.Part(ctx, cartID, partID)
	if err != nil {
		return p, shop.IfNotFound(err, "part_not_found", "This part is no longer in your order.")
	}
	c, err := tx.Cart(ctx, cartID)
	if err == nil && c.Order != "" {
		err = shop.NotFoundf("part_ordered", "This part was ordered. Look at it on the order's page.")
	}
	return p, err
}
