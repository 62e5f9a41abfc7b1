package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

const processorStripe = "stripe"

// Events the shop acts on; others are kept and left alone.
const (
	eventCompleted     = "checkout.session.completed"
	eventAsyncPaid     = "checkout.session.async_payment_succeeded"
	eventAsyncFailed   = "checkout.session.async_payment_failed"
	eventExpired       = "checkout.session.expired"
	eventRefunded      = "charge.refunded"
	eventRefundUpdated = "charge.refund.updated"
	eventDisputed      = "charge.dispute.created"
	eventDisputeClosed = "charge.dispute.closed"
	eventWithdrawn     = "charge.dispute.funds_withdrawn"
	eventReinstated    = "charge.dispute.funds_reinstated"
)

var handledEvents = []string{
	eventCompleted, eventAsyncPaid, eventAsyncFailed, eventExpired, eventRefunded, eventRefundUpdated,
	eventDisputed, eventDisputeClosed, eventWithdrawn, eventReinstated,
}

// Verdicts on an event that is not applied. errIgnored is for good; errWaiting until the payment it is about is known.
var (
	errIgnored = errors.New("left alone")
	errWaiting = errors.New("its payment is not known yet")
)

// settle brings an order in line with the money received for it, in the transaction that recorded the money: it
// counts the payments again, issues the invoice with the next gap-free number, marks it paid when nothing is owed, and
// then releases it and puts its jobs on the floor. Doing it twice changes nothing.
// Errors: Conflict when the order is closed or waits for review.
func (a *App) settle(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	fresh, err := tx.Invoice(ctx, inv.ID)
	if err != nil {
		return err
	}
	inv.Paid, inv.Refunds = fresh.Paid, fresh.Refunds
	now := tx.Now.UnixMilli()
	if inv.Issued == 0 && inv.Paid > 0 {
		number, err := tx.NextNumber(ctx, "invoice")
		if err != nil {
			return err
		}
		if err := inv.Issue(number, now); err != nil {
			return err
		}
	}
	inv.Settle(now)
	if inv.State == shop.Paid {
		if err := inv.Release(now); err != nil {
			return err
		}
	}
	if err := tx.SaveInvoice(ctx, inv); err != nil {
		return err
	}
	if inv.Released == 0 {
		return nil
	}
	return a.createJobs(ctx, tx, inv)
}

// bookkeeper enters what Stripe says into the books, within one transaction. News may come late, twice and in any
// order, from a webhook, the event list, or an answer to our own question; the end is the same.
type bookkeeper struct {
	app     *App
	tx      *db.Tx
	touched []string // orders that changed, for the screens, once it is committed
}

// enter applies one event. Errors: errIgnored and errWaiting; Internal for what people must look at.
func (k *bookkeeper) enter(ctx context.Context, e stripeEvent) error {
	read := func(object any) error {
		if err := json.Unmarshal(e.Data.Object, object); err != nil {
			return fmt.Errorf("read the object of %s: %w", e.Type, err)
		}
		return nil
	}
	switch e.Type {
	case eventCompleted, eventAsyncPaid, eventAsyncFailed, eventExpired:
		var s stripeSession
		if err := read(&s); err != nil {
			return err
		}
		return k.sessionEvent(ctx, e, &s)
	case eventRefunded:
		var c stripeCharge
		if err := read(&c); err != nil {
			return err
		}
		return k.refunded(ctx, e, &c)
	case eventRefundUpdated:
		var r stripeRefund
		if err := read(&r); err != nil {
			return err
		}
		return k.refundUpdated(ctx, &r)
	case eventDisputed, eventDisputeClosed, eventWithdrawn, eventReinstated:
		var d stripeDispute
		if err := read(&d); err != nil {
			return err
		}
		return k.disputed(ctx, e, &d)
	}
	return fmt.Errorf("%w: not a kind of event the shop acts on", errIgnored)
}

