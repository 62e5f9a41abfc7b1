package app

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// MyOrder mints a link to the order that a visitor's own cart became. Errors: NotFound.
func (a *App) MyOrder(ctx context.Context, cartID string) (orderURL string, err error) {
	inv, err := a.orderOfCart(ctx, cartID)
	if err != nil {
		return "", err
	}
	if inv == nil {
		return "", shop.NotFoundf("There is no order in this browser.")
	}
	return a.accounts.NewOrderLink(ctx, inv.ID)
}

// OrderLink mints a link to the customer's page of an order, for staff to pass on. Errors: NotFound.
func (a *App) OrderLink(ctx context.Context, p shop.Actor, id string) (url string, err error) {
	if _, err := a.StaffOrder(ctx, id); err != nil {
		return "", err
	}
	var origin string
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		origin, err = a.settings.PublicURL(ctx, tx)
		return err
	})
	if err != nil {
		return "", err
	}
	if origin == "" {
		origin = a.cfg.LocalURL
	}
	path, err := a.accounts.NewOrderLink(ctx, id)
	return origin + path, err
}
