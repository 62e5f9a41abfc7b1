package app

import (
	"context"
	"encoding/json"
	"slices"

	"buildplate/app/live"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/mesh"
)

// OpenCart finds the cart of a cookie's token. Without one, or with a token the shop does not know, it begins a cart
// and gives the new token for the cookie.
func (a *App) OpenCart(ctx context.Context, token string) (cartID, newToken string, err error) {
	if token != "" {
		err = a.db.Read(ctx, func(tx *db.Tx) error {
			c, err := tx.CartByToken(ctx, shop.HashToken(token))
			cartID = c.ID
			return err
		})
		if err == nil || !shop.IsKind(err, shop.NotFound) {
			return cartID, "", err
		}
	}
	return a.beginCart(ctx)
}

func (a *App) beginCart(ctx context.Context) (cartID, newToken string, err error) {
	cartID, newToken = shop.NewID(), shop.NewToken()
	err = a.db.Write(ctx, func(tx *db.Tx) error { return tx.InsertCart(ctx, cartID, shop.HashToken(newToken)) })
	return cartID, newToken, err
}

// CartForUpload is OpenCart for something new to order: a cart that was ordered already is left, and another begun.
func (a *App) CartForUpload(ctx context.Context, token string) (cartID, newToken string, err error) {
	if cartID, newToken, err = a.OpenCart(ctx, token); err != nil || newToken != "" {
		return cartID, newToken, err
	}
	var ordered bool
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.Cart(ctx, cartID)
		ordered = c.Order != ""
		return err
	})
	if err == nil && ordered {
		return a.beginCart(ctx)
	}
	return cartID, "", err
}

// openCart reads a cart that can still be changed. Errors: NotFound; Conflict when it was ordered.
func openCart(ctx context.Context, tx *db.Tx, cartID string) (shop.Cart, error) {
	c, err := tx.Cart(ctx, cartID)
	if err == nil && c.Order != "" {
		err = shop.Conflictf("cart_ordered", "This order was placed already. Drop a file to begin another.")
	}
	return c, err
}

// partLook is what the shop keeps of an inspection: the question of units as the raw file raised it, and the mesh in
// the unit that counts now.
type partLook struct {
	Units mesh.UnitQuestion `json:"units"`
	Mesh  mesh.Inspection   `json:"mesh"`
}

func lookOf(p shop.Part) (l partLook, ok bool) {
	err := json.Unmarshal(p.Inspection, &l)
	return l, err == nil && l.Mesh.Triangles > 0
}

// PatchParts changes the choices of some of a cart's parts, or of all when ids is nil, and queues what has to be
// sliced anew. Errors: NotFound; Conflict when the cart was ordered; Invalid with the field.
func (a *App) PatchParts(ctx context.Context, cartID string, ids []string, patch shop.ChoicesPatch) (CartView, error) {
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := openCart(ctx, tx, cartID); err != nil {
			return err
		}
		menu, err := menuOf(ctx, tx)
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
			if err := a.choose(ctx, tx, p, patch, menu); err != nil {
				return err
			}
		}
		if found < len(ids) {
			return shop.NotFoundf("part_not_found", "This part is not in your order any more.")
		}
		return tx.TouchCart(ctx, cartID)
	})
	if err != nil {
		return CartView{}, err
	}
	kick(a.inspectKick)
	a.tellCart(cartID)
	if err := a.sliceCart(ctx, cartID); err != nil {
		return CartView{}, err
	}
	return a.Cart(ctx, cartID)
}

func (a *App) choose(ctx context.Context, tx *db.Tx, p shop.Part, patch shop.ChoicesPatch, menu shop.Menu) error {
	was := p.Choices
	next, err := p.Choices.Apply(patch, menu)
	if err != nil {
		return err
	}
	p.Choices = next
	if patch.Unit != nil {
		p.UnitAnswered = true
	}
	if p.Kind == shop.KindModel && p.MeshBlob != "" {
		switch {
		case was.Unit != next.Unit || (p.State == shop.PartNeedsUnits && p.UnitAnswered):
			p.State, p.SliceKey, p.Message = shop.PartInspecting, "", ""
		case p.State != shop.PartInspecting && p.State != shop.PartNeedsUnits && changesSlice(was, next):
			p.State, p.SliceKey, p.Message = shop.PartQueued, "", ""
		}
	}
	return tx.SavePart(ctx, p)
}

// changesSlice says whether the G-code would be another. Colour and copies do not change it; the material does where
// its profile differs, which slicing finds out by the key.
func changesSlice(was, now shop.Choices) bool {
	was.ColourID, was.Copies = now.ColourID, now.Copies
	return was != now
}

// DeletePart takes a part out of a cart; its files go with it.
// Errors: NotFound; Conflict when the cart was ordered.
func (a *App) DeletePart(ctx context.Context, cartID, partID string) (CartView, error) {
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := openCart(ctx, tx, cartID); err != nil {
			return err
		}
		p, err := tx.Part(ctx, cartID, partID)
		if err != nil {
			return err
		}
		if err := dropPart(ctx, tx, p); err != nil {
			return err
		}
		return tx.TouchCart(ctx, cartID)
	})
	if err != nil {
		return CartView{}, err
	}
	a.dropUnwanted()
	kick(a.deleteKick)
	a.tellCart(cartID)
	return a.Cart(ctx, cartID)
}

// dropPart removes a part's row and queues its files, unless another part came in the same archive.
func dropPart(ctx context.Context, tx *db.Tx, p shop.Part) error {
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
			if err := tx.TrashBlob(ctx, blob, tx.Now); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellCart tells the pages that show a cart to look again.
func (a *App) tellCart(cartID string) {
	a.live.Publish(live.Event{Topic: "cart:" + cartID, Kind: "cart", ID: cartID})
}

func menuOf(ctx context.Context, tx *db.Tx) (shop.Menu, error) {
	ms, err := tx.Materials(ctx, false)
	return shop.Menu{Materials: ms}, err
}

// PartMesh opens a part's mesh in millimetres as the page shows it. Errors: NotFound.
func (a *App) PartMesh(ctx context.Context, cartID, partID string) (MeshFile, error) {
	var p shop.Part
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		p, err = tx.Part(ctx, cartID, partID)
		return err
	})
	if err != nil {
		return MeshFile{}, err
	}
	if p.MeshBlob == "" {
		return MeshFile{}, shop.NotFoundf("model_not_found", "This part has no model to show.")
	}
	return a.viewMesh(ctx, "tmp", p.MeshBlob, p.Choices.Unit, p.MeshHash)
}
