package account

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// OwnOrder stands in place of a link's token for the order that the cart of whoever asks became: their browser needs no
// link.
const OwnOrder = "mine"

// NewOrderLink mints a link to an order's page, as a path. Whoever calls it has asked whether the actor may have one.
// Errors: Conflict where as many work as may.
func (s *Service) NewOrderLink(ctx context.Context, orderID string) (path string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		path, err = AddOrderLink(ctx, tx, orderID)
		return err
	})
	return path, err
}

// AddOrderLink is NewOrderLink in a transaction. An order has so many links that work, and none of them ends for a new one: nobody knows
// which of them somebody was sent. Errors: Conflict for one more.
func AddOrderLink(ctx context.Context, tx *db.Tx, orderID string) (path string, err error) {
	kept, err := tx.Settings(ctx)
	if err != nil {
		return "", err
	}
	switch links, err := tx.OrderLinks(ctx, orderID); {
	case err != nil:
		return "", err
	case len(links) >= shop.MaxOrderLinks:
		return "", shop.Conflictf("order_links_full", "%d links to this order work, which is the most. End one that nobody needs under “Customer’s links”, then make a new one.", shop.MaxOrderLinks)
	}
	token := shop.NewToken()
	// The papers are kept that long from when the order is done: the nightly work has the link go on until then.
	return "/order/" + token, tx.InsertOrderLink(ctx, shop.HashToken(token), orderID, tx.Now.Add(kept.Retention.Age(shop.RetainDocuments)))
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
		return shop.Actor{}, shop.IfNotFound(err, "order_link_unknown", "This link does not lead to an order. Check that all of it was copied, or ask us for a new one.")
	}
	return shop.Guest(id), nil
}

// GuestByCart says whose order the cart of a cookie's token became. Errors: NotFound.
func (s *Service) GuestByCart(ctx context.Context, cartToken string) (shop.Actor, error) {
	var id string
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.CartByToken(ctx, shop.HashToken(cartToken))
		id = c.Order
		return err
	})
	if err == nil && id == "" {
		err = &shop.Error{Kind: shop.NotFound}
	}
	if err != nil {
		return shop.Actor{}, shop.IfNotFound(err, "order_not_found", "There is no order in this browser.")
	}
	return shop.Guest(id), nil
}
