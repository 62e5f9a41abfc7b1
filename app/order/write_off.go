package order

import (
	"context"

	"buildplate/app/billing"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// WriteOff gives up what is owed for an invoice whose order has left the shop, with a reason: nobody is asked for it any more.
// A payment page that is still open is closed first. Money that comes all the same is never lost: a card payment that was on
// its way waits as an unapplied payment, with its alarm, and counts once an admin says so, which takes the write-off back, so
// that a part of it leaves the rest owed; at the counter staff are told to have it undone first. Version is the invoice's that
// this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict where nothing is owed, some of the
// order has not left, a bank still decides on a payment, it was written off already, or it changed meanwhile.
func (s *Service) WriteOff(ctx context.Context, who shop.Actor, invoiceID string, version int, reason string) error {
	if err := who.Must(shop.WriteOffDebt, shop.TheShop); err != nil {
		return err
	}
	why, err := billing.WhyWriteOff(reason)
	if err != nil {
		return err
	}
	var orderID string
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := owed(ctx, tx, invoiceID, version)
		if err == nil {
			orderID = inv.OrderID
		}
		return err
	})
	if err != nil {
		return err
	}
	act := func() error {
		return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
			inv, err := owed(ctx, tx, invoiceID, version)
			if err != nil {
				return err
			}
			if err := s.billing.WriteOff(ctx, tx, who, inv, why); err != nil {
				return err
			}
			return s.billing.ChangedInvoice(ctx, tx, inv)
		})
	}
	if orderID == "" {
		return s.cards.WithoutCheckoutFor(ctx, invoiceID, act)
	}
	may := func(ctx context.Context, tx *db.Tx, _ *shop.Order) error {
		_, err := owed(ctx, tx, invoiceID, version)
		return err
	}
	return s.cards.WithoutCheckout(ctx, orderID, may, act)
}

// owed reads an invoice of which what is owed is to be given up. Errors: as WriteOff.
func owed(ctx context.Context, tx *db.Tx, id string, version int) (*shop.Invoice, error) {
	inv, err := tx.Invoice(ctx, id)
	if err != nil {
		return nil, shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
	}
	if err := setting.CheckVersion(ctx, tx, version, inv.Version, inv.ChangedBy, inv.Updated); err != nil {
		return nil, err
	}
	if inv.OrderID == "" || inv.State == shop.Void {
		return inv, inv.CanWriteOff()
	}
	o, err := tx.Order(ctx, inv.OrderID)
	if err != nil {
		return nil, err
	}
	return inv, o.CanWriteOff()
}
