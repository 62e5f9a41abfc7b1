package setting

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

// Names of the secrets that card payment needs. The old signing secret is accepted too while a new one is rolled out.
const (
	SecretStripeKey     = "stripe_secret_key"
	SecretWebhook       = "stripe_webhook_secret"
	SecretWebhookBefore = "stripe_webhook_secret_before"
)

// The keys of a demonstration's stand-in. They open nothing else, and no real shop has them.
const (
	DemoStripeKey     = "sk_test_buildplate_demo_key_000000"
	DemoWebhookSecret = "whsec_buildplate_demo_secret_0000000000"
)

// IsDemo says whether the database that has this secret key of Stripe is a demonstration's.
func IsDemo(stripeKey string) bool { return stripeKey == DemoStripeKey }

// StripeKeys are the shop's keys as they are now.
type StripeKeys struct {
	Secret  string
	Webhook []string // usable signing secrets, the current one first
}

// Livemode says whether the key moves real money.
func (k StripeKeys) Livemode() bool { return strings.Contains(k.Secret, "_live_") }

// StripeDashboard is where Stripe shows its account to the shop; "" where there is none, as in a demonstration.
type StripeDashboard struct {
	account bool
	live    bool
}

// Payment is the address of Stripe's own page about a payment, with its refunds and disputes; "" for a payment that is not
// Stripe's. Mode is the one that it was taken in: live, test, or "" for the one that the shop is in now.
func (d StripeDashboard) Payment(processor, id, mode string) string {
	if !d.account || processor != "stripe" || !strings.HasPrefix(id, "pi_") {
		return ""
	}
	if mode == "live" || mode == "" && d.live {
		return "https://dashboard.stripe.com/payments/" + id
	}
	return "https://dashboard.stripe.com/test/payments/" + id
}

// Dashboard is the shop's own at Stripe, by its keys as they are now.
func Dashboard(ctx context.Context, tx *db.Tx) (StripeDashboard, error) {
	key, err := tx.Secret(ctx, SecretStripeKey)
	return StripeDashboard{account: key != "" && !IsDemo(key), live: StripeKeys{Secret: key}.Livemode()}, err
}

// CheckStripeKey refuses what cannot be a secret key. Errors: Invalid.
func CheckStripeKey(key string) error {
	for _, prefix := range []string{"sk_test_", "sk_live_", "rk_test_", "rk_live_"} {
		if strings.HasPrefix(key, prefix) && len(key) > len(prefix)+8 {
			return nil
		}
	}
	return shop.Invalidf("stripe_key_malformed", "stripe.secret_key", "A secret key of Stripe begins with sk_live_ or sk_test_. Copy it from Developers, API keys.")
}

// CheckWebhookSecret refuses what cannot be a signing secret. An empty one would let anybody sign: a signature made
// with an empty key is a valid signature. Errors: Invalid.
func CheckWebhookSecret(secret string) error {
	if !strings.HasPrefix(secret, "whsec_") || len(secret) < 32 {
		return shop.Invalidf("webhook_secret_malformed", "stripe.webhook_secret", "A signing secret of Stripe begins with whsec_ and has at least 32 characters. Copy it from Developers, Webhooks.")
	}
	return nil
}

// StripeKeys reads the keys as they are now.
func (s *Service) StripeKeys(ctx context.Context) (k StripeKeys, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		k, err = readStripeKeys(ctx, tx)
		return err
	})
	return k, err
}

// readStripeKeys is StripeKeys within a transaction.
func readStripeKeys(ctx context.Context, tx *db.Tx) (k StripeKeys, err error) {
	if k.Secret, err = tx.Secret(ctx, SecretStripeKey); err != nil {
		return k, err
	}
	for _, name := range []string{SecretWebhook, SecretWebhookBefore} {
		secret, err := tx.Secret(ctx, name)
		if err != nil {
			return k, err
		}
		if CheckWebhookSecret(secret) == nil {
			k.Webhook = append(k.Webhook, secret)
		}
	}
	return k, nil
}

// Warning is what keeps customers from paying, with the field of the settings that mends it, as the settings screen names it.
type Warning struct {
	Message string `json:"message"`
	Setting string `json:"setting" enum:"bank_details,public_url,stripe_webhook_secret" doc:"The field of the settings screen that mends it"`
}

// PaymentWarnings tell staff of a shop that is open and has no way to pay online, and what is still missing where Stripe's key is
// set: the address that Stripe brings customers back to, and the secret by which it tells the shop that somebody paid.
func (s *Service) PaymentWarnings(ctx context.Context, tx *db.Tx) ([]Warning, error) {
	out := []Warning{}
	set, err := tx.Settings(ctx)
	if err != nil {
		return out, err
	}
	cards, err := s.CardReady(ctx, tx)
	if err != nil {
		return out, err
	}
	if warning := set.PaymentWarning(cards); warning != "" && set.PricesConfirmed {
		out = append(out, Warning{warning, "bank_details"})
	}
	keys, err := readStripeKeys(ctx, tx)
	if err != nil || CheckStripeKey(keys.Secret) != nil {
		return out, err
	}
	if !cards {
		out = append(out, Warning{"Customers cannot pay by card yet, because Stripe has nowhere to bring them back to. Enter the shop’s address on the internet under Settings, Public address.", "public_url"})
	}
	if len(keys.Webhook) == 0 {
		out = append(out, Warning{"Stripe cannot tell the shop when somebody pays by card, because the webhook’s signing secret is missing. Add it under Settings, Card payments. Until then payments show up some minutes late.", "stripe_webhook_secret"})
	}
	return out, nil
}

// CardReady says whether customers can pay by card: Stripe's key is set, and there is an address to come back to.
func (s *Service) CardReady(ctx context.Context, tx *db.Tx) (bool, error) {
	keys, err := readStripeKeys(ctx, tx)
	if err != nil || CheckStripeKey(keys.Secret) != nil {
		return false, err
	}
	public, err := s.PublicURL(ctx, tx)
	return public != "", err
}
