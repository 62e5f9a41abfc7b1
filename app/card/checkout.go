package card

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"buildplate/app/billing"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

const (
	// sessionLife is how long a payment page lives: Stripe takes 30 minutes to 24 hours from when it gets the call,
	// which may be a repeated one, later. Idempotency keys outlive it.
	sessionLife = 23 * time.Hour
	// sessionSpare is what a payment page must have left to be given out again.
	sessionSpare = 5 * time.Minute
	// sessionRounds bounds how often a payment starts over because the state of things changed under it.
	sessionRounds = 5
)

// PayByCard gives the address of Stripe's page on which the invoice can be paid. Called twice, it gives the same page,
// as long as the amount is the same; an older page is closed before a new one opens, so that an invoice has at most
// one. The intent is committed before Stripe is called, and a crash repeats the same call with the same key.
// Whoever calls it has asked whether the actor may pay.
// Errors: NotFound; Conflict when nothing is to be paid, less than a card takes, or a payment is being processed;
// Unavailable when card payment is not set up or Stripe cannot be reached.
func (c *Service) PayByCard(ctx context.Context, invoiceID string) (payURL string, err error) {
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil {
		return "", err
	}
	if setting.CheckStripeKey(keys.Secret) != nil {
		return "", shop.Unavailablef("card_not_set_up", "Card payment is not set up. Choose another way to pay.")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unlock, err := c.lockPaying(ctx, invoiceID)
	if err != nil {
		return "", err
	}
	defer unlock()
	for range sessionRounds {
		s, d, err := c.intend(ctx, keys, invoiceID)
		if err != nil {
			return "", err
		}
		switch {
		case s.State == shop.CheckoutIntent:
			err = c.openSession(ctx, keys, s)
			if errors.Is(err, errRefused) && !d.fresh {
				err = nil // an old call that cannot be repeated; the next round makes a new one
			}
		case s.State == shop.CheckoutProcessing:
			if err = c.refresh(ctx, keys, s); err == nil && s.State == shop.CheckoutProcessing {
				return "", shop.Conflictf("payment_processing", "Your payment is being processed by the bank. There is nothing more to do.")
			}
		case s.Amount != d.amount || s.Livemode != keys.Livemode() || s.Expires <= d.at.Add(sessionSpare):
			err = c.closeSession(ctx, keys, s)
		default:
			// A second click, or back from the page: it may be paid already.
			if err := c.refresh(ctx, keys, s); err != nil && !shop.IsKind(err, shop.Unavailable) {
				return "", err
			}
		}
		if err != nil {
			return "", err
		}
		if s.State == shop.CheckoutOpen && s.Amount == d.amount && s.Livemode == keys.Livemode() && s.URL != "" {
			return s.URL, nil
		}
	}
	return "", shop.Conflictf("order_changing", "This invoice changes too often right now. Try again in a minute.")
}

// due is what an invoice asks to be paid, when, and whether the checkout session for it was written down just now.
type due struct {
	fresh  bool
	amount shop.Cents
	at     shop.Time
}

// intend finds the invoice's active checkout session, or writes down a new one.
func (c *Service) intend(ctx context.Context, keys setting.StripeKeys, invoiceID string) (s *shop.CheckoutSession, d due, err error) {
	err = c.db.Write(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
		}
		if err := billing.Payable(inv); err != nil {
			return err
		}
		if err := modelAccepted(ctx, tx, inv); err != nil {
			return err
		}
		if least := shop.CardMinimum(inv.Currency); inv.Balance() < least {
			return shop.Conflictf("below_card_minimum", "Card payments start at %s. Choose another way to pay.", least.In(inv.Currency))
		}
		d = due{amount: inv.Balance(), at: tx.Now}
		s, err = tx.ActiveCheckout(ctx, invoiceID)
		if !shop.IsKind(err, shop.NotFound) {
			return err
		}
		d.fresh = true
		s, err = c.newIntent(ctx, tx, keys, inv)
		return err
	})
	return s, d, err
}

func (c *Service) newIntent(ctx context.Context, tx *db.Tx, keys setting.StripeKeys, inv *shop.Invoice) (*shop.CheckoutSession, error) {
	public, err := c.settings.PublicURL(ctx, tx)
	if err != nil {
		return nil, err
	}
	if public == "" {
		return nil, shop.Unavailablef("public_url_missing", "Card payment is not set up: the shop has no public address. Choose another way to pay.")
	}
	mark, err := instance(ctx, tx)
	if err != nil {
		return nil, err
	}
	last, err := tx.LastAttempt(ctx, inv.ID)
	if err != nil {
		return nil, err
	}
	expires := tx.Now.Add(sessionLife)
	s := &shop.CheckoutSession{
		ID: shop.NewID(), InvoiceID: inv.ID, Attempt: last + 1, IdemKey: fmt.Sprintf("invoice:%s:%d", inv.ID, last+1),
		Amount: inv.Balance(), Currency: inv.Currency, Livemode: keys.Livemode(), Expires: expires,
		State: shop.CheckoutIntent, Created: tx.Now,
	}
	back := strings.TrimSuffix(public, "/") + "/return/" + s.ID
	s.Params, err = json.Marshal(sessionParams{
		Amount: int64(s.Amount), Currency: strings.ToLower(s.Currency), Item: inv.Label(), Email: inv.Email,
		SuccessURL: back + "?result=success", CancelURL: back + "?result=cancel", Expires: expires.Time().Unix(), Reference: s.ID,
		Metadata: map[string]string{"instance": mark, "invoice_id": inv.ID, "client_id": inv.ClientID, "order_number": inv.OrderNumber, "intent_id": s.ID},
		Methods:  []string{"card"},
	})
	if err != nil {
		return nil, err
	}
	return s, tx.InsertCheckout(ctx, s)
}

