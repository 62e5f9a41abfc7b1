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

// TakePayment records money that staff took: cash, a card at the counter's terminal, or a transfer they saw in the bank. It may be a part of what is owed.
// Cash that pays an invoice off is rounded to five cents where the shop does so; the difference is an entry of its own, so
// that exactly nothing is owed then. A payment page that is open is closed, so that nobody pays twice. Version is the
// invoice's that the amount was read from, 0 to ask no questions: two people do not record the same money.
// Errors: NotFound; Conflict when nothing is to be paid, or the invoice is another by now; Invalid for another method or an amount that is not above zero,
// more than is owed, or not to be had in coins.
func (s *Service) TakePayment(ctx context.Context, who shop.Actor, invoiceID string, version int, method shop.PaymentMethod, amount shop.Cents, reference string) error {
	if err := who.Must(shop.TakePayment, shop.TheShop); err != nil {
		return err
	}
	return s.record(ctx, who, invoiceID, version, method, amount, reference, s.take)
}

// TakeOverpaid records a transfer of more than is owed, as the bank shows it: what is owed counts, and the rest is a payment of its
// own that waits for a person, who sends it back or lets it count once more is owed. What is not more is as TakePayment has it.
// Version is the invoice's that the amount was read from, 0 to ask no questions. Errors: as TakePayment, but for an amount that is more than is owed.
func (s *Service) TakeOverpaid(ctx context.Context, who shop.Actor, invoiceID string, version int, amount shop.Cents, reference string) error {
	if err := who.Must(shop.TakePayment, shop.TheShop); err != nil {
		return err
	}
	return s.record(ctx, who, invoiceID, version, shop.ByTransfer, amount, reference, func(ctx context.Context, tx *db.Tx, who shop.Actor, inv *shop.Invoice, method shop.PaymentMethod, amount shop.Cents, reference string) error {
		if amount > shop.MaxOrder {
			return shop.Invalidf("amount_too_high", "amount", "This amount is too high. Check it.")
		}
		over := amount - inv.Balance()
		if over <= 0 || Payable(inv) != nil {
			return s.take(ctx, tx, who, inv, method, amount, reference)
		}
		if err := s.take(ctx, tx, who, inv, method, inv.Balance(), reference); err != nil {
			return err
		}
		p := shop.Payment{
			ID: shop.NewID(), InvoiceID: inv.ID, ClientID: inv.ClientID, Amount: over, Currency: inv.Currency, Method: method, Reference: reference,
			State: shop.PaymentDuplicate, UserID: who.ID, Created: tx.Now,
		}
		if err := tx.InsertPayment(ctx, p); err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbPaymentOver, p.ID, shop.ActivityParams{Amount: over, Currency: inv.Currency}).On(inv.OrderID)); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.PaymentChanged{ID: p.ID})
	})
}

// record checks what staff typed and takes it, by take, in one transaction. Errors: as TakePayment.
func (s *Service) record(ctx context.Context, who shop.Actor, invoiceID string, version int, method shop.PaymentMethod, amount shop.Cents, reference string,
	take func(context.Context, *db.Tx, shop.Actor, *shop.Invoice, shop.PaymentMethod, shop.Cents, string) error,
) error {
	if !method.ByHand() {
		return shop.Invalidf("method_not_offered", "method", "Staff can take cash, a card at the terminal or a bank transfer.")
	}
	if amount <= 0 {
		return shop.Invalidf("amount_missing", "amount", "Enter the amount that was paid.")
	}
	reference = strings.TrimSpace(reference)
	if utf8.RuneCountInString(reference) > 200 {
		return shop.Invalidf("reference_too_long", "reference", "A reference can have at most 200 characters.")
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
		}
		if err := setting.CheckVersion(ctx, tx, version, inv.Version, inv.ChangedBy, inv.Updated); err != nil {
			return err
		}
		if err := take(ctx, tx, who, inv, method, amount, reference); err != nil {
			return err
		}
		return s.changed(ctx, tx, inv.OrderID)
	})
}

// changed tells pages that an order's money is another than before; an invoice that stands alone has no order.
func (s *Service) changed(ctx context.Context, tx *db.Tx, orderID string) error {
	if orderID == "" {
		return nil
	}
	return s.events.Emit(ctx, tx, event.OrderChanged{ID: orderID})
}

