package app

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

// CounterOrder is an order that staff type in for a customer at the counter, from the cart in their own browser.
// Cash is taken and released at once. Errors: as Checkout; Invalid for a changed total without a reason.
func (a *App) CounterOrder(ctx context.Context, p Principal, cartID string, req CounterRequest) (CounterView, error) {
	if req.AdjustedTotal != nil && strings.TrimSpace(req.Reason) == "" {
		return CounterView{}, shop.Invalidf("reason_missing", "reason", "Please say why the price is changed.")
	}
	inv, err := a.placeOrder(ctx, order{
		cartID: cartID, source: "counter", contact: req.Contact, delivery: req.Delivery, note: req.Note, payment: req.Payment, expected: req.ExpectedTotal,
		adjusted: req.AdjustedTotal, reason: req.Reason, termsAccepted: true, who: p.activity("", ""),
	})
	if err != nil {
		return CounterView{}, err
	}
	if inv.Payment == shop.ByCash && inv.Payable() {
		var s shop.Settings
		err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
			s, err = tx.Settings(ctx)
			return err
		})
		if err == nil {
			err = a.takePayment(ctx, p, inv.ID, shop.ByCash, s.CashDue(inv.Balance()), "at the counter")
		}
		if err != nil {
			return CounterView{}, err
		}
	}
	url, err := a.newOrderLink(ctx, inv.ID)
	return CounterView{OrderID: inv.ID, OrderNumber: inv.OrderNumber, OrderURL: url}, err
}
