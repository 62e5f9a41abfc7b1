package order_test

import (
	"context"
	"errors"
	"testing"

	"github.com/shopspring/decimal"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// A draft goes with its order, by the same conditions; what was issued, closed or has money stays, and its order with it.
func TestOnlyADraftIsDeleted(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	who := helper
	paying := reviewed(t, c, 30_00) // its payment page is closed first
	if _, err := c.Cards.PayByCard(t.Context(), paying.InvoiceID); err != nil {
		t.Fatal(err)
	}
	if err := c.Orders.DeleteInvoice(t.Context(), who, paying.InvoiceID, paying.InvoiceVersion+1); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("of another version: %v", err)
	}
	if all := c.Stripe.Sessions(); len(all) != 1 || all[0].Status != "open" {
		t.Errorf("refused, and the payment page: %+v", all)
	}
	if err := c.Orders.DeleteInvoice(t.Context(), who, paying.InvoiceID, paying.InvoiceVersion); err != nil {
		t.Fatal(err)
	}
	if all := c.Stripe.Sessions(); all[0].Status != "expired" {
		t.Errorf("deleted, and the payment page is %s", all[0].Status)
	}
	if _, err := c.Orders.StaffOrder(t.Context(), who, paying.ID); !shop.IsCode(err, "order_not_found") {
		t.Errorf("its order: %v", err)
	}
	if err := c.Orders.DeleteInvoice(t.Context(), who, paying.InvoiceID, 1); !shop.IsCode(err, "invoice_not_found") {
		t.Errorf("again: %v", err)
	}

	issued := reviewed(t, c, 30_00)
	if err := c.Billing.TakePayment(t.Context(), grace, issued.InvoiceID, 0, shop.ByTransfer, 10_00, ""); err != nil {
		t.Fatal(err)
	}
	again, err := c.Orders.StaffOrder(t.Context(), grace, issued.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Orders.DeleteInvoice(t.Context(), grace, issued.InvoiceID, again.InvoiceVersion); !shop.IsCode(err, "invoice_issued") {
		t.Errorf("with a number: %v", err)
	}
	cancelled := reviewed(t, c, 30_00)
	if _, err := c.Orders.CancelOrder(t.Context(), grace, cancelled.ID, 0, "a mistake"); err != nil {
		t.Fatal(err)
	}
	if err := c.Orders.DeleteInvoice(t.Context(), grace, cancelled.InvoiceID, 2); !shop.IsCode(err, "invoice_closed") {
		t.Errorf("void: %v", err)
	}
	list, err := c.Billing.Invoices(t.Context(), grace, billing.InvoiceFilter{Tab: "all"})
	if err != nil || len(list.Invoices) != 1 || list.Invoices[0].ID != issued.InvoiceID || len(list.Invoices[0].Actions) != 0 {
		t.Errorf("of a draft that was closed and one that was issued the list has %+v, %v", list, err)
	}
}

// An invoice that stands alone is listed, found, paid and deleted by itself.
func TestAnInvoiceWithoutAnOrder(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	alone := func(name string) string {
		client, invoice := shop.NewID(), shop.NewID()
		c.Write(func(ctx context.Context, tx *db.Tx) error {
			lines := []shop.InvoiceLine{{ID: shop.NewID(), Kind: shop.LineModelling, Name: "An hour", Quantity: decimal.NewFromInt(1), UnitPrice: decimal.NewFromInt(80), Amount: 80_00}}
			inv := shop.Invoice{ID: invoice, ClientID: client, State: shop.Draft, Currency: "AUD", Tax: shop.Tax{Mode: shop.TaxNone}, Total: 80_00}
			return errors.Join(tx.InsertClient(ctx, client, shop.Contact{Name: name, Email: "ada@example.com"}), tx.InsertInvoice(ctx, &inv, lines),
				c.Events.Emit(ctx, tx, event.ClientChanged{ID: client}), c.Events.Emit(ctx, tx, event.InvoiceChanged{ID: invoice}))
		})
		return invoice
	}
	first, second := alone("Ada Lovelace"), alone("Mary Shelley")
	list := func(tab, text string) billing.InvoiceListView {
		t.Helper()
		v, err := c.Billing.Invoices(t.Context(), helper, billing.InvoiceFilter{Tab: tab, Query: text})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := list("draft", "lovelace"); len(v.Invoices) != 1 || v.Invoices[0].ID != first || v.Invoices[0].OrderID != "" || v.Counts["draft"] != 1 {
		t.Errorf("%+v", v)
	}
	if err := c.Billing.TakePayment(t.Context(), helper, first, 1, shop.ByTransfer, 80_00, ""); err != nil {
		t.Fatal(err)
	}
	if v := list("paid", "INV"); len(v.Invoices) != 1 || v.Invoices[0].ID != first || v.Invoices[0].Number == "" {
		t.Errorf("paid: %+v", v)
	}
	if err := c.Orders.DeleteInvoice(t.Context(), helper, first, 2); !shop.IsCode(err, "invoice_issued") {
		t.Errorf("paid, and deleted: %v", err)
	}
	if err := c.Orders.DeleteInvoice(t.Context(), helper, second, 1); err != nil {
		t.Fatal(err)
	}
	if v := list("all", ""); len(v.Invoices) != 1 || v.Counts["all"] != 1 {
		t.Errorf("deleted: %+v", v)
	}
	if v := list("all", "shelley"); len(v.Invoices) != 0 || v.Counts["all"] != 0 {
		t.Errorf("deleted, and found: %+v", v)
	}
}

// Nobody pays on a page that was open as what it asks for was given up; one that is refused leaves the page open.
func TestWritingOffClosesThePaymentPage(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 5)
	req := collected(item, 5)
	req.UnpaidReason = "a regular"
	o, err := handOver(t.Context(), c.Orders, grace, o.ID, req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Cards.PayByCard(t.Context(), o.InvoiceID); err != nil {
		t.Fatal(err)
	}
	if err := c.Orders.WriteOff(t.Context(), grace, o.InvoiceID, o.InvoiceVersion+1, "moved abroad"); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("of another version: %v", err)
	}
	if all := c.Stripe.Sessions(); len(all) != 1 || all[0].Status != "open" {
		t.Fatalf("refused, and the payment page: %+v", all)
	}
	if err := c.Orders.WriteOff(t.Context(), grace, o.InvoiceID, 0, "moved abroad"); err != nil {
		t.Fatal(err)
	}
	if all := c.Stripe.Sessions(); len(all) != 1 || all[0].Status != "expired" {
		t.Errorf("written off, and the payment page: %+v", all)
	}
	if o = seen(t, c, o.ID); o.InvoiceState != shop.WrittenOff || o.Balance != 0 {
		t.Errorf("the invoice is %s, %s is owed", o.InvoiceState, o.Balance)
	}
}
