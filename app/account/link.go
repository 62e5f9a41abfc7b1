package account

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// NewOrderLink mints a link to an order's page, as a path. Whoever calls it has asked whether the actor may have one.
func (s *Service) NewOrderLink(ctx context.Context, orderID string) (string, error) {
	var path string
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		path, err = s.MintOrderLink(ctx, tx, orderID)
		return err
	})
	return path, err
}

// MintOrderLink is NewOrderLink within a transaction.
func (s *Service) MintOrderLink(ctx context.Context, tx *db.Tx, orderID string) (string, error) {
	token := shop.NewToken()
	return "/order/" + token, tx.InsertOrderLink(ctx, shop.HashToken(token), orderID)
}

// GuestByLink says who holds the link of an order. Errors: NotFound, the same for a wrong token and a gone order.
func (s *Service) GuestByLink(ctx context.Context, token string) (shop.Actor, error) {
	var id string
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := tx.OrderByLink(ctx, shop.HashToken(token))
		if err == nil {
			id = o.ID
		}
		return err
	})
	if err != nil {
		return shop.Actor{}, shop.IfNotFound(err, "order_link_unknown", "There is no order behind this link. Check that the whole link was copied.")
	}
	return shop.Guest(id), nil
}
