package apptest

import (
	"context"
	"slices"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

func (w *walk) moneySteps() []step {
	return []step{
		{"take a payment", 12, w.on(w.take), nil},
		{"pay by card", 14, w.on(w.pay), nil},
		{"choose how to pay", 5, w.on(w.choose), nil},
		{"come back from paying", 2, w.comeBack, nil},
		{"refund", 3, w.on(w.refund), nil},
		{"let a refund fail", 2, w.on(w.failRefund), nil},
		{"reverse a payment", 4, w.on(w.reverse), nil},
		{"note a refund", 2, w.on(w.noteRefund), nil},
		{"take back a noted refund", 2, w.undoNoteRefund, nil},
		{"answer a refund", 3, w.on(w.answerRefund), nil},
		{"dispute", 2, w.on(w.dispute), nil},
		{"decide about a lost payment", 3, w.on(w.answerDispute), nil},
		{"take back what was decided about a lost payment", 2, w.on(w.undoDisputeAnswer), nil},
		{"send money that nobody asked for", 4, w.on(w.stray), nil},
		{"apply a payment", 4, w.apply, nil},
		{"note that a payment went back", 2, w.sentBack, nil},
		{"take back that a payment went back", 2, w.undoSentBack, nil},
		{"look at an invoice", 2, w.on(w.lookAtInvoice), nil},
	}
}

func (w *walk) take(ctx context.Context, o order.StaffOrderView) error {
	if o.Balance <= 0 && w.dice.IntN(8) > 0 {
		return errNothing
	}
	method, amount := []shop.PaymentMethod{shop.ByTransfer, shop.ByTerminal}[w.dice.IntN(2)], o.Balance
	if w.dice.IntN(2) == 0 {
		method, amount = shop.ByCash, o.CashDue
	}
	if w.dice.IntN(3) == 0 && amount > 10 {
		amount = amount / 2 / 5 * 5
	}
	if method == shop.ByTransfer && w.dice.IntN(4) == 0 {
		return w.Billing.TakeOverpaid(ctx, w.anybody(), o.InvoiceID, w.from(o.InvoiceVersion), amount+shop.Cents(1+w.dice.IntN(3000)), "statement 3")
	}
	return w.Billing.TakePayment(ctx, w.anybody(), o.InvoiceID, w.from(o.InvoiceVersion), method, amount, "")
}

// pay opens the payment page, and maybe pays on it, now or later than it should be possible.
func (w *walk) pay(ctx context.Context, o order.StaffOrderView) error {
	if o.Balance <= 0 && w.dice.IntN(4) > 0 {
		return errNothing
	}
	url, err := w.Orders.PayLink(ctx, w.admin, o.InvoiceID)
	if err == nil && url == "" {
		w.t.Error("a payment page without an address")
	}
	sessions := w.Stripe.Sessions()
	if len(sessions) == 0 || w.dice.IntN(3) == 0 {
		return err
	}
	at := len(sessions) - 1
	if w.dice.IntN(4) == 0 {
		at = w.dice.IntN(len(sessions))
	}
	switch s := sessions[at]; {
	case s.Status != "open":
	case w.dice.IntN(5) == 0:
		if err := w.Stripe.PayLater(s.ID); err == nil {
			w.Stripe.Wait()
			_ = w.Stripe.Finish(s.ID, w.dice.IntN(2) == 0)
		}
	default:
		_ = w.Stripe.Pay(s.ID)
	}
	return err
}

func (w *walk) choose(ctx context.Context, o order.StaffOrderView) error {
	method := []string{"card", "transfer", "pickup"}[w.dice.IntN(3)]
	_, err := w.Orders.PayOrder(ctx, shop.Guest(o.ID), "", method)
	return err
}

// reverse takes back one of the order's payments, at random, and holds the money against what it was.
func (w *walk) reverse(ctx context.Context, o order.StaffOrderView) error {
	if len(o.Payments) == 0 {
		return errNothing
	}
	p := o.Payments[w.dice.IntN(len(o.Payments))]
	if err := w.Billing.ReversePayment(ctx, w.admin, p.ID, w.from(p.Version), "typed by mistake"); err != nil {
		return err
	}
	if err := w.Billing.ReversePayment(ctx, w.admin, p.ID, 0, "again"); !shop.IsCode(err, "payment_reversed") {
		w.t.Errorf("%s: a payment reversed twice: %v", o.Number, err)
	}
	now, err := w.Orders.StaffOrder(ctx, w.admin, o.ID)
	counted := p.Amount
	if p.State != string(shop.PaymentSettled) { // it waited for a decision
		counted = 0
	}
	if err == nil && (now.Paid != o.Paid-counted || now.InvoiceNumber != o.InvoiceNumber || (now.Balance > 0 && now.InvoiceState == shop.Paid)) {
		w.t.Errorf("%s: reversing %s of %s left %s, balance %s, %s", o.Number, p.Amount, o.Paid, now.Paid, now.Balance, now.InvoiceState)
	}
	return err
}

func (w *walk) noteRefund(ctx context.Context, _ order.StaffOrderView) error {
	all, err := w.Billing.RefundsDue(ctx, w.admin, "")
	if err != nil || len(all.Refunds) == 0 || all.Refunds[0].State != "open" {
		return errNothing
	}
	d := all.Refunds[0]
	req := billing.SentBackRequest{Version: w.from(d.Version), Reference: "by hand"}
	if w.dice.IntN(3) == 0 {
		req.Amount = 1 + shop.Cents(w.dice.Int64N(int64(d.Left)))
	}
	if err := w.Billing.NoteRefund(ctx, w.admin, d.PaymentID, req); err != nil {
		return err
	}
	if err := w.Billing.NoteRefund(ctx, w.admin, d.PaymentID, billing.SentBackRequest{Version: d.Version, Reference: "again"}); !shop.IsCode(err, "changed_meanwhile") {
		w.t.Errorf("a refund noted twice: %v", err)
	}
	return nil
}

// undoNoteRefund takes back what somebody noted as sent back: it is due again.
func (w *walk) undoNoteRefund(ctx context.Context) error {
	page, err := w.Billing.RefundsDue(ctx, w.admin, "")
	if err != nil {
		return err
	}
	all := slices.DeleteFunc(page.Refunds, func(d billing.RefundDueView) bool { return d.Noted == 0 && w.dice.IntN(20) > 0 })
	d, found := some(w, all)
	if !found {
		return errNothing
	}
	if err := w.Billing.UndoNoteRefund(ctx, w.admin, d.PaymentID, w.from(d.Version), "a mistake"); err != nil {
		return err
	}
	if err := w.Billing.UndoNoteRefund(ctx, w.admin, d.PaymentID, 0, "again"); !shop.IsCode(err, "refund_not_noted") {
		w.t.Errorf("a noted refund taken back twice: %v", err)
	}
	return nil
}

func (w *walk) answerRefund(ctx context.Context, o order.StaffOrderView) error {
	owed := w.dice.IntN(2) == 0
	if err := w.Billing.AnswerRefund(ctx, w.admin, o.ID, w.from(o.Version), owed); err != nil {
		return err
	}
	now, err := w.Orders.StaffOrder(ctx, w.admin, o.ID)
	if want := o.Balance + map[bool]shop.Cents{true: o.OpenRefunds}[owed]; err == nil && (now.OpenRefunds != 0 || now.Balance != want) {
		w.t.Errorf("%s: %s was open, owed again %v: %s is owed and was %s, %s open", o.Number, o.OpenRefunds, owed, now.Balance, o.Balance, now.OpenRefunds)
	}
	return err
}

// byCard is one of the order's card payments, at random.
func (w *walk) byCard(o order.StaffOrderView) (billing.PaymentRowView, error) {
	cards := slices.DeleteFunc(slices.Clone(o.Payments), func(p billing.PaymentRowView) bool { return p.Processor != "stripe" })
	if len(cards) == 0 {
		return billing.PaymentRowView{}, errNothing
	}
	return cards[w.dice.IntN(len(cards))], nil
}

func (w *walk) refund(_ context.Context, o order.StaffOrderView) error {
	p, err := w.byCard(o)
	if err == nil && w.Stripe.Refund(p.Reference, 1+w.dice.Int64N(int64(p.Amount))) != nil {
		return errNothing
	}
	return err
}

// failRefund lets some of what was refunded of a card payment come back.
func (w *walk) failRefund(_ context.Context, o order.StaffOrderView) error {
	p, err := w.byCard(o)
	if err != nil || p.Returned == 0 || w.Stripe.FailRefund(p.Reference, 1+w.dice.Int64N(int64(p.Returned))) != nil {
		return errNothing
	}
	return nil
}

// stray is money that nobody asked for, as after a restored backup: for an order, or for none that is here.
func (w *walk) stray(ctx context.Context, o order.StaffOrderView) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		id := "pi_" + shop.NewID()
		p := shop.Payment{
			ID: shop.NewID(), InvoiceID: one(w, o.InvoiceID, ""), Amount: shop.Cents(100 + w.dice.IntN(3000)), Currency: one(w, "AUD", "AUD", "USD"), Method: shop.ByCard,
			Processor: "elsewhere", ProcessorID: id, Reference: id, State: one(w, shop.PaymentNeedsReview, shop.PaymentNeedsReview, shop.PaymentDuplicate), Created: tx.Now,
		}
		if err := tx.InsertPayment(ctx, p); err != nil {
			return err
		}
		return w.Events.Emit(ctx, tx, event.PaymentChanged{ID: p.ID})
	})
}

