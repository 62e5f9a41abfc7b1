package cart

import (
	"context"
	"math"

	"buildplate/app/shop"
	"buildplate/db"
)

// FindCart finds the cart of a cookie's token, and says whether it was ordered. Errors: NotFound.
func (s *Service) FindCart(ctx context.Context, token string) (cartID string, ordered bool, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.CartByToken(ctx, shop.HashToken(token))
		cartID, ordered = c.ID, c.Order != ""
		return err
	})
	return cartID, ordered, err
}

// BeginCart makes a cart for whoever asks from an address, "" where none is known, and gives the token for the cookie.
func (s *Service) BeginCart(ctx context.Context, address string) (cartID, newToken string, err error) {
	cartID, newToken = shop.NewID(), shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error { return tx.InsertCart(ctx, cartID, shop.HashToken(newToken), address) })
	return cartID, newToken, err
}

// begin makes the cart of whoever has none yet, within the transaction that takes the first thing into it: what is refused leaves
// none behind. Errors: Conflict before the shop is set up.
func (s *Service) begin(ctx context.Context, tx *db.Tx, who shop.Actor) error {
	if who.NewCart.TokenHash == "" {
		return nil
	}
	if err := s.settings.CheckSetUp(ctx, tx); err != nil {
		return err
	}
	return tx.InsertCart(ctx, who.CartID, who.NewCart.TokenHash, who.NewCart.Address)
}

// unbegin removes the cart that begin made, where nothing came into it after all.
func unbegin(ctx context.Context, tx *db.Tx, who shop.Actor) error {
	if who.NewCart.TokenHash == "" {
		return nil
	}
	return tx.DeleteCart(ctx, who.CartID)
}

// editable says whether a cart can still be changed. Errors: NotFound; Conflict when it was ordered.
func editable(ctx context.Context, tx *db.Tx, cartID string) error {
	c, err := tx.Cart(ctx, cartID)
	if err == nil && c.Order != "" {
		err = shop.Conflictf("cart_ordered", "This order has been placed. Add a file to start another.")
	}
	return err
}

// atCounter says whether somebody's cart is the counter's: its parts go first, and the shop keeps room for its files.
func atCounter(who shop.Actor) bool { return who.Can(shop.KeepCounterCart, shop.CartOf(who.CartID)) }

// worksOn notes that somebody at the counter does something to a cart: from now on its parts go first.
func worksOn(ctx context.Context, tx *db.Tx, who shop.Actor) error {
	if !atCounter(who) {
		return nil
	}
	return tx.StaffCart(ctx, who.CartID, who.ID)
}

// Empty removes a cart's parts and queues their files; what an order took from it are copies of its own.
func (s *Service) Empty(ctx context.Context, tx *db.Tx, cartID string) error {
	_, err := s.EmptySome(ctx, tx, cartID, math.MaxInt)
	return err
}

// Ordered lets go of a cart that became an order: its parts and files are nobody's any more, since the order has its own, and
// count for nobody. The cart stays, so that its page leads to the order. After the commit, slices.DropUnwanted belongs.
func (s *Service) Ordered(ctx context.Context, tx *db.Tx, cartID string) error {
	if err := s.Empty(ctx, tx, cartID); err != nil {
		return err
	}
	return s.touch(ctx, tx, cartID)
}

// EmptySome is Empty for so many parts and as many files beside them, and says whether there are more.
func (s *Service) EmptySome(ctx context.Context, tx *db.Tx, cartID string, most int) (more bool, err error) {
	parts, err := tx.Parts(ctx, cartID)
	if err != nil {
		return false, err
	}
	for _, p := range parts[:min(len(parts), most)] {
		if err := s.dropPart(ctx, tx, p); err != nil {
			return false, err
		}
	}
	if len(parts) > most {
		return true, nil
	}
	blobs, err := tx.BlobsOfCart(ctx, cartID)
	if err != nil {
		return false, err
	}
	for _, b := range blobs[:min(len(blobs), most)] {
		if err := s.files.Trash(ctx, tx, b.ID); err != nil {
			return false, err
		}
	}
	return len(blobs) > most, nil
}
