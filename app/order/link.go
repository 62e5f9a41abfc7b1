package order

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// MyOrder mints a link to the order that a visitor's own cart became. Errors: NotFound.
func (s *Service) MyOrder(ctx context.Context, who shop.Actor) (orderURL string, err error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return "", err
	}
	o, err := s.orderOfCart(ctx, who.CartID)
	if err != nil {
		return "", err
	}
	if o == nil {
		return "", shop.NotFoundf("order_not_found", "There is no order in this browser.")
	}
	return s.accounts.NewOrderLink(ctx, o.ID)
}

// OrderLink mints a link to the customer's page of an order, for staff to pass on. Errors: NotFound.
func (s *Service) OrderLink(ctx context.Context, who shop.Actor, id string) (url string, err error) {
	if err := who.Must(shop.ShareOrder, shop.OrderOf(id)); err != nil {
		return "", err
	}
	if _, err := s.StaffOrder(ctx, who, id); err != nil {
		return "", err
	}
	var origin string
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		origin, err = s.settings.PublicURL(ctx, tx)
		return err
	})
	if err != nil {
		return "", err
	}
	if origin == "" {
		origin = s.settings.LocalURL()
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		path, err := s.accounts.MintOrderLink(ctx, tx, id)
		if err != nil {
			return err
		}
		url = origin + path
		return tx.Log(ctx, who.Activity(shop.VerbOrderLinked, id, shop.ActivityParams{}))
	})
	return url, err
}

// PayLink gives the address of the page on which an invoice is paid by card. Errors: as card's PayByCard.
func (s *Service) PayLink(ctx context.Context, who shop.Actor, invoiceID string) (payURL string, err error) {
	if err := who.Must(shop.PayOrder, shop.TheShop); err != nil {
		return "", err
	}
	return s.cards.PayByCard(ctx, invoiceID)
}
