package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

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

// PayByCard gives the address of Stripe's page on which the order can be paid. Called twice, it gives the same page,
// as long as the amount is the same; an older page is closed before a new one opens, so that an order has at most
// one. The intent is committed before Stripe is called, and a crash repeats the same call with the same key.
// Errors: NotFound; Conflict when nothing is to be paid, or a payment is being processed; Unavailable when card
// payment is not set up or Stripe cannot be reached.
func (a *App) PayByCard(ctx context.Context, invoiceID string) (payURL string, err error) {
	keys, err := a.stripeKeys(ctx)
	if err != nil {
		return "", err
	}
	if checkStripeKey(keys.secret) != nil {
		return "", shop.Unavailablef("card_not_set_up", "Card payment is not set up. Please choose another way to pay.")
	}
	defer a.stripe.paying.lock(invoiceID)()
	for range sessionRounds {
		s, ask, err := a.intend(ctx, keys, invoiceID)
		if err != nil {
			return "", err
		}
		switch {
		case s.State == shop.CheckoutIntent:
			fresh := s.Created == ask.at
			err = a.openSession(ctx, keys, s)
			if errors.Is(err, errRefused) && !fresh {
				err = nil // an old call that cannot be repeated; the next round makes a new one
			}
		case s.State == shop.CheckoutProcessing:
			if err = a.refresh(ctx, keys, s); err == nil && s.State == shop.CheckoutProcessing {
				return "", shop.Conflictf("payment_processing", "Your payment is being processed by the bank. There is nothing more to do.")
			}
		case s.Amount != ask.amount || s.Livemode != keys.livemode() || s.Expires <= ask.at.Add(sessionSpare):
			err = a.closeSession(ctx, keys, s)
		default:
			// A second click, or back from the page: it may be paid already.
			if err := a.refresh(ctx, keys, s); err != nil && !shop.IsKind(err, shop.Unavailable) {
				return "", err
			}
		}
		if err != nil {
			return "", err
		}
		if s.State == shop.CheckoutOpen && s.Amount == ask.amount && s.Livemode == keys.livemode() && s.URL != "" {
			return s.URL, nil
		}
	}
	return "", shop.Conflictf("order_changing", "This order changes too often right now. Please try again in a minute.")
}

// asked is what an order asks to be paid, and when.
type asked struct {
	amount shop.Cents
	at     shop.Time
}

// intend finds the order's live attempt, or writes down a new one.
func (a *App) intend(ctx context.Context, keys stripeKeys, invoiceID string) (s *shop.CheckoutSession, ask asked, err error) {
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if err := payable(inv); err != nil {
			return err
		}
		ask = asked{amount: inv.Balance(), at: shop.TimeOf(tx.Now)}
		s, err = tx.LiveCheckout(ctx, invoiceID)
		if !shop.IsKind(err, shop.NotFound) {
			return err
		}
		s, err = a.newIntent(ctx, tx, keys, inv)
		return err
	})
	return s, ask, err
}

// payable explains why an order cannot be paid now. Errors: Conflict.
func payable(inv *shop.Invoice) error {
	switch {
	case inv.Payable():
		return nil
	case inv.State == shop.Void || inv.State == shop.WrittenOff:
		return shop.Conflictf("order_closed", "Order %s was closed. Nothing is to be paid.", inv.OrderNumber)
	case inv.State == shop.Paid:
		return shop.Conflictf("order_paid", "Order %s is already paid. Thank you.", inv.OrderNumber)
	case inv.Review == shop.ReviewRequested:
		return shop.Conflictf("order_in_review", "Order %s is being looked at by a person. It can be paid after that.", inv.OrderNumber)
	}
	return shop.Conflictf("nothing_due", "Nothing is to be paid for order %s.", inv.OrderNumber)
}

func (a *App) newIntent(ctx context.Context, tx *db.Tx, keys stripeKeys, inv *shop.Invoice) (*shop.CheckoutSession, error) {
	public, err := a.publicURL(ctx, tx)
	if err != nil {
		return nil, err
	}
	if public == "" {
		return nil, shop.Unavailablef("public_url_missing", "Card payment is not set up: the shop has no public address. Please choose another way to pay.")
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
		ID: shop.NewID(), InvoiceID: inv.ID, Attempt: last + 1, IdemKey: fmt.Sprintf("order:%s:%d", inv.ID, last+1),
		Amount: inv.Balance(), Currency: inv.Currency, Livemode: keys.livemode(), Expires: shop.TimeOf(expires),
		State: shop.CheckoutIntent, Created: shop.TimeOf(tx.Now),
	}
	back := strings.TrimSuffix(public, "/") + "/return/" + s.ID
	s.Params, err = json.Marshal(sessionParams{
		Amount: int64(s.Amount), Currency: strings.ToLower(s.Currency), Item: "Order " + inv.OrderNumber, Email: inv.Contact.Email,
		SuccessURL: back + "?result=success", CancelURL: back + "?result=cancel", Expires: expires.Unix(), Reference: s.ID,
		Metadata: map[string]string{"instance": mark, "invoice_id": inv.ID, "order_number": inv.OrderNumber, "intent_id": s.ID},
		Methods:  []string{"card"},
	})
	if err != nil {
		return nil, err
	}
	return s, tx.InsertCheckout(ctx, s)
}

