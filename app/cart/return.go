package cart

import (
	"cmp"
	"context"
	"slices"

	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
)

// Returning is an item of an order that becomes a part again, with its files as the order has them.
type Returning struct {
	Item shop.Item
	Raw  db.Blob // the file that came; items of one archive, and lines of one model, share it
	Mesh db.Blob // the mesh that was read from it, which lines share; the zero value where there is none

	raw, mesh db.Blob // the same in the cart
}

// CopyBack makes the files of what returns durable in a cart. What cannot be copied is left out, by its name, since its file is
// missing or damaged. No row names the copies yet: where none comes to, DiscardBack belongs.
func (s *Service) CopyBack(ctx context.Context, cartID string, all []Returning) (back []Returning, leftOut []string, err error) {
	raws, meshes := map[string]db.Blob{}, map[string]db.Blob{} // by the order's file, and by what is in it
	for _, r := range all {
		var known bool
		if r.raw, known = raws[r.Raw.ID]; !known {
			if r.raw, err = s.files.CopyToCart(ctx, r.Raw, cartID, r.Raw.Name); err == nil {
				raws[r.Raw.ID] = r.raw
			}
		}
		if err == nil && r.Mesh.ID != "" {
			if r.mesh, known = meshes[r.Mesh.SHA256]; !known {
				if r.mesh, err = s.files.CopyToCart(ctx, r.Mesh, "", "mesh.stl"); err == nil {
					meshes[r.Mesh.SHA256] = r.mesh
				}
			}
		}
		switch {
		case err == nil:
			back = append(back, r)
		case shop.IsKind(err, shop.Gone):
			leftOut = append(leftOut, r.Item.Name)
		default:
			s.DiscardBack(ctx, append(back, r))
			return nil, nil, err
		}
	}
	return back, leftOut, nil
}

// DiscardBack removes copies that no row came to name.
func (s *Service) DiscardBack(ctx context.Context, all []Returning) {
	done := map[string]bool{}
	for _, r := range all {
		if !done[r.raw.ID] {
			s.files.Discard(ctx, r.raw)
		}
		if !done[r.mesh.ID] {
			s.files.Discard(ctx, r.mesh)
		}
		done[r.raw.ID], done[r.mesh.ID] = true, true
	}
}

// Return makes parts of an order's items again, as they were chosen, in the actor's cart, which is begun where there is none. The cart
// remembers the order. After the commit, Returned belongs. Errors: Conflict where something is in the cart; those of what has no room.
func (s *Service) Return(ctx context.Context, tx *db.Tx, who shop.Actor, orderID string, back []Returning) error {
	if err := s.begin(ctx, tx, who); err != nil {
		return err
	}
	if err := s.Vacant(ctx, tx, who); err != nil {
		return err
	}
	kept, bytes := map[string]bool{}, int64(0)
	for _, r := range back {
		for _, b := range []db.Blob{r.raw, r.mesh} {
			if !kept[b.ID] {
				bytes += cmp.Or(b.Packed, b.Size)
			}
			kept[b.ID] = true
		}
	}
	if err := tx.RoomFor(ctx, who.CartID, "", int64(len(back)), bytes, s.quota(atCounter(who))); err != nil {
		return err
	}
	clear(kept)
	for _, r := range back {
		for _, b := range []db.Blob{r.raw, r.mesh} {
			if b.ID != "" && !kept[b.ID] {
				if err := tx.InsertBlob(ctx, b); err != nil {
					return err
				}
			}
			kept[b.ID] = true
		}
		if err := tx.InsertPart(ctx, r.part(who.CartID)); err != nil {
			return err
		}
	}
	if err := tx.CartReplaces(ctx, who.CartID, orderID); err != nil {
		return err
	}
	return s.touch(ctx, tx, who.CartID)
}

// part is the item as a part: its slice is looked for, or it is read again where nobody wrote down what its mesh is.
func (r Returning) part(cartID string) shop.Part {
	it := r.Item
	p := shop.Part{
		ID: shop.NewID(), CartID: cartID, UploadID: r.raw.ID, Name: it.Name, Kind: it.Kind, State: shop.PartInspecting, RawBlob: r.raw.ID, Choices: it.Choices.Choices,
		PrintChosen: it.Choices.Chosen, PrintAnyway: it.Choices.PrintAnyway, Pose: it.Pose,
	}
	p.Choices.Copies = it.Copies
	switch found, ok := slice.InspectionOf(it.Inspection); {
	case it.Kind == shop.KindReviewFile && shop.WebLink(it.Name) != "":
		p.State, p.Message, p.UploadID = shop.PartReview, reviewedLink, ""
	case it.Kind == shop.KindReviewFile:
		p.State, p.Message = shop.PartReview, reviewed
	case r.mesh.ID == "": // it could not be read, and says so again
	default:
		p.MeshBlob, p.MeshHash, p.Inspection = r.mesh.ID, it.MeshHash, it.Inspection
		p.UnitAnswered = !ok || !found.Units.Ask || it.GCodeHash != ""
		switch {
		case !ok || p.MeshHash == "":
		case !p.UnitAnswered:
			p.State = shop.PartNeedsUnits
		default:
			p.State = shop.PartQueued
		}
	}
	return p
}

// Returned has the parts that came back read and sliced, those whose slices are kept at once.
func (s *Service) Returned(ctx context.Context, cartID string) error {
	s.inspect.Wake()
	return s.Slice(ctx, cartID)
}

// Untouched says whether nothing but an order's parts came into a cart since they came back into it, and some of them are there still:
// somebody who added to it has its cookie, and keeps it.
func (s *Service) Untouched(ctx context.Context, tx *db.Tx, cartID string, since shop.Time) (bool, error) {
	parts, err := tx.Parts(ctx, cartID)
	if err != nil {
		return false, err
	}
	uploads, err := tx.UploadsOfCart(ctx, cartID)
	if err != nil {
		return false, err
	}
	added := slices.ContainsFunc(parts, func(p shop.Part) bool { return p.Created > since })
	return len(parts) > 0 && len(uploads) == 0 && !added, nil
}

// Reopen gives the actor the cart into which an order's parts came back, where their browser never got its cookie: it takes the place of
// their own, in which nothing may be. Errors: Conflict where something is.
func (s *Service) Reopen(ctx context.Context, tx *db.Tx, who shop.Actor, cartID string) error {
	if cartID == who.CartID {
		return nil
	}
	token := who.NewCart.TokenHash
	if token == "" {
		if err := s.Vacant(ctx, tx, who); err != nil {
			return err
		}
		var err error
		if token, err = tx.CartToken(ctx, who.CartID); err != nil {
			return err
		}
		if err := tx.DeleteCart(ctx, who.CartID); err != nil {
			return err
		}
	}
	return tx.OpenCartBy(ctx, cartID, token)
}

// Vacant refuses the actor's cart if something is in it, or comes into it; where there is none yet, nothing is. Errors: Conflict.
func (s *Service) Vacant(ctx context.Context, tx *db.Tx, who shop.Actor) error {
	cartID := who.CartID
	if err := editable(ctx, tx, cartID); shop.IsKind(err, shop.NotFound) && who.NewCart.TokenHash != "" {
		return nil
	} else if err != nil {
		return err
	}
	parts, err := tx.Parts(ctx, cartID)
	if err != nil {
		return err
	}
	uploads, err := tx.UploadsOfCart(ctx, cartID)
	if err != nil {
		return err
	}
	if len(parts)+len(uploads) > 0 {
		return shop.Conflictf("cart_not_empty", "You have other parts in your cart. Order them or take them out first, then come back to this page.")
	}
	return nil
}
