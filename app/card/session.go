package card

import (
	"cmp"
	"context"
	"fmt"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

const processorStripe = "stripe"

// stripeActor is Stripe, in the activity log.
var stripeActor = shop.System("Stripe")

// state is what the session itself says; the failure of a delayed payment shows only on its payment intent.
func (s *stripeSession) state() shop.CheckoutState {
	switch {
	case s.Status == "expired":
		return shop.CheckoutExpired
	case s.Status != "complete":
		return shop.CheckoutOpen
	case s.PaymentStatus != "unpaid": // paid, or no_payment_required
		return shop.CheckoutPaid
	case s.Intent.Status == "requires_payment_method" || s.Intent.Status == "canceled":
		return shop.CheckoutFailed
	}
	return shop.CheckoutProcessing
}

// sessionEvent finds the checkout session that an event is about and records it.
func (k *recorder) sessionEvent(ctx context.Context, e stripeEvent, s *stripeSession) error {
	if err := k.ours(ctx, s.Metadata); err != nil {
		return err
	}
	state := s.state()
	if e.Type == eventAsyncFailed && state == shop.CheckoutProcessing {
		state = shop.CheckoutFailed
	}
	row, err := k.checkout(ctx, s)
	if shop.IsKind(err, shop.NotFound) {
		return k.unknownSession(ctx, s, state)
	}
	if err != nil {
		return err
	}
	return k.session(ctx, row, s, state)
}

// checkout finds the stored row of a session: by Stripe's id or, when that answer was lost in a crash, by our own.
func (k *recorder) checkout(ctx context.Context, s *stripeSession) (*shop.CheckoutSession, error) {
	row, err := k.tx.CheckoutByStripe(ctx, s.ID)
	if !shop.IsKind(err, shop.NotFound) {
		return row, err
	}
	row, err = k.tx.Checkout(ctx, s.Metadata["intent_id"])
	if err == nil && row.StripeID != "" {
		return nil, shop.NotFoundf("session_mismatch", "This checkout belongs to another session.")
	}
	return row, err
}

// secretInstance names the mark that this installation puts on all it makes at Stripe.
const secretInstance = "instance"

// instance is this installation's mark, made on first use. It needs a transaction that may write.
func instance(ctx context.Context, tx *db.Tx) (string, error) {
	mark, err := tx.Secret(ctx, secretInstance)
	if err == nil && mark == "" {
		mark = shop.NewID()
		err = tx.SetSecret(ctx, secretInstance, mark)
	}
	return mark, err
}

// ours refuses what another installation on the same Stripe account has made. Errors: errIgnored.
func (k *recorder) ours(ctx context.Context, metadata map[string]string) error {
	instance, err := k.tx.Secret(ctx, secretInstance)
	if err != nil {
		return err
	}
	if instance == "" || metadata["instance"] != instance {
		return fmt.Errorf("%w: made by another installation", errIgnored)
	}
	return nil
}

// session records how a checkout session stands, and its money.
func (k *recorder) session(ctx context.Context, row *shop.CheckoutSession, s *stripeSession, state shop.CheckoutState) error {
	if s.Livemode != row.Livemode {
		return fmt.Errorf("%w: test and live mode are mixed up", errIgnored)
	}
	inv, err := k.tx.Invoice(ctx, row.InvoiceID)
	if err != nil {
		return err
	}
	before := row.State
	row.StripeID = s.ID
	if s.URL != "" {
		row.URL = s.URL
	}
	if s.Intent.ID != "" {
		row.PaymentIntent = s.Intent.ID
	}
	if state == shop.CheckoutPaid && s.Amount <= 0 { // nothing was charged, so nothing is paid
		state = shop.CheckoutFailed
		if err := k.log(ctx, inv.OrderID, shop.VerbCheckoutUncharged, inv.ID, shop.ActivityParams{}); err != nil {
			return err
		}
	}
	row.State = before.Merge(state)
	if err := k.tx.SaveCheckout(ctx, row); err != nil {
		return err
	}
	if row.State != before {
		k.touch(inv.OrderID)
	}
	if row.State != shop.CheckoutPaid || before == shop.CheckoutPaid {
		return nil
	}
	if before == shop.CheckoutExpired || before == shop.CheckoutFailed {
		if err := k.log(ctx, inv.OrderID, shop.VerbCheckoutRevived, inv.ID, shop.ActivityParams{Checkout: before}); err != nil {
			return err
		}
	}
	return k.payment(ctx, row, inv, s)
}

// payment records the money of a session that was paid, once, and settles its invoice if it counts.
func (k *recorder) payment(ctx context.Context, row *shop.CheckoutSession, inv *shop.Invoice, s *stripeSession) error {
	p := s.paid(k.tx.Now)
	p.InvoiceID, p.ClientID, p.SessionID = inv.ID, inv.ClientID, row.ID
	state, verb, err := k.classify(ctx, inv, row, p)
	if err != nil {
		return err
	}
	p.State = state
	did := shop.ActivityParams{Amount: p.Amount, Currency: p.Currency, Reference: p.Reference}
	if verb == shop.VerbPaymentMismatched {
		did.Of, did.OfCurrency = row.Amount, row.Currency
	}
	if err := k.received(ctx, inv, p, verb, did); err != nil {
		return err
	}
	return k.applyWaiting(ctx, s.Intent.ID)
}

// received keeps money, whether it counts or not; without an invoice it never does.
func (k *recorder) received(ctx context.Context, inv *shop.Invoice, p shop.Payment, verb shop.Verb, did shop.ActivityParams) error {
	var orderID string
	if inv != nil {
		orderID = inv.OrderID
	}
	if err := billing.RecordPayment(ctx, k.tx, inv, p, stripeActor.Activity(verb, p.ID, did).On(orderID)); err != nil {
		return err
	}
	if inv != nil && orderID == "" {
		if err := k.card.events.Emit(ctx, k.tx, event.InvoiceChanged{ID: inv.ID}); err != nil {
			return err
		}
	}
	return k.card.events.Emit(ctx, k.tx, event.PaymentChanged{ID: p.ID})
}

// classify says whether a card payment counts, and what staff are told of it. Money that does not count stays unapplied until a
// person decides about it, and never makes a job.
func (k *recorder) classify(ctx context.Context, inv *shop.Invoice, row *shop.CheckoutSession, p shop.Payment) (shop.PaymentState, shop.Verb, error) {
	switch {
	case p.Amount != row.Amount || p.Currency != row.Currency:
		return shop.PaymentNeedsReview, shop.VerbPaymentMismatched, nil
	case inv.State == shop.WrittenOff:
		return shop.PaymentNeedsReview, shop.VerbPaymentWrittenOff, nil
	case inv.Closed():
		switch o, err := k.tx.Order(ctx, inv.OrderID); {
		case err != nil && !shop.IsKind(err, shop.NotFound):
			return "", "", err
		case err == nil && o.Review == shop.ReviewRequested:
			return shop.PaymentNeedsReview, shop.VerbPaymentInReview, nil
		}
		return shop.PaymentNeedsReview, shop.VerbPaymentAfterClose, nil
	case inv.Covered(): // the rule by which money is asked for, so that what was asked for counts
		return shop.PaymentDuplicate, shop.VerbPaymentDuplicated, nil
	}
	return shop.PaymentSettled, shop.VerbPaymentReceived, nil
}

func (s *stripeSession) paymentID() string {
	if s.Intent.ID != "" {
		return s.Intent.ID
	}
	return s.ID
}

// paid is the money of a session; what it is for, and whether it counts, the caller says.
func (s *stripeSession) paid(now shop.Time) shop.Payment {
	return shop.Payment{
		ID: shop.NewID(), Amount: shop.Cents(s.Amount), Currency: currencyCode(s.Currency), Method: shop.ByCard, Processor: processorStripe,
		ProcessorID: s.paymentID(), Reference: s.paymentID(), State: shop.PaymentNeedsReview, Created: now,
		Payer: cmp.Or(s.Payer.Email, s.Email, s.Payer.Name), MeantFor: s.Metadata["order_number"],
	}
}

// unknownSession keeps the money of a session that bears our mark and is not recorded: its order was deleted while it
// was paid, or a backup from before was restored. It counts only when a person says so. Where the invoice is not there
// either, the payment belongs to none. Nothing else on the Stripe account is ours to keep: a shop may use the account for
// other business, and each sale of that would be somebody's work here.
func (k *recorder) unknownSession(ctx context.Context, s *stripeSession, state shop.CheckoutState) error {
	if state != shop.CheckoutPaid || s.Amount <= 0 {
		return fmt.Errorf("%w: a payment page that is not recorded", errIgnored)
	}
	if err := k.realMoney(ctx, s); err != nil {
		return err
	}
	p := s.paid(k.tx.Now)
	if _, err := k.tx.PaymentByProcessor(ctx, processorStripe, p.ProcessorID); !shop.IsKind(err, shop.NotFound) {
		return err
	}
	inv, err := k.tx.Invoice(ctx, s.Metadata["invoice_id"])
	switch {
	case err == nil:
		p.InvoiceID, p.ClientID = inv.ID, inv.ClientID
		k.touch(inv.OrderID)
	case shop.IsKind(err, shop.NotFound):
		inv = nil
		if p.ClientID, err = k.client(ctx, s.Metadata["client_id"]); err != nil {
			return err
		}
	default:
		return err
	}
	did := shop.ActivityParams{Amount: p.Amount, Currency: p.Currency, Reference: p.Reference}
	if err := k.received(ctx, inv, p, shop.VerbPaymentUnrecognised, did); err != nil {
		return err
	}
	return k.applyWaiting(ctx, s.Intent.ID)
}

// realMoney refuses what was paid with a test card, in a shop that takes real money. Errors: errIgnored.
func (k *recorder) realMoney(ctx context.Context, s *stripeSession) error {
	secret, err := k.tx.Secret(ctx, setting.SecretStripeKey)
	if err == nil && !s.Livemode && (setting.StripeKeys{Secret: secret}).Livemode() {
		err = fmt.Errorf("%w: paid with a test card", errIgnored)
	}
	return err
}

// client is a client's id if there is such a client, "" if not.
func (k *recorder) client(ctx context.Context, id string) (string, error) {
	known, err := k.tx.HasClient(ctx, id)
	if err != nil || !known {
		return "", err
	}
	return id, nil
}