// TakeDue records that all that is owed for an invoice was paid, in the transaction of its caller. It is a step of use cases
// that have asked for the right to it. Errors: as TakePayment.
func (s *Service) TakeDue(ctx context.Context, tx *db.Tx, who shop.Actor, inv *shop.Invoice, method shop.PaymentMethod, reference string) error {
	amount := inv.Balance()
	if method == shop.ByCash {
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		amount = set.CashDue(amount)
	}
	return s.take(ctx, tx, who, inv, method, amount, reference)
}

// take records one payment, says so in the log and settles the invoice. Whoever calls it tells that the order changed.
func (s *Service) take(ctx context.Context, tx *db.Tx, who shop.Actor, inv *shop.Invoice, method shop.PaymentMethod, amount shop.Cents, reference string) error {
	if inv.State == shop.WrittenOff {
		return shop.Conflictf("invoice_written_off", "What was owed for %s was written off. Undo that first, so that the money counts.", inv.Label())
	}
	if err := Payable(inv); err != nil {
		return err
	}
	rounding, err := rounding(ctx, tx, inv, method, amount)
	if err != nil {
		return err
	}
	p := shop.Payment{
		ID: shop.NewID(), InvoiceID: inv.ID, ClientID: inv.ClientID, Amount: amount, Currency: inv.Currency, Method: method, Reference: reference,
		State: shop.PaymentSettled, UserID: who.ID, Created: tx.Now,
	}
	if err := tx.InsertPayment(ctx, p); err != nil {
		return err
	}
	did := shop.ActivityParams{Amount: amount, Currency: inv.Currency, Method: method}
	if rounding != 0 {
		if err := tx.InsertCashRounding(ctx, inv.ID, p.ID, rounding); err != nil {
			return err
		}
		did.Of = inv.Balance()
	}
	if err := tx.Log(ctx, who.Activity(shop.VerbPaymentRecorded, p.ID, did).On(inv.OrderID)); err != nil {
		return err
	}
	return s.counted(ctx, tx, inv, who.Name)
}

// counted settles an invoice for which staff, by name, let money count, within its transaction, and tells those who close
// payment pages, and of an invoice that stands alone. Whoever calls it tells that the order changed.
func (s *Service) counted(ctx context.Context, tx *db.Tx, inv *shop.Invoice, by string) error {
	if err := Settle(ctx, tx, inv, by); err != nil {
		return err
	}
	if inv.OrderID == "" {
		if err := s.events.Emit(ctx, tx, event.InvoiceChanged{ID: inv.ID}); err != nil {
			return err
		}
	}
	return s.events.Emit(ctx, tx, event.PaymentTaken{InvoiceID: inv.ID})
}

// rounding checks an amount that staff took and says what rounding adds to the invoice with it: something only when cash
// pays it off. Errors: Invalid.
func rounding(ctx context.Context, tx *db.Tx, inv *shop.Invoice, method shop.PaymentMethod, amount shop.Cents) (shop.Cents, error) {
	owed := inv.Balance()
	due := owed
	if method == shop.ByCash {
		s, err := tx.Settings(ctx)
		if err != nil {
			return 0, err
		}
		due = s.CashDue(owed)
		switch {
		case due == 0:
			return 0, shop.Invalidf("cash_too_small", "amount", "%s is owed, and there is no coin that small. Take it another way.", owed.In(inv.Currency))
		case s.RoundCash && amount != amount.InCash():
			return 0, shop.Invalidf("cash_amount_wrong", "amount", "Cash is rounded to 5 cents: %s pays this order.", due.In(inv.Currency))
		}
	}
	switch {
	case amount > due && method == shop.ByTransfer:
		return 0, shop.Invalidf("amount_over_due", "amount", "Only %s is owed. If the bank shows more, say so, and the rest is set aside to be refunded.", due.In(inv.Currency))
	case amount > due:
		return 0, shop.Invalidf("amount_over_due", "amount", "Only %s is owed. Enter that, and give back the rest.", due.In(inv.Currency))
	case amount < due:
		return 0, nil
	}
	return due - owed, nil
}