// state is what the session itself says; the failure of a delayed payment shows only on its payment intent.
func (s *stripeSession) state() shop.SessionState {
	switch {
	case s.Status == "expired":
		return shop.SessionExpired
	case s.Status != "complete":
		return shop.SessionOpen
	case s.PaymentStatus != "unpaid": // paid, or no_payment_required
		return shop.SessionPaid
	case s.Intent.Status == "requires_payment_method" || s.Intent.Status == "canceled":
		return shop.SessionFailed
	}
	return shop.SessionProcessing
}

// sessionEvent finds the attempt that an event is about and enters it.
func (k *bookkeeper) sessionEvent(ctx context.Context, e stripeEvent, s *stripeSession) error {
	if err := k.ours(ctx, s.Metadata); err != nil {
		return err
	}
	news := s.state()
	if e.Type == eventAsyncFailed && news == shop.SessionProcessing {
		news = shop.SessionFailed
	}
	row, err := k.attempt(ctx, s)
	if shop.IsKind(err, shop.NotFound) {
		return k.unknownSession(ctx, s, news)
	}
	if err != nil {
		return err
	}
	return k.session(ctx, row, s, news)
}

// attempt finds the stored attempt of a session: by Stripe's id or, when that answer was lost in a crash, by our own.
func (k *bookkeeper) attempt(ctx context.Context, s *stripeSession) (*shop.CheckoutSession, error) {
	row, err := k.tx.CheckoutByStripe(ctx, s.ID)
	if !shop.IsKind(err, shop.NotFound) {
		return row, err
	}
	row, err = k.tx.Checkout(ctx, s.Metadata["intent_id"])
	if err == nil && row.StripeID != "" {
		return nil, shop.NotFoundf("This attempt belongs to another session.")
	}
	return row, err
}

// ours refuses what another installation on the same Stripe account has made. Errors: errIgnored.
func (k *bookkeeper) ours(ctx context.Context, metadata map[string]string) error {
	instance, err := k.tx.Secret(ctx, secretInstance)
	if err != nil {
		return err
	}
	if instance == "" || metadata["instance"] != instance {
		return fmt.Errorf("%w: made by another installation", errIgnored)
	}
	return nil
}

// session enters how an attempt stands, and its money.
func (k *bookkeeper) session(ctx context.Context, row *shop.CheckoutSession, s *stripeSession, news shop.SessionState) error {
	if s.Livemode != row.Livemode {
		return fmt.Errorf("%w: test and live mode are mixed up", errIgnored)
	}
	before := row.State
	row.StripeID = s.ID
	if s.URL != "" {
		row.URL = s.URL
	}
	if s.Intent.ID != "" {
		row.PaymentIntent = s.Intent.ID
	}
	if news == shop.SessionPaid && s.Amount <= 0 { // nothing was charged, so nothing is paid
		news = shop.SessionFailed
		if err := k.log(ctx, row.InvoiceID, "Stripe closed the payment page without charging anything. Please look at it in Stripe."); err != nil {
			return err
		}
	}
	row.State = before.Merge(news)
	if err := k.tx.SaveCheckout(ctx, row); err != nil {
		return err
	}
	if row.State != before {
		k.touch(row.InvoiceID)
	}
	if row.State != shop.SessionPaid || before == shop.SessionPaid {
		return nil
	}
	if before == shop.SessionExpired || before == shop.SessionFailed {
		if err := k.log(ctx, row.InvoiceID, "A payment page that had "+string(before)+" was paid after all."); err != nil {
			return err
		}
	}
	return k.payment(ctx, row, s)
}

