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
	// secretInstance names the mark that this installation puts on all it makes at Stripe.
	secretInstance = "instance"

	// sessionLife is how long a payment page lives: Stripe takes 30 minutes to 24 hours from when it gets the call,
	// which may be a repeated one, later. Idempotency keys outlive it.
	sessionLife = 23 * time.Hour
	// sessionSpare is what a payment page must have left to be given out again.
	sessionSpare = 5 * time.Minute
	// sessionRounds bounds how often a payment starts over because the state of things changed under it.
	sessionRounds = 5
)

func currencyCode(stripes string) string { return strings.ToUpper(stripes) }

// stripeKeys reads the keys as they are now.
func (a *App) stripeKeys(ctx context.Context) (k stripeKeys, err error) {
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		k, err = readStripeKeys(ctx, tx)
		return err
	})
	return k, err
}

func readStripeKeys(ctx context.Context, tx *db.Tx) (k stripeKeys, err error) {
	if k.secret, err = tx.Secret(ctx, secretStripeKey); err != nil {
		return k, err
	}
	for _, name := range []string{secretWebhook, secretWebhookBefore} {
		secret, err := tx.Secret(ctx, name)
		if err != nil {
			return k, err
		}
		if checkWebhookSecret(secret) == nil {
			k.webhook = append(k.webhook, secret)
		}
	}
	return k, nil
}

// instance is this installation's mark, made on first use. It needs a transaction that may write.
func instance(ctx context.Context, tx *db.Tx) (string, error) {
	mark, err := tx.Secret(ctx, secretInstance)
	if err == nil && mark == "" {
		mark = shop.NewID()
		err = tx.SetSecret(ctx, secretInstance, mark)
	}
	return mark, err
}

// cardReady says whether customers can pay by card: Stripe's key is set, and there is an address to come back to.
func (a *App) cardReady(ctx context.Context, tx *db.Tx) (bool, error) {
	keys, err := readStripeKeys(ctx, tx)
	if err != nil || checkStripeKey(keys.secret) != nil {
		return false, err
	}
	public, err := a.publicURL(ctx, tx)
	return public != "", err
}

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
		return "", shop.Errorf(shop.Unavailable, "Card payment is not set up. Please choose another way to pay.")
	}
	defer a.stripe.paying.lock(invoiceID)()
	for range sessionRounds {
		s, ask, err := a.intend(ctx, keys, invoiceID)
		if err != nil {
			return "", err
		}
		switch {
		case s.State == shop.SessionIntent:
			fresh := s.Created == ask.at
			err = a.openSession(ctx, keys, s)
			if errors.Is(err, errRefused) && !fresh {
				err = nil // an old call that cannot be repeated; the next round makes a new one
			}
		case s.State == shop.SessionProcessing:
			if err = a.refresh(ctx, keys, s); err == nil && s.State == shop.SessionProcessing {
				return "", shop.Conflictf("Your payment is being processed by the bank. There is nothing more to do.")
			}
		case s.Amount != ask.amount || s.Livemode != keys.livemode() || s.Expires <= ask.at+sessionSpare.Milliseconds():
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
		if s.State == shop.SessionOpen && s.Amount == ask.amount && s.Livemode == keys.livemode() && s.URL != "" {
			return s.URL, nil
		}
	}
	return "", shop.Conflictf("This order changes too often right now. Please try again in a minute.")
}

// asked is what an order asks to be paid, and when.
type asked struct {
	amount shop.Cents
	at     int64
}

// intend finds the order's live attempt, or writes down a new one.
func (a *App) intend(ctx context.Context, keys stripeKeys, invoiceID string) (s *shop.CheckoutSession, ask asked, err error) {
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.Explain(err, "There is no such order.")
		}
		if err := payable(inv); err != nil {
			return err
		}
		ask = asked{amount: inv.Balance(), at: tx.Now.UnixMilli()}
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
		return shop.Conflictf("Order %s was closed. Nothing is to be paid.", inv.OrderNumber)
	case inv.State == shop.Paid:
		return shop.Conflictf("Order %s is already paid. Thank you.", inv.OrderNumber)
	case inv.Review == shop.ReviewRequested:
		return shop.Conflictf("Order %s is being looked at by a person. It can be paid after that.", inv.OrderNumber)
	}
	return shop.Conflictf("Nothing is to be paid for order %s.", inv.OrderNumber)
}

