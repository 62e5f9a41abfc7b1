package card

import (
	"context"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// returnPause keeps a page that asks every two seconds from asking Stripe each time.
const returnPause = 1500 * time.Millisecond

// FindCheckout says whether there is such a payment. Errors: NotFound.
func (c *Service) FindCheckout(ctx context.Context, intentID string) error {
	_, err := c.checkout(ctx, intentID)
	return err
}

func (c *Service) checkout(ctx context.Context, intentID string) (s *shop.CheckoutSession, err error) {
	err = c.db.Read(ctx, func(tx *db.Tx) error {
		s, err = tx.Checkout(ctx, intentID)
		return shop.IfNotFound(err, "payment_not_found", "There is no such payment.")
	})
	return s, err
}

// CheckReturn says how a payment stands when the customer comes back from Stripe's page: paid, open, expired or
// processing. It asks Stripe when the webhook has not come yet, and settles the invoice then. The order is nil where the
// invoice stands alone.
// Errors: NotFound.
func (c *Service) CheckReturn(ctx context.Context, intentID string) (state string, o *shop.Order, err error) {
	s, err := c.checkout(ctx, intentID)
	if err != nil {
		return "", nil, err
	}
	if s.State.Active() && s.StripeID != "" && c.db.Now().Sub(s.Checked) >= returnPause {
		keys, err := c.settings.StripeKeys(ctx)
		if err == nil {
			err = c.refresh(ctx, keys, s)
		}
		if err != nil { // the webhook or the next question will tell
			c.log.WarnContext(ctx, "ask Stripe how a payment stands", "checkout", s.ID, "err", err)
		}
	}
	err = c.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, s.InvoiceID)
		if err != nil || inv.OrderID == "" {
			return err
		}
		o, err = tx.Order(ctx, inv.OrderID)
		return err
	})
	switch s.State {
	case shop.CheckoutPaid:
		return "paid", o, err
	case shop.CheckoutProcessing:
		return "processing", o, err
	case shop.CheckoutExpired, shop.CheckoutFailed:
		return "expired", o, err
	}
	return "open", o, err
}
