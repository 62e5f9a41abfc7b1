package card

import (
	"context"
	"errors"
	"slices"
	"strings"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// WithoutKey closes the payment pages that are open and then runs an act that removes Stripe's key, where no webhook could tell the
// shop of what is paid on them afterwards: it would never hear of it. A page that opened in between is closed after the act, with the
// key that is gone. With a signing secret, or where Stripe refuses the key anyhow, nothing is closed. Whoever calls it has asked
// whether the actor may.
// Errors: Conflict while the bank decides on a payment, and Unavailable when Stripe does not answer, both naming the orders whose pages
// may bring money; the act's.
func (c *Service) WithoutKey(ctx context.Context, act func() error) error {
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil {
		return err
	}
	if len(keys.Webhook) > 0 || setting.CheckStripeKey(keys.Secret) != nil {
		return act()
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := c.closeAll(ctx, keys); err != nil {
		return err
	}
	if err := act(); err != nil {
		return err
	}
	if err := c.closeAll(ctx, keys); err != nil {
		c.log.ErrorContext(ctx, "a payment page opened while the key was removed", "err", err)
	}
	return nil
}

// closeAll closes all payment pages that are open, with the keys given. Errors: as WithoutKey.
func (c *Service) closeAll(ctx context.Context, keys setting.StripeKeys) error {
	open, err := c.openSessions(ctx, c.db.Now())
	if err != nil {
		return err
	}
	var processing, unknown []string // whose pages may bring money
	for _, s := range open {
		label, err := c.closeWith(ctx, keys, s.InvoiceID)
		switch {
		case errors.Is(err, errKey):
			return nil // nothing is heard of any of them with it
		case shop.IsCode(err, "payment_processing"):
			processing = append(processing, label)
		case shop.IsKind(err, shop.Unavailable):
			unknown = append(unknown, label)
		case err != nil:
			return err
		}
	}
	switch {
	case len(processing) > 0:
		return shop.Conflictf("payments_processing", "The bank is still deciding on card payments, and without the webhook’s signing secret the shop would not hear of them: %s. Wait until it has, or add the secret first.", names(processing))
	case len(unknown) > 0:
		return shop.Unavailablef("payment_pages_open", "Payment pages are open, and Stripe does not answer, so they could not be closed: %s. Try again in a moment, or add the webhook’s signing secret first.", names(unknown))
	}
	return nil
}

// closeWith closes an invoice's payment page, if one is open, with the keys given, and says whose it was.
func (c *Service) closeWith(ctx context.Context, keys setting.StripeKeys, invoiceID string) (label string, err error) {
	err = c.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err == nil {
			label = inv.Label()
		}
		return err
	})
	if err != nil {
		return "", ifThere(err)
	}
	unlock, err := c.lockPaying(ctx, invoiceID)
	if err != nil {
		return label, ifThere(err)
	}
	defer unlock()
	var s *shop.CheckoutSession
	err = c.db.Read(ctx, func(tx *db.Tx) (err error) {
		s, err = tx.ActiveCheckout(ctx, invoiceID)
		return err
	})
	if err != nil {
		return label, ifThere(err)
	}
	return label, c.end(ctx, keys, s, label)
}

// ifThere takes it as done that there is nothing to close any more.
func ifThere(err error) error {
	if shop.IsKind(err, shop.NotFound) {
		return nil
	}
	return err
}

// names lists at most five of them, each once.
func names(labels []string) string {
	slices.Sort(labels)
	labels = slices.Compact(labels)
	if len(labels) > 5 {
		labels = append(labels[:5:5], "and more")
	}
	return strings.Join(labels, ", ")
}