func (a *App) newIntent(ctx context.Context, tx *db.Tx, keys stripeKeys, inv *shop.Invoice) (*shop.CheckoutSession, error) {
	public, err := a.publicURL(ctx, tx)
	if err != nil {
		return nil, err
	}
	if public == "" {
		return nil, shop.Errorf(shop.Unavailable, "Card payment is not set up: the shop has no public address. Please choose another way to pay.")
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
		Amount: inv.Balance(), Currency: inv.Currency, Livemode: keys.livemode(), Expires: expires.UnixMilli(),
		State: shop.SessionIntent, Created: tx.Now.UnixMilli(),
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
	if s.Livemode != keys.livemode() || s.Expires <= a.db.Now().UnixMilli() {
		return a.endSession(ctx, s, shop.SessionExpired) // nobody was given its address
	}
	var params sessionParams
	if err := json.Unmarshal(s.Params, &params); err != nil {
		return fmt.Errorf("read the parameters of attempt %s: %w", s.ID, err)
	}
	reply, err := a.stripe.createSession(ctx, keys.secret, s.IdemKey, params)
	if errors.Is(err, errRefused) {
		a.log.Error("stripe refuses a payment page", "attempt", s.ID, "err", err)
		return errors.Join(err, a.endSession(ctx, s, shop.SessionFailed))
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
	reply, err := a.stripe.session(ctx, keys.secret, s.StripeID)
	if errors.Is(err, errGone) { // made under another account or mode: nobody can be charged through it here
		return a.endSession(ctx, s, shop.SessionExpired)
	}
	if err != nil {
		return err
	}
	return a.learn(ctx, s, reply)
}

// closeSession expires a session at Stripe, so that nobody can pay it any more. One that was paid meanwhile is entered.
// Errors: Unavailable.
func (a *App) closeSession(ctx context.Context, keys stripeKeys, s *shop.CheckoutSession) error {
	reply, err := a.stripe.expireSession(ctx, keys.secret, s.StripeID)
	switch {
	case errors.Is(err, errGone):
		return a.endSession(ctx, s, shop.SessionExpired)
	case errors.Is(err, errRefused): // it is not open any more
		return a.refresh(ctx, keys, s)
	case err != nil:
		return err
	}
	return a.learn(ctx, s, reply)
}

// learn enters what Stripe answered about a session; s becomes what is stored.
func (a *App) learn(ctx context.Context, s *shop.CheckoutSession, reply *stripeSession) error {
	return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		row, err := k.tx.Checkout(ctx, s.ID)
		if err != nil {
			return err
		}
		row.Checked = k.tx.Now.UnixMilli()
		if err := k.session(ctx, row, reply, reply.state()); err != nil {
			return err
		}
		*s = *row
		return nil
	})
}

// endSession gives up an attempt that Stripe has nothing for.
func (a *App) endSession(ctx context.Context, s *shop.CheckoutSession, state shop.SessionState) error {
	return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		row, err := k.tx.Checkout(ctx, s.ID)
		if err != nil {
			return err
		}
		row.State, row.Checked = row.State.Merge(state), k.tx.Now.UnixMilli()
		*s = *row
		return k.tx.SaveCheckout(ctx, row)
	})
}

// enter runs one transaction on the books and then tells the screens. It goes on when the request that began it ends.
func (a *App) enter(ctx context.Context, fn func(context.Context, *bookkeeper) error) error {
	var k *bookkeeper
	err := a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		k = &bookkeeper{app: a, tx: tx}
		return fn(ctx, k)
	})
	if err != nil {
		return err
	}
	for _, id := range k.touched {
		a.notify("order", id)
	}
	return nil
}