// payment records the money of a session that was paid, once, and settles its order if it counts.
func (k *bookkeeper) payment(ctx context.Context, row *shop.CheckoutSession, s *stripeSession) error {
	inv, err := k.tx.Invoice(ctx, row.InvoiceID)
	if err != nil {
		return err
	}
	p := shop.Payment{
		ID: shop.NewID(), InvoiceID: inv.ID, Amount: shop.Cents(s.Amount), Currency: currencyCode(s.Currency), Method: shop.ByCard,
		Processor: processorStripe, ProcessorID: s.paymentID(), SessionID: row.ID, Reference: s.paymentID(), Created: k.tx.Now.UnixMilli(),
	}
	var sentence string
	p.State, sentence = judge(inv, row, p)
	if err := k.tx.InsertPayment(ctx, p); err != nil {
		return err
	}
	if err := k.log(ctx, inv.ID, sentence); err != nil {
		return err
	}
	if p.State == shop.PaymentSettled {
		if err := k.app.settle(ctx, k.tx, inv); err != nil {
			return err
		}
		if surplus := -inv.Balance(); surplus > 0 {
			if err := k.log(ctx, inv.ID, fmt.Sprintf("%s %s more was paid than is owed. Please refund it in Stripe.", surplus, inv.Currency)); err != nil {
				return err
			}
		}
	}
	return k.caughtUp(ctx, s.Intent.ID)
}

// judge says whether a card payment counts, and tells staff in a sentence. Money that does not count is kept in the
// books until it is sent back, and never makes a job.
func judge(inv *shop.Invoice, row *shop.CheckoutSession, p shop.Payment) (shop.PaymentState, string) {
	money := p.Amount.String() + " " + p.Currency
	switch {
	case p.Amount != row.Amount || p.Currency != row.Currency:
		return shop.PaymentNeedsReview, fmt.Sprintf("Stripe reports %s where %s %s was asked for. Please look at payment %s in Stripe.", money, row.Amount, row.Currency, p.Reference)
	case inv.State == shop.Void || inv.State == shop.WrittenOff:
		return shop.PaymentNeedsReview, fmt.Sprintf("%s was paid by card after the order was closed. Please refund payment %s in Stripe.", money, p.Reference)
	case inv.Review == shop.ReviewRequested || inv.Review == shop.ReviewRefused:
		return shop.PaymentNeedsReview, fmt.Sprintf("%s was paid by card while the order was under review. Please look at payment %s in Stripe.", money, p.Reference)
	case inv.Paid >= inv.Price.Total: // refunds aside, so that it is the same whichever comes first
		return shop.PaymentDuplicate, fmt.Sprintf("%s was paid by card a second time. Please refund payment %s in Stripe.", money, p.Reference)
	}
	return shop.PaymentSettled, money + " was paid by card."
}

func (s *stripeSession) paymentID() string {
	if s.Intent.ID != "" {
		return s.Intent.ID
	}
	return s.ID
}

// unknownSession keeps the money of a session that bears our mark and is not in the books, as after a restored
// backup. It counts only when a person says so.
func (k *bookkeeper) unknownSession(ctx context.Context, s *stripeSession, news shop.SessionState) error {
	if news != shop.SessionPaid || s.Amount <= 0 {
		return fmt.Errorf("%w: a payment page that is not in the books", errIgnored)
	}
	inv, err := k.tx.Invoice(ctx, s.Metadata["invoice_id"])
	if err != nil {
		return fmt.Errorf("%d %s paid for an order that is not in the books: %w", s.Amount, s.Currency, err)
	}
	if _, err := k.tx.PaymentByProcessor(ctx, processorStripe, s.paymentID()); !shop.IsKind(err, shop.NotFound) {
		return err
	}
	p := shop.Payment{
		ID: shop.NewID(), InvoiceID: inv.ID, Amount: shop.Cents(s.Amount), Currency: currencyCode(s.Currency), Method: shop.ByCard,
		Processor: processorStripe, ProcessorID: s.paymentID(), Reference: s.paymentID(), State: shop.PaymentNeedsReview, Created: k.tx.Now.UnixMilli(),
	}
	if err := k.tx.InsertPayment(ctx, p); err != nil {
		return err
	}
	k.touch(inv.ID)
	if err := k.log(ctx, inv.ID, fmt.Sprintf("%s %s was paid by card on a page that is not in the books. Please look at payment %s in Stripe.", p.Amount, p.Currency, p.Reference)); err != nil {
		return err
	}
	return k.caughtUp(ctx, s.Intent.ID)
}

