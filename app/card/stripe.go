package card

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/stripe/stripe-go/v76"
	checkout "github.com/stripe/stripe-go/v76/checkout/session"
	"github.com/stripe/stripe-go/v76/event"
	"github.com/stripe/stripe-go/v76/webhook"

	"buildplate/app/lock"
	"buildplate/app/setting"
	"buildplate/app/shop"
)

const (
	stripeTimeout  = 20 * time.Second
	stripeRetries  = 2       // safe: every call that creates carries our own idempotency key
	maxEventBytes  = 256_000 // Stripe's own events are far smaller
	clockTolerance = time.Minute
)

// Errors that callers act on; each stands behind a shop.Error.
var (
	errRefused = errors.New("stripe refused the request") // and did nothing
	errEmail   = errors.New("stripe does not accept the customer's e-mail address")
	errGone    = errors.New("stripe does not know this object")   // another account or mode, or made up
	errKey     = errors.New("stripe does not accept the API key") // revoked, or not allowed to do this
)

// stripeClient speaks to Stripe, or to a stand-in at another address. Keys come with each call, since staff may
// change them at any time. It says what it learned in small structs of ours.
type stripeClient struct {
	backend stripe.Backend
	skew    atomic.Int64 // our clock minus Stripe's, in milliseconds, at the last reply
	paying  lock.ByKey   // one conversation an order at a time
	warned  atomic.Bool  // of an API version
}

// newStripeClient prepares for calls to Stripe at baseURL; "" is Stripe itself.
func newStripeClient(baseURL string) *stripeClient {
	c := &stripeClient{}
	config := &stripe.BackendConfig{
		EnableTelemetry:   stripe.Bool(false),
		HTTPClient:        &http.Client{Timeout: stripeTimeout, Transport: &datedTransport{skew: &c.skew}},
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
		MaxNetworkRetries: stripe.Int64(stripeRetries),
	}
	if baseURL != "" {
		config.URL = stripe.String(baseURL)
	}
	c.backend = stripe.GetBackendWithConfig(stripe.APIBackend, config)
	return c
}

// datedTransport compares Stripe's clock with ours: signatures of webhooks are only good for five minutes.
type datedTransport struct{ skew *atomic.Int64 }

func (t *datedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
			t.skew.Store(time.Since(date).Milliseconds())
		}
	}
	return res, err
}

// clockSkew is how far the shop's clock was ahead of Stripe's at the last reply, or 0 when that is within reason.
func (c *stripeClient) clockSkew() time.Duration {
	skew := time.Duration(c.skew.Load()) * time.Millisecond
	if skew.Abs() <= clockTolerance {
		return 0
	}
	return skew
}

// createSession makes the session, or finds the one made before with the same idempotency key.
// Errors: Unavailable when Stripe cannot be asked or its answer is lost, so that it may have been made; errRefused when
// it was not made.
func (c *stripeClient) createSession(ctx context.Context, key, idempotency string, p sessionParams) (*stripeSession, error) {
	ctx, cancel := context.WithTimeout(ctx, stripeTimeout)
	defer cancel()
	params := &stripe.CheckoutSessionParams{
		Mode:               stripe.String("payment"),
		PaymentMethodTypes: stripe.StringSlice(p.Methods),
		ClientReferenceID:  stripe.String(p.Reference),
		ExpiresAt:          stripe.Int64(p.Expires),
		SuccessURL:         stripe.String(p.SuccessURL),
		CancelURL:          stripe.String(p.CancelURL),
		Metadata:           p.Metadata,
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency:    stripe.String(p.Currency),
				UnitAmount:  stripe.Int64(p.Amount),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String(p.Item)},
			},
		}},
		// A charge takes over what its payment intent says, so that refunds can be told from other shops' ones.
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{Description: stripe.String(p.Item), Metadata: p.Metadata},
	}
	if p.Email != "" {
		params.CustomerEmail = stripe.String(p.Email)
	}
	params.Context = ctx
	params.SetIdempotencyKey(idempotency)
	s, err := (checkout.Client{B: c.backend, Key: key}).New(params)
	return sessionReply(s, err)
}

// session asks how a session stands, with its payment intent.
// Errors: Unavailable when Stripe cannot be asked; errGone when there is no such session for this key.
func (c *stripeClient) session(ctx context.Context, key, id string) (*stripeSession, error) {
	ctx, cancel := context.WithTimeout(ctx, stripeTimeout)
	defer cancel()
	params := &stripe.CheckoutSessionParams{}
	params.Context = ctx
	params.AddExpand("payment_intent")
	s, err := (checkout.Client{B: c.backend, Key: key}).Get(id, params)
	return sessionReply(s, err)
}

