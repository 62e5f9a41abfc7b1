package cart

import (
	"context"
	"slices"

	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/db"
)

// PatchParts changes the choices of some of a cart's parts, or of all when ids is nil, and queues what has to be
// sliced anew. Version is the cart's that the choice was made from, 0 to ask no questions: work of the shop's own on the parts
// raises it too, and stops nobody from choosing.
// Errors: NotFound; Conflict when the cart was ordered, or somebody chose for one of the parts meanwhile; Invalid with the field.
func (s *Service) PatchParts(ctx context.Context, who shop.Actor, version int64, ids []string, patch shop.ChoicesPatch) (View, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return View{}, err
	}
	cartID := who.CartID
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := editable(ctx, tx, cartID); err != nil {
			return err
		}
		if err := worksOn(ctx, tx, who); err != nil {
			return err
		}
		c, err := tx.Cart(ctx, cartID)
		if err != nil {
			return err
		}
		menu, err := catalog.Menu(ctx, tx)
		if err != nil {
			return err
		}
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		found := 0
		for _, p := range parts {
			if ids != nil && !slices.Contains(ids, p.ID) {
				continue
			}
			found++
			if err := chosenSince(ctx, tx, p, version); err != nil {
				return err
			}
			if err := s.choose(ctx, tx, p, patch, menu, c.Version+1); err != nil {
				return err
			}
		}
		if found < len(ids) {
			return shop.NotFoundf("part_not_found", "This part is no longer in your order.")
		}
		return s.touch(ctx, tx, cartID)
	})
	if err != nil {
		return View{}, err
	}
	s.inspect.Wake()
	if err := s.Slice(ctx, cartID); err != nil {
		return View{}, err
	}
	return s.Get(ctx, who)
}

// chosenSince refuses a choice for a part that was made from a version of its cart before somebody else's. Only the browser
// that has the cart chooses for it, so that was another of its tabs. Errors: Conflict.
func chosenSince(ctx context.Context, tx *db.Tx, p shop.Part, version int64) error {
	if version == 0 || p.Chosen <= version {
		return nil
	}
	set, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	return shop.ChangedMeanwhile("Another tab", p.ChosenAt, set.Location())
}

// choose keeps a choice for a part; version is the cart's that it makes.
func (s *Service) choose(ctx context.Context, tx *db.Tx, p shop.Part, patch shop.ChoicesPatch, menu shop.Menu, version int64) error {
	was := p.Choices
	next, err := p.Choices.Apply(patch, menu)
	if patch.Times != nil && shop.IsCode(err, "copies_out_of_range") {
		return shop.Invalidf("copies_out_of_range", "times", "%s would be %d copies, and an order takes %d of each part. Choose fewer sets, or ask us for a quote.", p.Name, next.Copies, shop.MaxCopies)
	}
	if err != nil {
		return err
	}
	p.Choices = next
	turned := false
	if patch.Pose != nil {
		pose, err := patch.Pose.Canonical()
		if err != nil {
			return err
		}
		if turned = pose != p.Pose; turned && p.Kind != shop.KindModel {
			return shop.Invalidf("pose_without_model", "pose", "%s has no model that could be turned.", p.Name)
		}
		p.Pose = pose
	}
	accepted := false
	if patch.PrintAnyway != nil {
		if accepted = *patch.PrintAnyway != p.PrintAnyway; accepted && p.Kind != shop.KindModel {
			return shop.Invalidf("nothing_to_accept", "print_anyway", "We look at %s before it is printed in any case.", p.Name)
		}
		p.PrintAnyway = *patch.PrintAnyway
	}
	if next != was || turned || accepted || (patch.Unit != nil && !p.UnitAnswered) {
		p.Chosen, p.ChosenAt = version, tx.Now
	}
	p.PrintChosen = p.PrintChosen || next.Print() != was.Print()
	if patch.Unit != nil {
		p.UnitAnswered = true
	}
	known := false
	if turned && was.Unit == next.Unit && p.State != shop.PartInspecting && p.State != shop.PartNeedsUnits {
		if known, err = lieAsProposed(ctx, tx, &p); err != nil {
			return err
		}
	}
	if p.Kind == shop.KindModel && p.MeshBlob != "" {
		switch {
		case known:
			p.State, p.SliceKey, p.Most, p.Message = shop.PartQueued, "", 0, ""
		case was.Unit != next.Unit || turned || (p.State == shop.PartNeedsUnits && p.UnitAnswered):
			p.State, p.SliceKey, p.Most, p.Message = shop.PartInspecting, "", 0, ""
		case p.State != shop.PartInspecting && p.State != shop.PartNeedsUnits && changesSlice(was, next):
			p.State, p.SliceKey, p.Most, p.Message = shop.PartQueued, "", 0, ""
		case p.State != shop.PartInspecting && p.State != shop.PartNeedsUnits && was.Copies != next.Copies:
			p.State, p.Message = shop.PartQueued, ""
		}
	}
	if p.State == shop.PartInspecting || p.SliceKey == "" || was.Copies != next.Copies {
		p.Laid = false
	}
	return tx.SavePart(ctx, p)
}

