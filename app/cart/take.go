package cart

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// Taken is a part that is to become something else, with what slicing it found.
type Taken struct {
	shop.Part
	Plates []PricedPlate // none of a part that was not sliced
}

// Find reads a part of a cart that may be taken. It is a step of use cases that have asked for the right to the cart. Errors:
// NotFound; Conflict when the cart was ordered.
func (s *Service) Find(ctx context.Context, tx *db.Tx, cartID, partID string) (t Taken, err error) {
	if err := editable(ctx, tx, cartID); err != nil {
		return t, err
	}
	if t.Part, err = tx.Part(ctx, cartID, partID); err != nil {
		return t, shop.IfNotFound(err, "part_not_found", "This part is no longer in your order.")
	}
	if t.State == shop.PartSliced {
		q := PricedPart{Part: t.Part}
		err = q.takePlates(ctx, tx)
		t.Plates = q.Plates
	}
	return t, err
}

// Take takes a part out of its cart, once others have copies of its files. Whoever takes it holds on to it as it is: one that
// changed since it was found is refused. Errors: as Find; Conflict.
func (s *Service) Take(ctx context.Context, tx *db.Tx, t Taken) error {
	now, err := s.Find(ctx, tx, t.CartID, t.ID)
	if err != nil {
		return err
	}
	if now.State != t.State || now.SliceKey != t.SliceKey || now.MeshBlob != t.MeshBlob || now.Choices != t.Choices || now.Pose != t.Pose {
		return shop.Conflictf("part_changed", "%s has changed since you looked. Check it and try again.", now.Name)
	}
	if err := s.dropPart(ctx, tx, now.Part); err != nil {
		return err
	}
	return s.touch(ctx, tx, t.CartID)
}
