package cart

import (
	"context"

	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/db"
)

// LineRequest asks for one more part of a part's model: what is absent is as that part has it.
type LineRequest struct {
	Version    int64   `json:"version" minimum:"1" doc:"The cart's version that this was decided on"`
	MaterialID *string `json:"material_id,omitempty"`
	ColourID   *string `json:"colour_id,omitempty"`
	Copies     *int    `json:"copies,omitempty" minimum:"1" maximum:"500" doc:"Absent: one"`
}

// AddLine makes one more part of a part's model, after those that there are in the cart, with choices of its own: the same in another
// colour, say. It shares the files and lies as that one does.
// Errors: NotFound; Conflict when the cart was ordered, has as many parts as fit, the part has no model that is ready, or somebody chose
// for it meanwhile; Invalid with the field.
func (s *Service) AddLine(ctx context.Context, who shop.Actor, partID string, req LineRequest) (View, error) {
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
		p, err := tx.Part(ctx, cartID, partID)
		if err != nil {
			return shop.IfNotFound(err, "part_not_found", "This part is no longer in your order.")
		}
		if err := chosenSince(ctx, tx, p, req.Version); err != nil {
			return err
		}
		if p.Kind != shop.KindModel || p.MeshBlob == "" || p.Refused || p.State != shop.PartQueued && p.State != shop.PartSliced {
			return shop.Conflictf("part_has_no_lines", "%s cannot be ordered in several colours before it can be sliced.", p.Name)
		}
		if err := s.roomForLine(ctx, tx, cartID, atCounter(who)); err != nil {
			return err
		}
		line, err := s.lineOf(ctx, tx, p, req)
		if err != nil {
			return err
		}
		after := p.ID
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		for _, other := range parts {
			if other.MeshBlob == p.MeshBlob {
				after = other.ID
			}
		}
		if err := tx.InsertPart(ctx, line); err != nil {
			return err
		}
		if err := tx.PutPartAfter(ctx, line.ID, after); err != nil {
			return err
		}
		p.Chosen, p.ChosenAt = line.Chosen, line.ChosenAt // sent again, this makes no second one
		if err := tx.SavePart(ctx, p); err != nil {
			return err
		}
		return s.touch(ctx, tx, cartID)
	})
	if err != nil {
		return View{}, err
	}
	if err := s.Slice(ctx, cartID); err != nil {
		return View{}, err
	}
	return s.Get(ctx, who)
}

// lineOf is one more part of a part's model. Nothing was uploaded for it.
func (s *Service) lineOf(ctx context.Context, tx *db.Tx, p shop.Part, req LineRequest) (shop.Part, error) {
	menu, err := catalog.Menu(ctx, tx)
	if err != nil {
		return p, err
	}
	c, err := tx.Cart(ctx, p.CartID)
	if err != nil {
		return p, err
	}
	line := p
	line.ID, line.UploadID, line.Choices.Copies = shop.NewID(), "", 1
	if line.Choices, err = line.Choices.Apply(shop.ChoicesPatch{MaterialID: req.MaterialID, ColourID: req.ColourID, Copies: req.Copies}, menu); err != nil {
		return p, err
	}
	line.Chosen, line.ChosenAt = c.Version+1, tx.Now
	line.PrintChosen = p.PrintChosen || line.Choices.Print() != p.Choices.Print()
	line.State, line.Message, line.Laid, line.Most = shop.PartQueued, "", false, 0
	if changesSlice(p.Choices, line.Choices) {
		line.SliceKey = ""
	}
	return line, nil
}

// roomForLine says whether one more part fits into a cart. Its files are here already. Errors: Conflict, TooMany, Unavailable.
func (s *Service) roomForLine(ctx context.Context, tx *db.Tx, cartID string, staff bool) error {
	quota := s.quota(staff)
	parts, _, _, err := tx.RoomForModels(ctx, cartID, 2, 0, quota)
	if err != nil {
		return err
	}
	if parts < 2 {
		return shop.CartFull(shop.MaxCartFiles)
	}
	return tx.RoomFor(ctx, cartID, "", 1, 0, quota)
}