// changesSlice says whether one copy's G-code would be another. Colour and copies do not change it; the material does where
// its profile differs, which slicing finds out by the key.
func changesSlice(was, now shop.Choices) bool {
	was.ColourID, was.Copies = now.ColourID, now.Copies
	return was != now
}

// DeletePart takes a part out of a cart; its files go with it. Version is the cart's that this was decided on, 0 to ask no
// questions. Errors: NotFound; Conflict when the cart was ordered, or somebody chose for the part meanwhile.
func (s *Service) DeletePart(ctx context.Context, who shop.Actor, version int64, partID string) (View, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return View{}, err
	}
	cartID := who.CartID
	unlock, err := s.slicing.Lock(ctx, cartID) // or its slice could be queued after it was dropped
	if err != nil {
		return View{}, err
	}
	defer unlock()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := editable(ctx, tx, cartID); err != nil {
			return err
		}
		p, err := tx.Part(ctx, cartID, partID)
		if err != nil {
			return shop.IfNotFound(err, "part_not_found", "This part is no longer in your order.")
		}
		if err := chosenSince(ctx, tx, p, version); err != nil {
			return err
		}
		if err := s.dropPart(ctx, tx, p); err != nil {
			return err
		}
		s.later(tx, cartID)
		return s.touch(ctx, tx, cartID)
	})
	if err != nil {
		return View{}, err
	}
	s.inspections.Drop(partID)
	s.slices.DropUnwanted()
	return s.Get(ctx, who)
}

// dropPart removes a part's row and queues its files, unless another part came in the same archive, or is of the same model.
func (s *Service) dropPart(ctx context.Context, tx *db.Tx, p shop.Part) error {
	if err := tx.DeletePart(ctx, p.ID); err != nil {
		return err
	}
	for _, blob := range []string{p.RawBlob, p.MeshBlob} {
		if blob == "" {
			continue
		}
		used, err := tx.PartsUse(ctx, blob)
		if err != nil {
			return err
		}
		if !used {
			if err := s.files.Trash(ctx, tx, blob); err != nil {
				return err
			}
		}
	}
	return nil
}

// RetrySlices tries again what failed, for some of a cart's parts or all. Errors: NotFound; Conflict when ordered.
func (s *Service) RetrySlices(ctx context.Context, who shop.Actor, ids []string) (View, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return View{}, err
	}
	cartID := who.CartID
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := editable(ctx, tx, cartID); err != nil {
			return err
		}
		if err := worksOn(ctx, tx, who); err != nil {
			return err
		}
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p.State != shop.PartFailed || p.Refused || (len(ids) > 0 && !wanted[p.ID]) {
				continue
			}
			plates, err := tx.PlatesOfPart(ctx, p.ID)
			if err != nil {
				return err
			}
			for _, plate := range append(plates, shop.Plate{SliceKey: p.SliceKey}) {
				if err := tx.ForgetFailedSlice(ctx, plate.SliceKey); err != nil {
					return err
				}
			}
			p.State, p.Message, p.SliceKey, p.Laid = shop.PartQueued, "", "", false
			if p.MeshHash == "" {
				p.State = shop.PartInspecting
			}
			if err := tx.SavePart(ctx, p); err != nil {
				return err
			}
		}
		return s.touch(ctx, tx, cartID)
	})
	if err != nil {
		return View{}, err
	}
	s.inspect.Wake()
	if err := s.Slice(ctx, cartID); err != nil {
		return View{}, err
	}
	return s.Get(ctx, who)
}
