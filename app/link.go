package app

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// newOrderLink mints a link to an order's page, as a path.
func (a *App) newOrderLink(ctx context.Context, invoiceID string) (string, error) {
	token := shop.NewToken()
	err := a.db.Write(ctx, func(tx *db.Tx) error { return tx.InsertOrderLink(ctx, shop.HashToken(token), invoiceID) })
	return "/order/" + token, err
}

// MyOrder mints a link to the order that a visitor's own cart became. Errors: NotFound.
func (a *App) MyOrder(ctx context.Context, cartID string) (orderURL string, err error) {
	inv, err := a.orderOfCart(ctx, cartID)
	if err != nil {
		return "", err
	}
	if inv == nil {
		return "", shop.NotFoundf("cart_not_found", "There is no order in this browser.")
	}
	return a.newOrderLink(ctx, inv.ID)
}

// OrderLink mints a link to the customer's page of an order, for staff to pass on. Errors: NotFound.
func (a *App) OrderLink(ctx context.Context, p Principal, id string) (url string, err error) {
	if _, err := a.StaffOrder(ctx, id); err != nil {
		return "", err
	}
	var origin string
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		origin, err = a.publicURL(ctx, tx)
		return err
	})
	if err != nil {
		return "", err
	}
	if origin == "" {
		origin = a.cfg.LocalURL
	}
	path, err := a.newOrderLink(ctx, id)
	return origin + path, err
}
