package billing

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// Draft makes the invoice of an order that may be paid: a line for each item, then what else its price consists of.
// It has no number until it is issued. Errors: Conflict when the order has one already.
func Draft(ctx context.Context, tx *db.Tx, o *shop.Order, items []shop.Item, tax shop.Tax) error {
	inv := shop.Invoice{
		ID: shop.NewID(), OrderID: o.ID, ClientID: o.ClientID, State: shop.Draft, Currency: o.Currency, Tax: tax,
		Total: o.Price.Total, TaxTotal: o.Price.Tax, OrderNumber: o.Number, Email: o.Contact.Email, PONumber: o.Contact.Business.PONumber,
	}
	lines := o.Price.Lines(items)
	for i := range lines {
		lines[i].ID = shop.NewID()
	}
	if err := tx.InsertInvoice(ctx, &inv, lines); err != nil {
		return err
	}
	o.Invoice = &inv
	return nil
}

// Void closes the invoice of an order that is closed, if it has one; a number that it has, it keeps. By is the name of
// whoever closed the order. Money that was taken for it stays as it is, to be sent back.
func Void(ctx context.Context, tx *db.Tx, o *shop.Order, reason, by string) error {
	if o.Invoice == nil || o.Invoice.Closed() {
		return nil
	}
	if err := o.Invoice.Void(reason, tx.Now); err != nil {
		return err
	}
	return tx.SaveInvoice(ctx, o.Invoice, by)
}
