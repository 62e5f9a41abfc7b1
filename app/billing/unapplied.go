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

const unappliedPerPage = 50

// RefundedInStripe is how a payment went back that was refunded there.
const RefundedInStripe = "Refunded in Stripe."

// Unapplied lists a page of the payments that people have to decide about, those that a bank took among them, the latest first, and behind them of those without an
// invoice that went back. After is the next of the page before, "" for the first one. Errors: Forbidden; Invalid for an after that
// is no next.
func (s *Service) Unapplied(ctx context.Context, who shop.Actor, after string) (UnappliedListView, error) {
	list := UnappliedListView{Payments: []UnappliedView{}}
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return list, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		payments, next, err := tx.UnappliedPage(ctx, after, unappliedPerPage)
		if err != nil {
			return err
		}
		dashboard, err := setting.Dashboard(ctx, tx)
		if err != nil {
			return err
		}
		var of []string // whose customers paid, and which are asked what may be decided
		for _, p := range payments {
			if p.OrderID != "" {
				of = append(of, p.OrderID)
			}
		}
		orders, err := tx.OrdersByID(ctx, of)
		if err != nil {
			return err
		}
		for _, p := range payments {
			var inv *shop.Invoice
			if p.Undecided > 0 { // few lost disputes wait at any time
				if inv, err = invoiceOf(ctx, tx, p); err != nil {
					return err
				}
			}
			list.Payments = append(list.Payments, unappliedView(who, orders[p.OrderID], inv, p, dashboard))
		}
		list.Next = next
		return nil
	})
	return list, err
}

// ApplyPayment lets an unapplied payment count: for the order that it belongs to, or, if it belongs to none, for the one or the
// invoice that stands alone that number names. From then on it is like any other: it is counted, the invoice is issued, and
// when nothing is owed any more the order is released; what is too much is to be refunded. That what was owed had been written
// off is taken back with it: what the payment leaves is owed again. A second call finds it decided.
// Version is the payment's that this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason, or for a number that nothing has or that is
// not its order's; Conflict when it changed meanwhile, and with what to do instead when it counts already, was sent back, is
// in another currency, is disputed or lost, or the order wants no money.
func (s *Service) ApplyPayment(ctx context.Context, who shop.Actor, paymentID string, version int, number, reason string) error {
	return s.decide(ctx, who, paymentID, version, reason, func(ctx context.Context, tx *db.Tx, o *shop.Order, pay shop.Payment, why string) error {
		number := strings.ToUpper(strings.TrimSpace(number))
		if o == nil {
			inv, err := owing(ctx, tx, number, pay)
			if err != nil {
				return err
			}
			return s.accept(ctx, tx, who, inv, pay, why)
		}
		if number != "" && number != o.Number && number != o.InvoiceNumber() {
			return shop.Invalidf("number_of_another", "number", "This payment belongs to order %s. It cannot count for another one.", o.Number)
		}
		if err := o.CanAccept(pay); err != nil {
			return err
		}
		// The invoice it came for may be void by now: it counts for the one that is to be paid.
		return s.accept(ctx, tx, who, o.Invoice, pay, why)
	})
}

// owing is the invoice that a payment may count for by a number. Errors: Invalid when nothing has it; Conflict when it
// takes no such payment.
func owing(ctx context.Context, tx *db.Tx, number string, pay shop.Payment) (*shop.Invoice, error) {
	o, err := tx.OrderByNumber(ctx, number)
	if err == nil {
		return o.Invoice, o.CanAccept(pay)
	}
	if !shop.IsKind(err, shop.NotFound) {
		return nil, err
	}
	inv, err := tx.InvoiceByNumber(ctx, number)
	if shop.IsKind(err, shop.NotFound) {
		return nil, shop.Invalidf("number_unknown", "number", "No order and no invoice has this number.")
	}
	if err != nil {
		return nil, err
	}
	return inv, inv.CanAccept(pay)
}

// accept lets an unapplied payment count for an invoice.
func (s *Service) accept(ctx context.Context, tx *db.Tx, who shop.Actor, inv *shop.Invoice, pay shop.Payment, why string) error {
	if inv.State == shop.WrittenOff { // it is not given up after all
		if err := restore(ctx, tx, who, inv, "A payment came after all: "+why); err != nil {
			return err
		}
	}
	if err := tx.AcceptPayment(ctx, pay.ID, inv.ID, who.ID, why); err != nil {
		return err
	}
	pay.State, pay.InvoiceID = shop.PaymentSettled, inv.ID
	did := shop.ActivityParams{Amount: pay.Counts(), Currency: pay.Currency, Reason: why}
	if err := tx.Log(ctx, who.Activity(shop.VerbPaymentAccepted, pay.ID, did).On(inv.OrderID)); err != nil {
		return err
	}
	if err := s.counted(ctx, tx, inv, who.Name); err != nil {
		return err
	}
	if err := logSurplus(ctx, tx, who, inv); err != nil {
		return err
	}
	if err := Hold(ctx, tx, pay); err != nil { // refunds and disputes of it count now, too
		return err
	}
	return s.changed(ctx, tx, inv.OrderID)
}

// PaymentSentBack notes that money that is unapplied, or what a bank left of it, went back to where it came from. It never counted for an order, and
// never will. A second call finds it decided. Version is the payment's that this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when it is not unapplied, its cardholder
// disputes it, or it changed meanwhile.
func (s *Service) PaymentSentBack(ctx context.Context, who shop.Actor, paymentID string, version int, reason string) error {
	return s.decide(ctx, who, paymentID, version, reason, func(ctx context.Context, tx *db.Tx, _ *shop.Order, pay shop.Payment, why string) error {
		if err := pay.CanSendBack(); err != nil {
			return err
		}
		if pay.Lost() {
			why = shop.TakenByBank
		}
		if err := tx.ReturnPayment(ctx, pay.ID, who.ID, why); err != nil {
			return err
		}
		did := shop.ActivityParams{Amount: pay.Left(), Currency: pay.Currency, Reason: why}
		if err := tx.Log(ctx, who.Activity(shop.VerbPaymentSentBack, pay.ID, did).On(pay.OrderID)); err != nil {
			return err
		}
		return s.changed(ctx, tx, pay.OrderID)
	})
}

