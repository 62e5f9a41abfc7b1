package order

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// DeleteInvoice removes a draft of an invoice. An order that may be paid has an invoice, so that its draft goes only with
// the order: that is DeleteOrder, with the same conditions. One that stands alone goes by itself. Version is the invoice's
// that this was decided on.
// Errors: NotFound; Conflict for one that was issued or closed, has money, or is another by now.
func (s *Service) DeleteInvoice(ctx context.Context, who shop.Actor, id string, version int) error {
	if err := who.Must(shop.CancelOrder, shop.TheShop); err != nil {
		return err
	}
	var orderID string
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := draft(ctx, tx, id, version)
		if err == nil {
			orderID = inv.OrderID
		}
		return err
	})
	if err != nil {
		return err
	}
	if orderID == "" {
		return s.cards.WithoutCheckoutFor(ctx, id, func() error { return s.deleteAlone(ctx, who, id, version) })
	}
	may := func(ctx context.Context, tx *db.Tx, o *shop.Order) error {
		if _, err := draft(ctx, tx, id, version); err != nil {
			return err
		}
		return deletable(ctx, tx, o)
	}
	return s.cards.WithoutCheckout(ctx, orderID, may, func() error { return s.deleteOrder(ctx, who, orderID, may) })
}

// draft reads an invoice that is to be deleted. Errors: as DeleteInvoice.
func draft(ctx context.Context, tx *db.Tx, id string, version int) (*shop.Invoice, error) {
	inv, err := tx.Invoice(ctx, id)
	if err != nil {
		return nil, shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
	}
	if err := inv.Deletable(); err != nil {
		return nil, err
	}
	return inv, setting.CheckVersion(ctx, tx, version, inv.Version, inv.ChangedBy, inv.Updated)
}

// deleteAlone removes a draft that is for no order.
func (s *Service) deleteAlone(ctx context.Context, who shop.Actor, id string, version int) error {
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		inv, err := draft(ctx, tx, id, version)
		if err != nil {
			return err
		}
		money, err := tx.PaymentsOfInvoice(ctx, id)
		if err != nil {
			return err
		}
		if len(money) > 0 {
			return shop.Conflictf("invoice_has_payment", "Money came for this invoice. Decide about the payment first.")
		}
		if err := tx.DeleteInvoice(ctx, id); err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbInvoiceDeleted, id, shop.ActivityParams{Amount: inv.Total, Currency: inv.Currency})); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.InvoiceChanged{ID: id})
	})
}

// voidInvoice is the number of an invoice that was paid before the order was closed: whoever paid it has it in their books.
func (f orderFacts) voidInvoice() string {
	if v := f.order.Invoice; v == nil || v.State != shop.Void || f.order.Paid() == 0 {
		return ""
	}
	return f.order.InvoiceNumber()
}

// customerInvoice is the number of the invoice that the customer has to do with; a void one asks for nothing, and is no receipt.
func (f orderFacts) customerInvoice() string {
	if v := f.order.Invoice; v == nil || v.State == shop.Void {
		return ""
	}
	return f.order.InvoiceNumber()
}
