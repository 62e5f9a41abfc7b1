package billing

import (
	"context"
	"strings"
	"unicode/utf8"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// WriteOff gives up what is owed for an invoice, in the transaction of its caller: it is not asked for any more, is no money
// that came, and its number stays. It is a step of use cases that have asked for the right to it, and closed its payment page;
// whoever calls it tells that the order changed. Errors: Conflict where nothing is owed, or it was written off already.
func (s *Service) WriteOff(ctx context.Context, tx *db.Tx, who shop.Actor, inv *shop.Invoice, reason string) error {
	given, err := inv.WriteOff()
	if err != nil {
		return err
	}
	if err := tx.SaveInvoice(ctx, inv, who.Name); err != nil {
		return err
	}
	if err := tx.InsertWriteOff(ctx, shop.WriteOff{ID: shop.NewID(), InvoiceID: inv.ID, Amount: given, Reason: reason, UserID: who.ID}); err != nil {
		return err
	}
	did := shop.ActivityParams{Amount: given, Currency: inv.Currency, Reason: reason}
	return tx.Log(ctx, who.Activity(shop.VerbInvoiceWrittenOff, inv.ID, did).On(inv.OrderID))
}

// UndoWriteOff asks for what was written off again: the invoice is what it was before, with its number, and paid where what
// counts covers it by now. Version is the invoice's that this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when it was not written off, or the
// invoice changed meanwhile.
func (s *Service) UndoWriteOff(ctx context.Context, who shop.Actor, invoiceID string, version int, reason string) error {
	if err := who.Must(shop.WriteOffDebt, shop.TheShop); err != nil {
		return err
	}
	why, err := WhyWriteOff(reason)
	if err != nil {
		return err
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
		}
		if err := setting.CheckVersion(ctx, tx, version, inv.Version, inv.ChangedBy, inv.Updated); err != nil {
			return err
		}
		if err := restore(ctx, tx, who, inv, why); err != nil {
			return err
		}
		return s.ChangedInvoice(ctx, tx, inv)
	})
}

// restore takes back that an invoice was written off. Whoever calls it tells that the order changed.
func restore(ctx context.Context, tx *db.Tx, who shop.Actor, inv *shop.Invoice, why string) error {
	given, err := tx.WriteOffOf(ctx, inv.ID)
	if err != nil && !shop.IsKind(err, shop.NotFound) {
		return err
	}
	if err := inv.UndoWriteOff(tx.Now); err != nil {
		return err
	}
	if err := tx.UndoWriteOff(ctx, inv.ID, who.ID, why); err != nil {
		return err
	}
	if err := tx.SaveInvoice(ctx, inv, byName(who)); err != nil {
		return err
	}
	did := shop.ActivityParams{Amount: given.Amount, Currency: inv.Currency, Reason: why}
	return tx.Log(ctx, who.Activity(shop.VerbWriteOffUndone, inv.ID, did).On(inv.OrderID))
}

// byName is the name of whoever changed something, "" for the shop itself.
func byName(who shop.Actor) string {
	if who.ID == "" {
		return ""
	}
	return who.Name
}

// WhyWriteOff is the reason for a write-off, or for taking it back. Errors: Invalid.
func WhyWriteOff(reason string) (string, error) {
	why := strings.TrimSpace(reason)
	if why == "" || utf8.RuneCountInString(why) > 500 {
		return "", shop.Invalidf("reason_length", "reason", "Say why, in up to 500 characters.")
	}
	return why, nil
}

// ChangedInvoice tells pages that an invoice is another than before: of an order that its money is.
func (s *Service) ChangedInvoice(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	if inv.OrderID == "" {
		return s.events.Emit(ctx, tx, event.InvoiceChanged{ID: inv.ID})
	}
	return s.changed(ctx, tx, inv.OrderID)
}

// WriteOffOf is why what was owed for an invoice is not asked for any more; nil where it is.
func WriteOffOf(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (*shop.WriteOff, error) {
	if inv.State != shop.WrittenOff {
		return nil, nil
	}
	w, err := tx.WriteOffOf(ctx, inv.ID)
	if err != nil {
		return nil, err
	}
	return &w, nil
}