// unapplied is one of the payments that fit no invoice, mostly one about which something may be decided.
func (w *walk) unapplied(ctx context.Context, what string) (p billing.UnappliedView, err error) {
	list, err := w.Billing.Unapplied(ctx, w.admin, "")
	if err != nil {
		return p, err
	}
	all := list.Payments
	if w.dice.IntN(8) > 0 {
		all = slices.DeleteFunc(all, func(p billing.UnappliedView) bool { return !slices.Contains(p.Actions, what) })
	}
	p, found := some(w, all)
	if !found {
		return p, errNothing
	}
	return p, nil
}

// apply lets a payment count: for its own order, or for another that it may or may not be for.
func (w *walk) apply(ctx context.Context) error {
	p, err := w.unapplied(ctx, "apply")
	if err != nil {
		return err
	}
	number := ""
	if p.OrderID == "" || w.dice.IntN(6) == 0 {
		err := w.on(func(_ context.Context, o order.StaffOrderView) error {
			if o.Balance <= 0 && w.dice.IntN(8) > 0 {
				return errNothing
			}
			number = one(w, o.Number, o.InvoiceNumber)
			return nil
		})(ctx)
		if err != nil {
			return err
		}
	}
	if err := w.Billing.ApplyPayment(ctx, w.admin, p.ID, w.from(p.Version), number, "it is theirs"); err != nil {
		return err
	}
	if err := w.Billing.ApplyPayment(ctx, w.admin, p.ID, p.Version, number, "again"); !shop.IsCode(err, "changed_meanwhile") {
		w.t.Errorf("a payment applied twice: %v", err)
	}
	return nil
}