// caughtUp applies the events that had to wait for a payment.
func (k *bookkeeper) caughtUp(ctx context.Context, paymentIntent string) error {
	if paymentIntent == "" {
		return nil
	}
	waiting, err := k.tx.EventsAwaiting(ctx, paymentIntent)
	if err != nil {
		return err
	}
	for _, stored := range waiting {
		if err := k.again(ctx, stored); err != nil {
			return err
		}
	}
	return nil
}

// paid finds the payment that a refund or a dispute is about.
// Errors: errWaiting when it is not in the books (yet).
func (k *bookkeeper) paid(ctx context.Context, intent expandable) (shop.Payment, error) {
	p, err := k.tx.PaymentByProcessor(ctx, processorStripe, intent.ID)
	if shop.IsKind(err, shop.NotFound) {
		return p, errWaiting
	}
	return p, err
}

// refunded enters the sum sent back of a charge.
func (k *bookkeeper) refunded(ctx context.Context, e stripeEvent, c *stripeCharge) error {
	if err := k.ours(ctx, c.Metadata); err != nil {
		return err
	}
	p, err := k.paid(ctx, c.Intent)
	if err != nil {
		return err
	}
	amount := min(shop.Cents(c.AmountRefunded), p.Amount)
	if amount <= 0 {
		return nil
	}
	now := k.tx.Now.UnixMilli()
	news, err := k.tx.RaiseRefund(ctx, shop.Refund{
		ID: shop.NewID(), PaymentID: p.ID, InvoiceID: p.InvoiceID, Processor: processorStripe, ProcessorID: c.ID,
		Amount: amount, Reason: "Refunded in Stripe", Created: e.Created * 1000, Updated: now,
	})
	if err != nil || !news {
		return err
	}
	if err := k.log(ctx, p.InvoiceID, fmt.Sprintf("%s %s of %s was refunded in Stripe.", amount, p.Currency, p.Amount)); err != nil {
		return err
	}
	return k.hold(ctx, p)
}

// refundUpdated tells staff of a refund that did not reach the customer. The sum sent back stays as it was: people
// decide what to do, and the order stays on hold meanwhile.
func (k *bookkeeper) refundUpdated(ctx context.Context, r *stripeRefund) error {
	p, err := k.paid(ctx, r.Intent)
	if err != nil {
		return err
	}
	if r.Status != "failed" && r.Status != "canceled" {
		return nil
	}
	k.touch(p.InvoiceID)
	return k.log(ctx, p.InvoiceID, fmt.Sprintf("A refund of %s %s did not reach the customer. Please look at payment %s in Stripe.", shop.Cents(r.Amount), p.Currency, p.Reference))
}

// disputed enters how a dispute stands.
func (k *bookkeeper) disputed(ctx context.Context, e stripeEvent, d *stripeDispute) error {
	p, err := k.paid(ctx, d.Intent)
	if err != nil {
		return err
	}
	news := shop.Dispute{
		ID: d.ID, PaymentID: p.ID, InvoiceID: p.InvoiceID, Amount: shop.Cents(d.Amount), State: disputeState(d.Status),
		FundsWithdrawn: e.Type == eventWithdrawn, Seen: e.Created * 1000, Created: d.Created * 1000,
	}
	now, err := k.tx.Dispute(ctx, d.ID)
	known := err == nil
	if err != nil && !shop.IsKind(err, shop.NotFound) {
		return err
	}
	before := now
	if known {
		now.Merge(news)
	} else {
		now = news
		now.Merge(news) // a won dispute holds no money back
	}
	if err := k.tx.SaveDispute(ctx, now); err != nil {
		return err
	}
	if known && before.State == now.State {
		return nil
	}
	words := map[shop.DisputeState]string{
		shop.DisputeOpen: "A cardholder disputes %s %s. Please answer in Stripe before its date.",
		shop.DisputeWon:  "The dispute over %s %s was won.",
		shop.DisputeLost: "The dispute over %s %s was lost.",
	}
	if err := k.log(ctx, p.InvoiceID, fmt.Sprintf(words[now.State], now.Amount, p.Currency)); err != nil {
		return err
	}
	return k.hold(ctx, p)
}

