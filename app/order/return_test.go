package order_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/shopspring/decimal"

	"buildplate/app/apptest"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// Whoever paid an invoice that stands alone comes back to no order.
func TestComingBackFromAnInvoiceThatStandsAlone(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	client, invoice, attempt := shop.NewID(), shop.NewID(), shop.NewID()
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		lines := []shop.InvoiceLine{{ID: shop.NewID(), Kind: shop.LineModelling, Name: "An hour", Quantity: decimal.NewFromInt(1), UnitPrice: decimal.NewFromInt(80), Amount: 80_00}}
		inv := shop.Invoice{ID: invoice, ClientID: client, State: shop.Draft, Currency: "AUD", Tax: shop.Tax{Mode: shop.TaxNone}, Total: 80_00}
		return errors.Join(tx.InsertClient(ctx, client, shop.Contact{Name: "Ada", Email: "ada@example.com"}), tx.InsertInvoice(ctx, &inv, lines),
			tx.InsertCheckout(ctx, &shop.CheckoutSession{
				ID: attempt, InvoiceID: invoice, Attempt: 1, IdemKey: attempt, Params: json.RawMessage("{}"), Amount: 80_00, Currency: "AUD",
				Expires: tx.Now, State: shop.CheckoutExpired, Created: tx.Now,
			}), c.Events.Emit(ctx, tx, event.ClientChanged{ID: client}), c.Events.Emit(ctx, tx, event.InvoiceChanged{ID: invoice}))
	})
	if v, err := c.Orders.ReturnFromCheckout(t.Context(), shop.Actor{Role: shop.RoleVisitor, CartID: shop.NewID()}, attempt); err != nil || v.State != "expired" || v.OrderNumber != "" || v.OrderURL != "" {
		t.Errorf("%+v, %v", v, err)
	}
}