// openSession makes the intended call to Stripe, for the first time or again, and keeps its answer.
// Errors: errRefused when there is no session and will be none for this checkout, which is over then; Unavailable.
func (c *Service) openSession(ctx context.Context, keys setting.StripeKeys, s *shop.CheckoutSession) error {
	if s.Livemode != keys.Livemode() || s.Expires <= c.db.Now() {
		return c.endSession(ctx, s, shop.CheckoutExpired) // nobody was given its address
	}
	var params sessionParams
	if err := json.Unmarshal(s.Params, &params); err != nil {
		return fmt.Errorf("read the parameters of checkout session %s: %w", s.ID, err)
	}
	reply, err := c.stripe.createSession(ctx, keys.Secret, s.IdemKey, params)
	if errors.Is(err, errEmail) && params.Email != "" { // the customer types one that Stripe takes; a key goes with one call
		params.Email = ""
		reply, err = c.stripe.createSession(ctx, keys.Secret, s.IdemKey+":no-email", params)
	}
	if errors.Is(err, errRefused) {
		c.log.ErrorContext(ctx, "stripe refuses a payment page", "checkout", s.ID, "err", err)
		return errors.Join(err, c.endSession(ctx, s, shop.CheckoutFailed))
	}
	if err != nil {
		return err
	}
	return c.merge(ctx, s, reply)
}

// refresh asks Stripe how a session stands and records it, money included.
// Errors: Unavailable.
func (c *Service) refresh(ctx context.Context, keys setting.StripeKeys, s *shop.CheckoutSession) error {
	if s.StripeID == "" {
		return nil
	}
	if ended, err := c.keyless(ctx, keys, s); ended || err != nil {
		return err
	}
	reply, err := c.stripe.session(ctx, keys.Secret, s.StripeID)
	if errors.Is(err, errGone) { // made under another account or mode: nobody can be charged through it here
		return c.endSession(ctx, s, shop.CheckoutExpired)
	}
	if err != nil {
		return err
	}
	return c.merge(ctx, s, reply)
}

// closeSession expires a session at Stripe, so that nobody can pay it any more. One that was paid meanwhile is recorded.
// Errors: Unavailable.
func (c *Service) closeSession(ctx context.Context, keys setting.StripeKeys, s *shop.CheckoutSession) error {
	if ended, err := c.keyless(ctx, keys, s); ended || err != nil {
		return err
	}
	reply, err := c.stripe.expireSession(ctx, keys.Secret, s.StripeID)
	switch {
	case errors.Is(err, errGone):
		return c.endSession(ctx, s, shop.CheckoutExpired)
	case errors.Is(err, errRefused): // it is not open any more
		return c.refresh(ctx, keys, s)
	case err != nil:
		return err
	}
	return c.merge(ctx, s, reply)
}

// keyless says what becomes of a session when the shop has no key any more to ask about it: it ends with its time.
// Errors: Unavailable before that.
func (c *Service) keyless(ctx context.Context, keys setting.StripeKeys, s *shop.CheckoutSession) (ended bool, err error) {
	switch {
	case setting.CheckStripeKey(keys.Secret) == nil:
		return false, nil
	case s.Expires <= c.db.Now():
		return true, c.endSession(ctx, s, shop.CheckoutExpired)
	}
	return false, shop.Unavailablef("checkout_open_without_key", "A payment page is still open, and Stripe’s key is no longer set. Set it again, or wait: the page closes by itself within a day.")
}

// merge records what Stripe answered about a session; s becomes what is stored.
func (c *Service) merge(ctx context.Context, s *shop.CheckoutSession, reply *stripeSession) error {
	return c.withRecorder(ctx, func(ctx context.Context, k *recorder) error {
		row, err := k.tx.Checkout(ctx, s.ID)
		if err != nil {
			return err
		}
		row.Checked = k.tx.Now
		if err := k.session(ctx, row, reply, reply.state()); err != nil {
			return err
		}
		*s = *row
		return nil
	})
}

// endSession gives up a checkout session that Stripe has nothing for.
func (c *Service) endSession(ctx context.Context, s *shop.CheckoutSession, state shop.CheckoutState) error {
	return c.withRecorder(ctx, func(ctx context.Context, k *recorder) error {
		row, err := k.tx.Checkout(ctx, s.ID)
		if err != nil {
			return err
		}
		row.State, row.Checked = row.State.Merge(state), k.tx.Now
		*s = *row
		return k.tx.SaveCheckout(ctx, row)
	})
}
