package card

import (
	"cmp"
	"context"
	"errors"
	"time"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// expireStaleSessions closes the payment pages of orders that need no more payment, or another amount than the page
// asks for.
// Errors: Unavailable when Stripe could not be asked about all of them.
func (c *Service) expireStaleSessions(ctx context.Context) error {
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil || setting.CheckStripeKey(keys.Secret) != nil { // without a key none can be closed; each ends with its time
		return err
	}
	open, err := c.openSessions(ctx, c.db.Now())
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range open {
		errs = append(errs, c.closeStaleCheckout(ctx, s.InvoiceID))
	}
	return errors.Join(errs...)
}

// WithoutCheckout closes the payment page of an order and then runs an act that cancels, refuses or deletes it. May is
// asked first, of the order as it is: the page of an order that the act would be refused for stays open. No page can open
// in between, and none for a cancelled order after it. A payment that came meanwhile is recorded: the act reads the order
// and asks again.
// Errors: NotFound; may's; Conflict while the bank decides on a payment; Unavailable when Stripe does not answer, and the
// page may still be open; the act's.
func (c *Service) WithoutCheckout(ctx context.Context, orderID string, may func(context.Context, *db.Tx, *shop.Order) error, act func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unlock, err := c.lock(ctx, orderID)
	if err != nil {
		return err
	}
	defer unlock()
	var o *shop.Order
	err = c.db.Read(ctx, func(tx *db.Tx) (err error) {
		if o, err = tx.Order(ctx, orderID); err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		return may(ctx, tx, o)
	})
	if err != nil {
		return err
	}
	if o.Invoice != nil {
		if err := c.closeCheckout(ctx, o.Invoice.ID, func(*shop.Invoice, *shop.CheckoutSession) bool { return true }); err != nil {
			return err
		}
	}
	return act()
}

// WithoutCheckoutFor closes the payment page of an invoice that stands alone and then runs an act that removes it. No page
// can open in between. Errors: as WithoutCheckout.
func (c *Service) WithoutCheckoutFor(ctx context.Context, invoiceID string, act func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unlock, err := c.lockPaying(ctx, invoiceID)
	if err != nil {
		return err
	}
	defer unlock()
	if err := c.closeCheckout(ctx, invoiceID, func(*shop.Invoice, *shop.CheckoutSession) bool { return true }); err != nil {
		return err
	}
	return act()
}

// closeStaleCheckout closes the invoice's payment page unless the invoice still asks for just that amount, and its order does not wait
// for a refused model.
func (c *Service) closeStaleCheckout(ctx context.Context, invoiceID string) error {
	unlock, err := c.lockPaying(ctx, invoiceID)
	if err != nil {
		return err
	}
	defer unlock()
	held := false
	if err := c.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err == nil {
			err = modelAccepted(ctx, tx, inv)
		}
		if held = shop.IsCode(err, "order_on_hold"); held {
			return nil
		}
		return err
	}); err != nil {
		return err
	}
	return c.closeCheckout(ctx, invoiceID, func(inv *shop.Invoice, s *shop.CheckoutSession) bool {
		return s.State != shop.CheckoutProcessing && (held || !(inv.Payable() && inv.Balance() == s.Amount))
	})
}

// modelAccepted refuses to take money by card for an order that waits for a refused model. Errors: Conflict.
func modelAccepted(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	if inv.OrderID == "" {
		return nil
	}
	o, err := tx.Order(ctx, inv.OrderID)
	if err != nil {
		return err
	}
	return o.CheckModel()
}

// lockPaying keeps others from opening or closing payment pages of the order that an invoice is for.
func (c *Service) lockPaying(ctx context.Context, invoiceID string) (unlock func(), err error) {
	var key string
	err = c.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
		}
		key = cmp.Or(inv.OrderID, inv.ID)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.lock(ctx, key)
}

// patience is how long one request waits for Stripe in all, however many calls and people are before it: one call that is
// given up, and a little.
const patience = 25 * time.Second

// lock waits until nobody else opens or closes a payment page of the order. Errors: Unavailable when that takes too long.
func (c *Service) lock(ctx context.Context, order string) (unlock func(), err error) {
	unlock, err = c.stripe.paying.Lock(ctx, order)
	if errors.Is(err, context.DeadlineExceeded) {
		err = shop.Unavailablef("stripe_busy", "Stripe is slow to answer, and somebody else is already waiting for it. Try again in a moment.").Because(err)
	}
	return unlock, err
}

// closeCheckout closes an invoice's payment page if it is stale. The caller holds the lock.
func (c *Service) closeCheckout(ctx context.Context, invoiceID string, stale func(*shop.Invoice, *shop.CheckoutSession) bool) error {
	var s *shop.CheckoutSession
	var inv *shop.Invoice
	err := c.db.Read(ctx, func(tx *db.Tx) (err error) {
		if s, err = tx.ActiveCheckout(ctx, invoiceID); err != nil {
			return err
		}
		inv, err = tx.Invoice(ctx, invoiceID)
		return err
	})
	if shop.IsKind(err, shop.NotFound) {
		return nil
	}
	if err != nil || !stale(inv, s) {
		return err
	}
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil {
		return err
	}
	return c.end(ctx, keys, s, inv.Label())
}

// end closes a payment page with the keys given; label names what it is for. Errors: Conflict while the bank decides on a payment;
// Unavailable.
func (c *Service) end(ctx context.Context, keys setting.StripeKeys, s *shop.CheckoutSession, label string) (err error) {
	if s.StripeID == "" {
		return c.endSession(ctx, s, shop.CheckoutExpired) // nobody was given its address
	}
	if s.State == shop.CheckoutProcessing {
		err = c.refresh(ctx, keys, s)
	} else {
		err = c.closeSession(ctx, keys, s)
	}
	if err == nil && s.State == shop.CheckoutProcessing {
		return shop.Conflictf("payment_processing", "%s: the bank is still deciding on a card payment. Wait until it has.", label)
	}
	return err
}
