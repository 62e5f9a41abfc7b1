package card

import (
	"context"
)

// ReceiveWebhook takes an event from Stripe: the raw body and its Stripe-Signature header. When it returns nil, the
// event is kept for good and, if it could be, applied, all in one transaction.
// Errors: Invalid for a forged, stale or unreadable event, TooLarge; Unavailable while no signing secret is set.
// After any other error nothing was kept, and Stripe has to send it again.
func (c *Service) ReceiveWebhook(ctx context.Context, rawBody []byte, signatureHeader string) error {
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil {
		return err
	}
	e, err := readEvent(keys, rawBody, signatureHeader)
	if err != nil {
		return err
	}
	c.stripe.warnOfVersion(ctx, c.log, e.APIVersion)
	return c.withRecorder(ctx, func(ctx context.Context, k *recorder) error { return k.record(ctx, e, rawBody) })
}
