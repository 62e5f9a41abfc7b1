package card

import (
	"context"
	"time"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/shop"
)

// paid finds the payment that a refund or a dispute is about.
// Errors: errWaiting when it is not recorded (yet).
func (k *recorder) paid(ctx context.Context, intent expandable) (shop.Payment, error) {
	p, err := k.tx.PaymentByProcessor(ctx, processorStripe, intent.ID)
	if shop.IsKind(err, shop.NotFound) {
		return p, errWaiting
	}
	return p, err
}

// refunded records the sum sent back of a charge.
func (k *recorder) refunded(ctx context.Context, e stripeEvent, c *stripeCharge) error {
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
	now := k.tx.Now
	was, err := k.tx.RefundedBy(ctx, p.ID, processorStripe)
	if err != nil {
		return err
	}
	news, err := k.tx.SaveRefund(ctx, shop.Refund{
		ID: shop.NewID(), PaymentID: p.ID, InvoiceID: p.InvoiceID, Processor: processorStripe, ProcessorID: c.ID,
		Amount: amount, Reason: "Refunded in Stripe", Created: shop.TimeOf(time.Unix(e.Created, 0)), Updated: now, Seen: shop.TimeOf(time.Unix(e.Created, 0)),
	})
	if err != nil || !news {
		return err
	}
	if err := k.yieldNoted(ctx, p.ID, was); err != nil {
		return err
	}
	if p, err = k.paid(ctx, c.Intent); err != nil {
		return err
	}
	if err := billing.SentBack(ctx, k.tx, p, billing.RefundedInStripe); err != nil {
		return err
	}
	if err := k.card.events.Emit(ctx, k.tx, event.PaymentChanged{ID: p.ID}); err != nil {
		return err
	}
	did := shop.ActivityParams{Amount: amount, Of: p.Amount, Currency: p.Currency}
	if err := k.log(ctx, p.OrderID, shop.VerbPaymentRefunded, p.ID, did); err != nil {
		return err
	}
	k.touch(p.OrderID)
	return billing.Hold(ctx, k.tx, p)
}

// yieldNoted lets what staff noted of a payment give way to what Stripe says of it, beyond what it had said before.
func (k *recorder) yieldNoted(ctx context.Context, paymentID string, was shop.Cents) error {
	sum, err := k.tx.RefundedBy(ctx, paymentID, processorStripe)
	if err != nil {
		return err
	}
	return k.tx.YieldNotedRefund(ctx, paymentID, max(sum-was, 0))
}

// refundUpdated records a refund that did not reach the customer: the shop has that money again, so it was not sent back, and is
// due back where it was.
func (k *recorder) refundUpdated(ctx context.Context, e stripeEvent, r *stripeRefund) error {
	p, err := k.paid(ctx, r.Intent)
	if err != nil {
		return err
	}
	if r.Status != "failed" && r.Status != "canceled" || r.Amount <= 0 {
		return nil
	}
	failure := shop.RefundFailure{ID: r.ID, PaymentID: p.ID, Amount: shop.Cents(r.Amount), State: r.Status, Seen: shop.TimeOf(time.Unix(e.Created, 0))}
	news, err := k.tx.FailRefund(ctx, failure, processorStripe)
	if err != nil || !news {
		return err
	}
	did := shop.ActivityParams{Amount: failure.Amount, Currency: p.Currency, Reference: p.Reference}
	if err := k.log(ctx, p.OrderID, shop.VerbRefundFailed, p.ID, did); err != nil {
		return err
	}
	k.touch(p.OrderID)
	if p, err = k.paid(ctx, r.Intent); err != nil {
		return err
	}
	if err := billing.CameBack(ctx, k.tx, p); err != nil {
		return err
	}
	return k.card.events.Emit(ctx, k.tx, event.PaymentChanged{ID: p.ID})
}

// disputed records how a dispute stands.
func (k *recorder) disputed(ctx context.Context, e stripeEvent, d *stripeDispute) error {
	p, err := k.paid(ctx, d.Intent)
	if err != nil {
		return err
	}
	news := shop.Dispute{
		ID: d.ID, PaymentID: p.ID, InvoiceID: p.InvoiceID, Amount: shop.Cents(d.Amount), State: disputeState(d.Status),
		EvidenceDue: d.Evidence.due(), FundsWithdrawn: e.Type == eventWithdrawn, Seen: shop.TimeOf(time.Unix(e.Created, 0)), Created: shop.TimeOf(time.Unix(d.Created, 0)),
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
	if now.State != shop.DisputeLost {
		now.InvoiceID = p.InvoiceID // what a bank took before the payment counted, it gives back to the invoice
	}
	if before.Answer != "" && (now.State != shop.DisputeLost || now.Amount != before.Amount) {
		if err := billing.ForgetAnswer(ctx, k.tx, p, d.ID); err != nil {
			return err
		}
	}
	if err := k.tx.SaveDispute(ctx, now); err != nil {
		return err
	}
	told := known && before.State == now.State
	if told && before.Amount == now.Amount {
		return nil
	}
	if p, err = k.paid(ctx, d.Intent); err != nil {
		return err
	}
	how := map[shop.DisputeState]string{shop.DisputeOpen: shop.BankDecides, shop.DisputeWon: shop.LeftByBank, shop.DisputeLost: shop.TakenByBank}[now.State]
	if err := billing.SentBack(ctx, k.tx, p, how); err != nil {
		return err
	}
	if err := k.card.events.Emit(ctx, k.tx, event.PaymentChanged{ID: p.ID}); err != nil {
		return err
	}
	k.touch(p.OrderID)
	if told {
		return billing.Hold(ctx, k.tx, p)
	}
	verb := map[shop.DisputeState]shop.Verb{shop.DisputeOpen: shop.VerbDisputeOpened, shop.DisputeWon: shop.VerbDisputeWon, shop.DisputeLost: shop.VerbDisputeLost}[now.State]
	if err := k.log(ctx, p.OrderID, verb, p.ID, shop.ActivityParams{Amount: now.Amount, Currency: p.Currency}); err != nil {
		return err
	}
	return billing.Hold(ctx, k.tx, p)
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