// expireSession closes a session so that nobody can pay it any more.
// Errors: errRefused when it is not open any more; errGone; Unavailable.
func (c *stripeClient) expireSession(ctx context.Context, key, id string) (*stripeSession, error) {
	ctx, cancel := context.WithTimeout(ctx, stripeTimeout)
	defer cancel()
	params := &stripe.CheckoutSessionExpireParams{}
	params.Context = ctx
	s, err := (checkout.Client{B: c.backend, Key: key}).Expire(id, params)
	return sessionReply(s, err)
}

func sessionReply(s *stripe.CheckoutSession, err error) (*stripeSession, error) {
	if err != nil {
		return nil, stripeError(err)
	}
	var out stripeSession
	if err := json.Unmarshal(s.LastResponse.RawJSON, &out); err != nil {
		return nil, stripeError(err)
	}
	return &out, nil
}

// events hands over the events of the given types created since then, newest first. An error of handle ends it.
func (c *stripeClient) events(ctx context.Context, key string, since shop.Time, types []string, handle func(stripeEvent) error) error {
	params := &stripe.EventListParams{
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Time().Unix()},
		Types:        stripe.StringSlice(types),
	}
	params.Context = ctx
	params.Limit = stripe.Int64(100)
	it := (event.Client{B: c.backend, Key: key}).List(params)
	for it.Next() {
		e := it.Event()
		ours := stripeEvent{ID: e.ID, Type: string(e.Type), Created: e.Created, Livemode: e.Livemode, APIVersion: e.APIVersion}
		if e.Data != nil {
			ours.Data.Object = e.Data.Raw
		}
		if err := handle(ours); err != nil {
			return err
		}
	}
	if it.Err() != nil {
		return stripeError(it.Err())
	}
	return nil
}

// stripeError gives an error of a call its Kind, a message, and what callers act on.
func stripeError(err error) error {
	unavailable := shop.Unavailablef("card_service_unreachable", "The card payment service is not answering. Try again in a minute.")
	var e *stripe.Error
	if !errors.As(err, &e) {
		return unavailable.Because(err)
	}
	switch {
	case e.HTTPStatusCode == http.StatusUnauthorized, e.HTTPStatusCode == http.StatusForbidden:
		return shop.Unavailablef("card_service_refused", "Card payments are not working at the moment. Choose another way to pay.").Because(errors.Join(errKey, err))
	case e.HTTPStatusCode == http.StatusNotFound:
		return shop.NotFoundf("checkout_not_found", "This payment page no longer exists.").Because(errors.Join(errGone, err))
	case e.LastResponse != nil && e.LastResponse.Header.Get("Idempotent-Replayed") == "true", // an old failure, kept for a day: it will not change
		e.HTTPStatusCode >= 400 && e.HTTPStatusCode < 500 && e.HTTPStatusCode != http.StatusConflict && e.HTTPStatusCode != http.StatusTooManyRequests:
		if e.Param == "customer_email" {
			err = errors.Join(errEmail, err)
		}
		return shop.Unavailablef("card_service_refused", "Card payments are not working at the moment. Choose another way to pay.").Because(errors.Join(errRefused, err))
	}
	return unavailable.Because(err)
}

// readEvent checks the signature of a webhook's raw body against the signing secrets and reads the event.
// Errors: TooLarge; Unavailable while no signing secret is set, so that Stripe sends it again later; Invalid when the
// signature is missing, forged or older than five minutes, or the body is not an event.
func readEvent(k setting.StripeKeys, body []byte, signature string) (stripeEvent, error) {
	var e stripeEvent
	if len(body) > maxEventBytes {
		return e, shop.TooLargef("event_too_large", "This event is larger than any of Stripe’s.")
	}
	if len(k.Webhook) == 0 {
		return e, shop.Unavailablef("webhook_secret_missing", "No signing secret is set, so no events are accepted.")
	}
	var err error
	for _, secret := range k.Webhook {
		if err = setting.CheckWebhookSecret(secret); err != nil {
			continue
		}
		if err = webhook.ValidatePayload(body, signature, secret); err == nil {
			break
		}
	}
	if err != nil {
		return e, shop.Invalidf("event_signature_wrong", "", "The signature of this event is not valid.").Because(err)
	}
	if err := json.Unmarshal(body, &e); err != nil || e.ID == "" || e.Type == "" {
		return e, shop.Invalidf("event_malformed", "", "This is not a Stripe event.").Because(err)
	}
	return e, nil
}

// warnOfVersion tells the log, once a start, that the endpoint sends events of another API version than ours.
func (c *stripeClient) warnOfVersion(ctx context.Context, log *slog.Logger, version string) {
	if version != stripe.APIVersion && c.warned.CompareAndSwap(false, true) {
		log.WarnContext(ctx, "stripe sends events of another API version", "theirs", version, "ours", stripe.APIVersion)
	}
}