// UndoSentBack takes back that an unapplied payment was sent back, since it was not: it waits for a decision again. Version is the
// payment's that this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when it is not marked so, or Stripe
// sent it back, or it changed meanwhile.
func (s *Service) UndoSentBack(ctx context.Context, who shop.Actor, paymentID string, version int, reason string) error {
	return s.decide(ctx, who, paymentID, version, reason, func(ctx context.Context, tx *db.Tx, _ *shop.Order, pay shop.Payment, why string) error {
		if err := pay.CanUnreturn(); err != nil {
			return err
		}
		if err := tx.UnreturnPayment(ctx, pay.ID, who.ID, why); err != nil {
			return err
		}
		did := shop.ActivityParams{Amount: pay.Amount, Currency: pay.Currency, Reason: why}
		if err := tx.Log(ctx, who.Activity(shop.VerbSentBackUndone, pay.ID, did).On(pay.OrderID)); err != nil {
			return err
		}
		return s.changed(ctx, tx, pay.OrderID)
	})
}

// decide runs an admin's decision about one payment, made from a version of it, in one transaction; its order is nil where it
// belongs to none.
func (s *Service) decide(ctx context.Context, who shop.Actor, paymentID string, version int, reason string,
	act func(ctx context.Context, tx *db.Tx, o *shop.Order, pay shop.Payment, why string) error,
) error {
	if err := who.Must(shop.DecidePayment, shop.TheShop); err != nil {
		return err
	}
	why := strings.TrimSpace(reason)
	if why == "" || utf8.RuneCountInString(why) > 500 {
		return shop.Invalidf("reason_length", "reason", "Say why, in up to 500 characters.")
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		pay, err := tx.Payment(ctx, paymentID)
		if err != nil {
			return shop.IfNotFound(err, "payment_not_found", "There is no such payment.")
		}
		if err := setting.CheckVersion(ctx, tx, version, pay.Version, pay.ChangedBy, pay.Changed); err != nil {
			return err
		}
		o, err := orderOf(ctx, tx, pay.OrderID)
		if err != nil {
			return err
		}
		if err := act(ctx, tx, o, pay, why); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.PaymentChanged{ID: pay.ID})
	})
}

// orderOf is an order; nil without an id.
func orderOf(ctx context.Context, tx *db.Tx, id string) (*shop.Order, error) {
	if id == "" {
		return nil, nil
	}
	return tx.Order(ctx, id)
}

// SentBack brings a payment in line with what Stripe, or the cardholder's bank, sent back of it, or may. One that never counted is
// done when all of it went back or was lost, and waits again when the bank decides otherwise; one of which a part is left still
// waits for a person. What was due back of one that counts is done with it, or less.
func SentBack(ctx context.Context, tx *db.Tx, pay shop.Payment, how string) error {
	return sentBack(ctx, tx, shop.System("Stripe"), pay, how)
}

// sentBack is SentBack as somebody said so.
func sentBack(ctx context.Context, tx *db.Tx, who shop.Actor, pay shop.Payment, how string) error {
	switch {
	case pay.Unapplied() && pay.Returned >= pay.Amount:
		return tx.ReturnPayment(ctx, pay.ID, "", RefundedInStripe)
	case pay.Unapplied() && pay.Lost():
		return tx.ReturnPayment(ctx, pay.ID, "", shop.TakenByBank)
	case pay.State == shop.PaymentReturned && pay.Decision == shop.TakenByBank && pay.Left() > 0:
		return tx.UnreturnPayment(ctx, pay.ID, "", shop.LeftByBank)
	case pay.State != shop.PaymentSettled:
		return nil
	}
	if err := recount(ctx, tx, who, pay, how); err != nil || pay.OrderID == "" {
		return err
	}
	return keepDues(ctx, tx, pay.OrderID, pay.ID, how)
}

// recount lets the invoice of a payment that counts be paid, or owed again, when another part of the payment counts by now: a bank
// thought again about what it took before, or a refund failed. That what was owed had been written off is taken back with it, as
// when a payment comes, and where more is owed than was given up. A refund brings no money, whatever counts with it: then that is
// done only where nothing is left given up.
func recount(ctx context.Context, tx *db.Tx, who shop.Actor, pay shop.Payment, how string) error {
	inv, err := tx.Invoice(ctx, pay.InvoiceID)
	if err != nil {
		return err
	}
	switch {
	case inv.State == shop.Pending && inv.Covered():
		return settleAgain(ctx, tx, inv, byName(who))
	case inv.State == shop.WrittenOff:
		given, err := tx.WriteOffOf(ctx, inv.ID)
		switch {
		case err != nil:
			return err
		case given.MoreOwed(inv):
			return restore(ctx, tx, who, inv, "More is owed by now than was written off.")
		case !given.MoreCame(inv) || how == RefundedInStripe && inv.GivenUp() > 0:
			return nil
		}
		if err := restore(ctx, tx, who, inv, "Money that was paid for it came back."); err != nil {
			return err
		}
		return logSurplus(ctx, tx, who, inv)
	case inv.State == shop.Paid && !inv.Covered():
		o, err := orderOf(ctx, tx, pay.OrderID)
		if err != nil {
			return err
		}
		return reopen(ctx, tx, o, inv.ID, "")
	}
	return nil
}
