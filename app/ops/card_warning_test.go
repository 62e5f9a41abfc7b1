package ops_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// Cards that are taken while Stripe cannot tell of it are a warning, wherever staff are, until the secret is there.
func TestAMissingWebhookSecretIsAWarning(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Quiet: true})
	told := func() bool {
		var warnings []setting.Warning
		s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
			warnings, err = s.Settings.PaymentWarnings(ctx, tx)
			return err
		})
		v, err := s.Ops.Status(t.Context(), grace)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(v.PaymentWarnings, warnings) {
			t.Errorf("%q is told as %q", warnings, v.PaymentWarnings)
		}
		return slices.ContainsFunc(warnings, func(w setting.Warning) bool { return w.Setting == "stripe_webhook_secret" })
	}
	set := func(name, value string) {
		s.Write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, name, value) })
	}
	if told() {
		t.Error("told of a secret that is there")
	}
	set(setting.SecretWebhook, "")
	if !told() {
		t.Error("not told of a secret that is missing")
	}
	set(setting.SecretStripeKey, "")
	if told() {
		t.Error("told of it where no cards are taken")
	}
}

// A key of Stripe alone takes no cards: Stripe would have nowhere to bring customers back to, and staff are told.
func TestAMissingAddressIsAWarning(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Quiet: true})
	settings := setting.New(s.DB, setting.Config{}, slog.New(slog.DiscardHandler)) // no demonstration, which knows its address
	var missing, there, neither []setting.Warning
	s.Write(func(ctx context.Context, tx *db.Tx) (err error) {
		if missing, err = settings.PaymentWarnings(ctx, tx); err != nil {
			return err
		}
		if err := tx.SetSecret(ctx, setting.SecretWebhook, ""); err != nil {
			return err
		}
		if neither, err = settings.PaymentWarnings(ctx, tx); err != nil {
			return err
		}
		if err := tx.SetSecret(ctx, setting.SecretWebhook, setting.DemoWebhookSecret); err != nil {
			return err
		}
		kept, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		kept.PublicURL = "https://print.example.com"
		if err := tx.SaveSettings(ctx, kept, true, grace.ID); err != nil {
			return err
		}
		there, err = settings.PaymentWarnings(ctx, tx)
		return err
	})
	if len(missing) != 1 || missing[0].Setting != "public_url" || len(neither) != 2 || neither[1].Setting != "stripe_webhook_secret" || len(there) != 0 {
		t.Errorf("told %q without an address, %q without a secret too, and %q with both", missing, neither, there)
	}
}

// A key that was kept is removed on request alone, and the secret that tells of payments on open pages stays.
func TestAKeyIsRemoved(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Quiet: true, Unset: true})
	admin := shop.Actor{ID: s.Employ("Ida", "ida@example.com", shop.RoleAdmin).ID, Role: shop.RoleAdmin, Name: "Ida"}
	save := func(change func(*setting.View)) setting.View {
		t.Helper()
		v, err := s.Settings.Get(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		v.BusinessName, v.TaxRegistered, v.PickupAddress = "Corner Print Shop", false, "12 Example Street"
		change(&v)
		if v, err = s.Settings.Save(t.Context(), admin, v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	save(func(v *setting.View) {
		v.Stripe.SecretKey, v.Stripe.WebhookSecret = "sk_test_0123456789abcdef", "whsec_0123456789abcdef0123456789abcdef"
	})
	if v := save(func(*setting.View) {}); !v.Stripe.SecretKeySet || !v.Stripe.WebhookSecretSet {
		t.Errorf("without a word: %+v", v.Stripe)
	}
	if v := save(func(v *setting.View) { v.Stripe.RemoveSecretKey = true }); v.Stripe.SecretKeySet || !v.Stripe.WebhookSecretSet || v.Stripe.RemoveSecretKey {
		t.Errorf("removed: %+v", v.Stripe)
	}
}

// A shop that cannot tell its visitors apart says so wherever it got its address from, and be it without TLS; behind a tunnel
// that names them, or without an address for others, it has nothing to say.
func TestNamelessVisitorsAreAWarning(t *testing.T) {
	for _, c := range []struct {
		name       string
		flag, kept string
		named      bool
		warns      bool
	}{
		{name: "the flag", flag: "https://prints.example", warns: true},
		{name: "the setting", kept: "https://prints.example", warns: true},
		{name: "without TLS", kept: "http://prints.example:8081", warns: true},
		{name: "no address"},
		{name: "behind a tunnel", kept: "https://prints.example", named: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Quiet: true, Config: setting.Config{PublicURL: c.flag, Nameless: !c.named}})
			warned := func() bool {
				v, err := s.Ops.Status(t.Context(), grace)
				if err != nil {
					t.Fatal(err)
				}
				return slices.ContainsFunc(v.Warnings, func(w string) bool { return strings.Contains(w, "--tunnel") })
			}
			if c.kept != "" {
				if warned() {
					t.Error("warned before an address is set")
				}
				s.Write(func(ctx context.Context, tx *db.Tx) error {
					kept, err := tx.Settings(ctx)
					if err != nil {
						return err
					}
					kept.PublicURL = c.kept
					return tx.SaveSettings(ctx, kept, true, grace.ID)
				})
			}
			if warned() != c.warns {
				t.Errorf("warned: %t", !c.warns)
			}
		})
	}
}

// Settings refuse what the first questions refuse: a shop without a bank account, a key and an address cannot be paid at all. What else
// is wrong is told with it, and nothing is kept of it.
func TestSettingsKeepAWayToPay(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Quiet: true, Unset: true})
	admin := shop.Actor{ID: s.Employ("Ida", "ida@example.com", shop.RoleAdmin).ID, Role: shop.RoleAdmin, Name: "Ida"}
	v, err := s.Settings.Get(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	v.BusinessName, v.TaxRegistered, v.Stripe.SecretKey = "Corner Print Shop", false, "sk_test_0123456789abcdef"
	if v, err = s.Settings.Save(t.Context(), admin, v); err != nil {
		t.Fatal(err)
	}
	v.Stripe.RemoveSecretKey, v.Stripe.WebhookSecret, v.Email = true, "short", "x"
	_, err = s.Settings.Save(t.Context(), admin, v)
	var fields []string
	for _, e := range shop.FieldsOf(err) {
		fields = append(fields, e.Field)
	}
	if !slices.Equal(fields, []string{"email", "pickup_address", "stripe.webhook_secret"}) {
		t.Errorf("refused: %q of %v", fields, err)
	}
	if kept, err := s.Settings.Get(t.Context(), admin); err != nil || !kept.Stripe.SecretKeySet || kept.Email != "" {
		t.Errorf("kept: %+v, %v", kept, err)
	}
}
