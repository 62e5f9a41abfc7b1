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

// deed is something that is done to an order, by staff, its customer or the bank.
type deed func(ctx context.Context, t *teller, o *told) error

// told is an order of a story that was placed.
type told struct {
	story
	id, number string
	link       string // path of the customer's page
	payURL     string // of the card page that is open
}

// view is the order as staff see it.
func (o *told) view(ctx context.Context, t *teller) (order.StaffOrderView, error) {
	return t.App.Orders.StaffOrder(ctx, t.admin, o.id)
}

// paysByCard: the customer pays on the page that the checkout opened.
func paysByCard(ctx context.Context, t *teller, o *told) error {
	if err := t.Cards.Pay(path.Base(o.payURL)); err != nil {
		return err
	}
	return t.tellCards(ctx)
}

// paysTwice: the customer pays on the card page while staff note the transfer that they had made as well.
func paysTwice(reference string) deed {
	return func(ctx context.Context, t *teller, o *told) error {
		if err := t.Cards.Pay(path.Base(o.payURL)); err != nil {
			return err
		}
		if err := transfers(reference)(ctx, t, o); err != nil {
			return err
		}
		return t.tellCards(ctx)
	}
}

// tellCards brings the shop what happened at the stand-in, as its webhook does.
func (t *teller) tellCards(ctx context.Context) error {
	events := t.Cards.Events()
	for _, e := range events[t.heard:] {
		// A signature is held against the machine's clock, not the shop's.
		if err := t.App.Cards.ReceiveWebhook(ctx, e.Payload, stripetest.Sign(e.Payload, time.Now(), setting.DemoWebhookSecret)); err != nil {
			return err
		}
	}
	t.heard = len(events)
	return nil
}

// intent is the payment that was made on an order's card page.
func (t *teller) intent(o *told) (string, error) {
	sessions := t.Cards.Sessions()
	at := slices.IndexFunc(sessions, func(s stripetest.Session) bool { return s.ID == path.Base(o.payURL) })
	if at < 0 {
		return "", fmt.Errorf("order %s has no card page", o.number)
	}
	return sessions[at].PaymentIntent, nil
}

// refunds: the shop sends the money of a card payment back.
func refunds(ctx context.Context, t *teller, o *told) error {
	intent, err := t.intent(o)
	if err != nil {
		return err
	}
	v, err := o.view(ctx, t)
	if err != nil {
		return err
	}
	if err := t.Cards.Refund(intent, int64(v.Paid)); err != nil {
		return err
	}
	return t.tellCards(ctx)
}

// disputes: the cardholder does not know the payment.
func disputes(ctx context.Context, t *teller, o *told) error {
	intent, err := t.intent(o)
	if err != nil {
		return err
	}
	if _, err := t.Cards.Dispute(intent); err != nil {
		return err
	}
	return t.tellCards(ctx)
}

// transfers: staff see the whole sum in the bank.
func transfers(reference string) deed {
	return takes(shop.ByTransfer, reference, func(o order.StaffOrderView) shop.Cents { return o.Balance })
}

// transfersHalf: staff see half of it.
func transfersHalf(reference string) deed {
	return takes(shop.ByTransfer, reference, func(o order.StaffOrderView) shop.Cents { return o.Total / 2 })
}

func takes(method shop.PaymentMethod, reference string, amount func(order.StaffOrderView) shop.Cents) deed {
	return func(ctx context.Context, t *teller, o *told) error {
		v, err := o.view(ctx, t)
		if err != nil {
			return err
		}
		return t.App.Billing.TakePayment(ctx, t.by(o), v.InvoiceID, 0, method, amount(v), reference)
	}
}

// releases: staff have it printed before it is paid.
func releases(note string) deed {
	return func(ctx context.Context, t *teller, o *told) error {
		_, err := t.App.Orders.ReleaseOrder(ctx, t.by(o), o.id, 0, note)
		return err
	}
}

// approves ends a review with a price.
func approves(total shop.Cents, reason, message string) deed {
	return func(ctx context.Context, t *teller, o *told) error {
		_, err := t.App.Orders.ApproveOrder(ctx, t.admin, o.id, order.ApproveRequest{AdjustedTotal: &total, Reason: reason, Message: message})
		return err
	}
}

func refuses(reason string) deed {
	return func(ctx context.Context, t *teller, o *told) error {
		_, err := t.App.Orders.RefuseOrder(ctx, t.by(o), o.id, 0, reason, false)
		return err
	}
}

func cancels(reason string) deed {
	return func(ctx context.Context, t *teller, o *told) error {
		_, err := t.App.Orders.CancelOrder(ctx, t.by(o), o.id, 0, reason)
		return err
	}
}

// by is who of staff looks after an order: they share them.
func (t *teller) by(o *told) shop.Actor {
	if strings.ContainsAny(o.number[len(o.number)-1:], "02468") {
		return t.staff
	}
	return t.admin
}