// openSession makes the intended call to Stripe, for the first time or again, and keeps its answer.
// Errors: errRefused when there is no session and will be none for this attempt, which is over then; Unavailable.
func (a *App) openSession(ctx context.Context, keys stripeKeys, s *shop.CheckoutSession) error {
	if s.Livemode != keys.livemode() || s.Expires <= shop.TimeOf(a.db.Now()) {
		return a.endSession(ctx, s, shop.CheckoutExpired) // nobody was given its address
	}
	var params sessionParams
	if err := json.Unmarshal(s.Params, &params); err != nil {
		return fmt.Errorf("read the parameters of attempt %s: %w", s.ID, err)
	}
	reply, err := a.stripe.createSession(ctx, keys.secret, s.IdemKey, params)
	if errors.Is(err, errRefused) {
		a.log.Error("stripe refuses a payment page", "attempt", s.ID, "err", err)
		return errors.Join(err, a.endSession(ctx, s, shop.CheckoutFailed))
	}
	if err != nil {
		return err
	}
	return a.learn(ctx, s, reply)
}

// refresh asks Stripe how a session stands and enters it, money included.
// Errors: Unavailable.
func (a *App) refresh(ctx context.Context, keys stripeKeys, s *shop.CheckoutSession) error {
	if s.StripeID == "" {
		return nil
	}
	if ended, err := a.keyless(ctx, keys, s); ended || err != nil {
		return err
	}
	reply, err := a.stripe.session(ctx, keys.secret, s.StripeID)
	if errors.Is(err, errGone) { // made under another account or mode: nobody can be charged through it here
		return a.endSession(ctx, s, shop.CheckoutExpired)
	}
	if err != nil {
		return err
	}
	return a.learn(ctx, s, reply)
}

// closeSession expires a session at Stripe, so that nobody can pay it any more. One that was paid meanwhile is entered.
// Errors: Unavailable.
func (a *App) closeSession(ctx context.Context, keys stripeKeys, s *shop.CheckoutSession) error {
	if ended, err := a.keyless(ctx, keys, s); ended || err != nil {
		return err
	}
	reply, err := a.stripe.expireSession(ctx, keys.secret, s.StripeID)
	switch {
	case errors.Is(err, errGone):
		return a.endSession(ctx, s, shop.CheckoutExpired)
	case errors.Is(err, errRefused): // it is not open any more
		return a.refresh(ctx, keys, s)
	case err != nil:
		return err
	}
	return a.learn(ctx, s, reply)
}

// keyless says what becomes of a session when the shop has no key any more to ask about it: it ends with its time.
// Errors: Unavailable before that.
func (a *App) keyless(ctx context.Context, keys stripeKeys, s *shop.CheckoutSession) (ended bool, err error) {
	switch {
	case checkStripeKey(keys.secret) == nil:
		return false, nil
	case s.Expires <= shop.TimeOf(a.db.Now()):
		return true, a.endSession(ctx, s, shop.CheckoutExpired)
	}
	return false, shop.Unavailablef("checkout_open_without_key", "A payment page is still open, and Stripe's key is not set any more. Set it again, or wait: the page closes by itself within a day.")
}

// learn enters what Stripe answered about a session; s becomes what is stored.
func (a *App) learn(ctx context.Context, s *shop.CheckoutSession, reply *stripeSession) error {
	return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		row, err := k.tx.Checkout(ctx, s.ID)
		if err != nil {
			return err
		}
		row.Checked = shop.TimeOf(k.tx.Now)
		if err := k.session(ctx, row, reply, reply.state()); err != nil {
			return err
		}
		*s = *row
		return nil
	})
}

// endSession gives up an attempt that Stripe has nothing for.
func (a *App) endSession(ctx context.Context, s *shop.CheckoutSession, state shop.CheckoutState) error {
	return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		row, err := k.tx.Checkout(ctx, s.ID)
		if err != nil {
			return err
		}
		row.State, row.Checked = row.State.Merge(state), shop.TimeOf(k.tx.Now)
		*s = *row
		return k.tx.SaveCheckout(ctx, row)
	})
}

// keyedMutex locks by name. The zero value is ready.
type keyedMutex struct {
	mu    sync.Mutex
	locks map[string]*countedMutex
}

type countedMutex struct {
	sync.Mutex
	users int
}

// lock waits for the name and returns what frees it.
func (m *keyedMutex) lock(name string) (unlock func()) {
	m.mu.Lock()
	if m.locks == nil {
		m.locks = map[string]*countedMutex{}
	}
	l := m.locks[name]
	if l == nil {
		l = &countedMutex{}
		m.locks[name] = l
	}
	l.users++
	m.mu.Unlock()
	l.Lock()
	return func() {
		l.Unlock()
		m.mu.Lock()
		defer m.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(m.locks, name)
		}
	}
}