func (w *walk) sentBack(ctx context.Context) error {
	p, err := w.unapplied(ctx, "sent_back")
	if err != nil {
		return err
	}
	return w.Billing.PaymentSentBack(ctx, w.admin, p.ID, w.from(p.Version), "by hand")
}

func (w *walk) undoSentBack(ctx context.Context) error {
	p, err := w.unapplied(ctx, "undo_sent_back")
	if err != nil {
		return err
	}
	return w.Billing.UndoSentBack(ctx, w.admin, p.ID, w.from(p.Version), "a mistake")
}

// comeBack is a customer's browser after the payment page, whatever was done on it.
func (w *walk) comeBack(ctx context.Context) error {
	session, found := some(w, w.Stripe.Sessions())
	if !found {
		return errNothing
	}
	id := session.Reference
	back, err := w.Orders.ReturnFromCheckout(ctx, shop.Actor{}, id)
	if err == nil && back.OrderURL != "" {
		w.t.Errorf("anybody is led to %s", back.OrderURL)
	}
	return err
}

func (w *walk) lookAtInvoice(ctx context.Context, o order.StaffOrderView) error {
	if o.InvoiceID == "" {
		return errNothing
	}
	v, err := w.Billing.Invoice(ctx, w.anybody(), o.InvoiceID)
	if err == nil && (v.OrderID != o.ID || v.State != shop.Void && v.Total != o.Total) {
		w.t.Errorf("the invoice of %s over %s is over %s", o.Number, o.Total, v.Total)
	}
	return err
}

// writeOff gives up what is owed for an order that has left: few are at any time, so it looks for one.
func (w *walk) writeOff(ctx context.Context, o order.StaffOrderView) error {
	o = w.where(ctx, o, func(o order.StaffOrderView) bool { return slices.Contains(o.Actions, "write_off") })
	if err := w.Orders.WriteOff(ctx, w.admin, o.InvoiceID, w.from(o.InvoiceVersion), "they moved away"); err != nil {
		return err
	}
	now, err := w.Orders.StaffOrder(ctx, w.admin, o.ID)
	if err == nil && (now.InvoiceState != shop.WrittenOff || now.Balance != 0 || now.GivenUp != o.Balance || now.Paid != o.Paid || now.Status != o.Status || len(now.PayMethods) > 0) {
		w.t.Errorf("%s: %s was owed, and %s is after it was written off: %s, %s given up", o.Number, o.Balance, now.Balance, now.InvoiceState, now.GivenUp)
	}
	if err := w.Orders.WriteOff(ctx, w.admin, o.InvoiceID, 0, "again"); !shop.IsCode(err, "invoice_written_off") {
		w.t.Errorf("%s written off twice: %v", o.Number, err)
	}
	return err
}

func (w *walk) undoWriteOff(ctx context.Context, o order.StaffOrderView) error {
	o = w.where(ctx, o, func(o order.StaffOrderView) bool { return slices.Contains(o.Actions, "undo_write_off") })
	if err := w.Billing.UndoWriteOff(ctx, w.admin, o.InvoiceID, w.from(o.InvoiceVersion), "they are back"); err != nil {
		return err
	}
	now, err := w.Orders.StaffOrder(ctx, w.admin, o.ID)
	if err == nil && (now.InvoiceState != shop.Pending || now.Balance != o.GivenUp || now.InvoiceNumber != o.InvoiceNumber) {
		w.t.Errorf("%s: %s was given up, and %s is owed again: %s", o.Number, o.GivenUp, now.Balance, now.InvoiceState)
	}
	return err
}

// where is the order, or another one of which a condition is true, if there is any.
func (w *walk) where(ctx context.Context, o order.StaffOrderView, is func(order.StaffOrderView) bool) order.StaffOrderView {
	for _, id := range w.orders {
		if is(o) {
			break
		}
		if found, err := w.Orders.StaffOrder(ctx, w.admin, id); err == nil && is(found) {
			o = found
		}
	}
	return o
}