func disputeState(status string) shop.DisputeState {
	switch status {
	case "won", "warning_closed":
		return shop.DisputeWon
	case "lost":
		return shop.DisputeLost
	}
	return shop.DisputeOpen
}

// hold stops or frees the order's jobs after a refund or a dispute of one of its payments. What happens to money that
// never counted does not concern the jobs.
func (k *bookkeeper) hold(ctx context.Context, p shop.Payment) error {
	k.touch(p.InvoiceID)
	if p.State != shop.PaymentSettled {
		return nil
	}
	inv, err := k.tx.Invoice(ctx, p.InvoiceID)
	if err != nil {
		return err
	}
	disputes, err := k.tx.Disputes(ctx, inv.ID)
	if err != nil {
		return err
	}
	inv.Hold = inv.HoldReason(disputes)
	return k.tx.SaveInvoice(ctx, inv)
}

func (k *bookkeeper) log(ctx context.Context, invoiceID, sentence string) error {
	return k.tx.Log(ctx, shop.Activity{Who: "Stripe", InvoiceID: invoiceID, Sentence: sentence})
}

func (k *bookkeeper) touch(invoiceID string) {
	if !slices.Contains(k.touched, invoiceID) {
		k.touched = append(k.touched, invoiceID)
	}
}

// record keeps an event once and applies it, in one transaction. An event that cannot be applied is kept as failed and
// tried again later: it is durably ours, so Stripe need not send it again.
// Errors: those of the database alone; then nothing was kept.
func (k *bookkeeper) record(ctx context.Context, e stripeEvent, payload []byte) error {
	stored := db.StripeEvent{
		ID: e.ID, Type: e.Type, Created: e.Created * 1000, Livemode: e.Livemode, APIVersion: e.APIVersion,
		Payload: string(payload), State: "applied", Attempts: 0, Received: k.tx.Now.UnixMilli(),
	}
	news, err := k.tx.RecordEvent(ctx, stored)
	if err != nil || !news {
		return err
	}
	return k.apply(ctx, stored, e)
}

// again applies a stored event once more.
func (k *bookkeeper) again(ctx context.Context, stored db.StripeEvent) error {
	var e stripeEvent
	if err := json.Unmarshal([]byte(stored.Payload), &e); err != nil {
		return fmt.Errorf("read stored event %s: %w", stored.ID, err)
	}
	return k.apply(ctx, stored, e)
}

func (k *bookkeeper) apply(ctx context.Context, stored db.StripeEvent, e stripeEvent) error {
	touched := len(k.touched)
	err := k.tx.Attempt(ctx, func() error { return k.enter(ctx, e) })
	stored.Attempts++
	stored.State, stored.Error = "applied", ""
	switch {
	case err == nil:
	case shop.IsKind(err, shop.Unavailable), shop.IsKind(err, shop.NoSpace): // the database, not the event
		return err
	case errors.Is(err, errIgnored), errors.Is(err, errWaiting) && retryAfter(stored.Attempts) == 0:
		stored.State, stored.Error = "ignored", err.Error()
	default:
		stored.State, stored.Error = "failed", err.Error()
		if !errors.Is(err, errWaiting) {
			k.app.log.Error("apply an event of Stripe", "event", stored.ID, "type", stored.Type, "attempt", stored.Attempts, "err", err)
		}
	}
	if err != nil {
		k.touched = k.touched[:touched]
	}
	return k.tx.SaveEvent(ctx, stored)
}

// eventTries is how often an event is tried: over about three days, longer than any payment page lives.
const eventTries = 20

// retryAfter is how long after its arrival an event that failed so many times is due again: waits of one minute,
// doubling up to six hours. 0 means that it was tried often enough.
func retryAfter(attempts int) time.Duration {
	if attempts >= eventTries {
		return 0
	}
	var due time.Duration
	wait := time.Minute
	for range attempts {
		due += wait
		wait = min(2*wait, 6*time.Hour)
	}
	return due
}