// ReceiveWebhook takes an event from Stripe: the raw body and its Stripe-Signature header. When it returns nil, the
// event is kept for good and, if it could be, applied, all in one transaction.
// Errors: Invalid for a forged, stale or unreadable event, TooLarge; Unavailable while no signing secret is set.
// After any other error nothing was kept, and Stripe has to send it again.
func (a *App) ReceiveWebhook(ctx context.Context, rawBody []byte, signatureHeader string) error {
	keys, err := a.stripeKeys(ctx)
	if err != nil {
		return err
	}
	e, err := keys.readEvent(rawBody, signatureHeader)
	if err != nil {
		return err
	}
	a.stripe.warnOfVersion(a.log, e.APIVersion)
	return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error { return k.record(ctx, e, rawBody) })
}

// returnPause keeps a page that asks every two seconds from asking Stripe each time.
const returnPause = 1500 * time.Millisecond

// checkReturn says how a payment stands when the customer comes back from Stripe's page: paid, open, expired or
// processing. It asks Stripe when the webhook has not come yet, and settles the order then.
// Errors: NotFound.
func (a *App) checkReturn(ctx context.Context, intentID string) (state string, inv *shop.Invoice, err error) {
	var s *shop.CheckoutSession
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		s, err = tx.Checkout(ctx, intentID)
		return err
	})
	if err != nil {
		return "", nil, shop.Explain(err, "There is no such payment.")
	}
	if s.State.Live() && s.StripeID != "" && a.db.Now().UnixMilli()-s.Checked >= returnPause.Milliseconds() {
		keys, err := a.stripeKeys(ctx)
		if err == nil {
			err = a.refresh(ctx, keys, s)
		}
		if err != nil { // the webhook or the next question will tell
			a.log.Warn("ask Stripe how a payment stands", "attempt", s.ID, "err", err)
		}
	}
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		inv, err = tx.Invoice(ctx, s.InvoiceID)
		return err
	})
	switch s.State {
	case shop.SessionPaid:
		return "paid", inv, err
	case shop.SessionProcessing:
		return "processing", inv, err
	case shop.SessionExpired, shop.SessionFailed:
		return "expired", inv, err
	}
	return "open", inv, err
}

// takePayment records money that staff took: cash, or a transfer they saw in the bank. It may be a part of what is owed.
// A payment page that is open is closed, so that nobody pays twice.
// Errors: NotFound; Conflict when nothing is to be paid; Invalid for another method or an amount that is not above zero
// or more than is owed.
func (a *App) takePayment(ctx context.Context, who Principal, invoiceID string, method shop.PaymentMethod, amount shop.Cents, reference string) error {
	if method != shop.ByCash && method != shop.ByTransfer {
		return shop.Invalidf("method", "Staff can take cash or a bank transfer.")
	}
	if amount <= 0 {
		return shop.Invalidf("amount", "Please enter the amount that was paid.")
	}
	reference = strings.TrimSpace(reference)
	if len(reference) > 200 {
		return shop.Invalidf("reference", "A reference has at most 200 letters.")
	}
	err := a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		inv, err := k.tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.Explain(err, "There is no such order.")
		}
		if err := payable(inv); err != nil {
			return err
		}
		if owed := inv.Balance(); amount > owed {
			return shop.Invalidf("amount", "Only %s is owed. Enter that, and give back the rest.", owed)
		}
		err = k.tx.InsertPayment(ctx, shop.Payment{
			ID: shop.NewID(), InvoiceID: inv.ID, Amount: amount, Currency: inv.Currency, Method: method, Reference: reference,
			State: shop.PaymentSettled, StaffID: who.StaffID, Created: k.tx.Now.UnixMilli(),
		})
		if err != nil {
			return err
		}
		way := map[shop.PaymentMethod]string{shop.ByCash: "in cash", shop.ByTransfer: "by bank transfer"}[method]
		err = k.tx.Log(ctx, shop.Activity{Who: who.Name, StaffID: who.StaffID, InvoiceID: inv.ID, Sentence: fmt.Sprintf("Took %s %s %s.", amount, inv.Currency, way)})
		if err != nil {
			return err
		}
		k.touch(inv.ID)
		return a.settle(ctx, k.tx, inv)
	})
	if err != nil {
		return err
	}
	if err := a.ClosePaymentPage(ctx, invoiceID); err != nil { // ExpireStaleSessions tries again
		a.log.Warn("close a payment page", "order", invoiceID, "err", err)
	}
	return nil
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
