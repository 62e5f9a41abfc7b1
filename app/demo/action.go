package demo

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
)

// action is something that is done to an order, by staff, its customer or the bank.
type action func(ctx context.Context, f *filler, o *placedOrder) error

// placedOrder is a sample order once it was placed.
type placedOrder struct {
	sampleOrder
	id, number string
	link       string // path of the customer's page
	payURL     string // of the card page that is open
}

// view is the order as staff see it.
func (o *placedOrder) view(ctx context.Context, f *filler) (order.StaffOrderView, error) {
	return f.App.Orders.StaffOrder(ctx, f.admin, o.id)
}

// paysByCard: the customer pays on the page that the checkout opened.
func paysByCard(ctx context.Context, f *filler, o *placedOrder) error {
	if err := f.Cards.Pay(path.Base(o.payURL)); err != nil {
		return err
	}
	return f.deliverEvents(ctx)
}

// paysTwice: the customer pays on the card page while staff note the transfer that they had made as well.
func paysTwice(reference string) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		if err := f.Cards.Pay(path.Base(o.payURL)); err != nil {
			return err
		}
		if err := transfers(reference)(ctx, f, o); err != nil {
			return err
		}
		return f.deliverEvents(ctx)
	}
}

// deliverEvents brings the shop what happened at the stand-in, as its webhook does.
func (f *filler) deliverEvents(ctx context.Context) error {
	events := f.Cards.Events()
	for _, e := range events[f.delivered:] {
		// A signature is held against the machine's clock, not the shop's.
		if err := f.App.Cards.ReceiveWebhook(ctx, e.Payload, stripetest.Sign(e.Payload, time.Now(), setting.DemoWebhookSecret)); err != nil {
			return err
		}
	}
	f.delivered = len(events)
	return nil
}

// intent is the payment that was made on an order's card page.
func (f *filler) intent(o *placedOrder) (string, error) {
	sessions := f.Cards.Sessions()
	at := slices.IndexFunc(sessions, func(s stripetest.Session) bool { return s.ID == path.Base(o.payURL) })
	if at < 0 {
		return "", fmt.Errorf("order %s has no card page", o.number)
	}
	return sessions[at].PaymentIntent, nil
}

// refunds: the shop sends the money of a card payment back.
func refunds(ctx context.Context, f *filler, o *placedOrder) error {
	intent, err := f.intent(o)
	if err != nil {
		return err
	}
	v, err := o.view(ctx, f)
	if err != nil {
		return err
	}
	if err := f.Cards.Refund(intent, int64(v.Paid)); err != nil {
		return err
	}
	return f.deliverEvents(ctx)
}

// disputes: the cardholder does not know the payment.
func disputes(ctx context.Context, f *filler, o *placedOrder) error {
	intent, err := f.intent(o)
	if err != nil {
		return err
	}
	if _, err := f.Cards.Dispute(intent); err != nil {
		return err
	}
	return f.deliverEvents(ctx)
}

// transfers: staff see the whole sum in the bank.
func transfers(reference string) action {
	return takes(shop.ByTransfer, reference, func(o order.StaffOrderView) shop.Cents { return o.Balance })
}

// transfersHalf: staff see half of it.
func transfersHalf(reference string) action {
	return takes(shop.ByTransfer, reference, func(o order.StaffOrderView) shop.Cents { return o.Total / 2 })
}

func takes(method shop.PaymentMethod, reference string, amount func(order.StaffOrderView) shop.Cents) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		v, err := o.view(ctx, f)
		if err != nil {
			return err
		}
		return f.App.Billing.TakePayment(ctx, f.by(o), v.InvoiceID, 0, method, amount(v), reference)
	}
}

// releases: staff have it printed before it is paid.
func releases(note string) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		_, err := f.App.Orders.ReleaseOrder(ctx, f.by(o), o.id, 0, note)
		return err
	}
}

// approves ends a review with a price.
func approves(total shop.Cents, reason, message string) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		_, err := f.App.Orders.ApproveOrder(ctx, f.admin, o.id, order.ApproveRequest{AdjustedTotal: &total, Reason: reason, Message: message})
		return err
	}
}

func refuses(reason string) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		_, err := f.App.Orders.RefuseOrder(ctx, f.by(o), o.id, 0, reason, false)
		return err
	}
}

func cancels(reason string) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		_, err := f.App.Orders.CancelOrder(ctx, f.by(o), o.id, 0, reason)
		return err
	}
}

// by is who of staff looks after an order: they share them.
func (f *filler) by(o *placedOrder) shop.Actor {
	if strings.ContainsAny(o.number[len(o.number)-1:], "02468") {
		return f.staff
	}
	return f.admin
}
