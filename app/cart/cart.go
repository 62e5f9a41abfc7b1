package cart

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// OpenCart finds the cart of a cookie's token. Without one, or with a token the shop does not know, it begins a cart
// and gives the new token for the cookie.
func (s *Service) OpenCart(ctx context.Context, token string) (cartID, newToken string, err error) {
	if token != "" {
		err = s.db.Read(ctx, func(tx *db.Tx) error {
			c, err := tx.CartByToken(ctx, shop.HashToken(token))
			cartID = c.ID
			return err
		})
		if err == nil || !shop.IsKind(err, shop.NotFound) {
			return cartID, "", err
		}
	}
	return s.beginCart(ctx)
}

func (s *Service) beginCart(ctx context.Context) (cartID, newToken string, err error) {
	cartID, newToken = shop.NewID(), shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error { return tx.InsertCart(ctx, cartID, shop.HashToken(newToken)) })
	return cartID, newToken, err
}

// CartForUpload is OpenCart for something new to order: a cart that was ordered already is left, and another begun.
func (s *Service) CartForUpload(ctx context.Context, token string) (cartID, newToken string, err error) {
	if cartID, newToken, err = s.OpenCart(ctx, token); err != nil || newToken != "" {
		return cartID, newToken, err
	}
	var ordered bool
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.Cart(ctx, cartID)
		ordered = c.Order != ""
		return err
	})
	if err == nil && ordered {
		return s.beginCart(ctx)
	}
	return cartID, "", err
}

// editable says whether a cart can still be changed. Errors: NotFound; Conflict when it was ordered.
func editable(ctx context.Context, tx *db.Tx, cartID string) error {
	c, err := tx.Cart(ctx, cartID)
	if err == nil && c.Order != "" {
		err = shop.Conflictf("cart_ordered", "This order was placed already. Drop a file to begin another.")
	}
	return err
}

// Empty removes a cart's parts and queues their files; what an order took from it are copies of its own.
func (s *Service) Empty(ctx context.Context, tx *db.Tx, cartID string) error {
	parts, err := tx.Parts(ctx, cartID)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := s.dropPart(ctx, tx, p); err != nil {
			return err
		}
	}
	blobs, err := tx.BlobsOfCart(ctx, cartID)
	if err != nil {
		return err
	}
	for _, b := range blobs {
		if err := s.files.Trash(ctx, tx, b.ID); err != nil {
			return err
		}
	}
	return nil
}
