package ops_test

import (
	"context"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/setting"
	"buildplate/db"
)

// Cards that are taken while Stripe cannot tell of it are a warning, wherever staff are, until the secret is there.
func TestAMissingWebhookSecretIsAWarning(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Quiet: true})
	told := func() bool {
		var warning string
		s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
			warning, err = s.Settings.WebhookWarning(ctx, tx)
			return err
		})
		v, err := s.Ops.Status(t.Context(), grace)
		if err != nil {
			t.Fatal(err)
		}
		if shown := warning != "" && slices.Contains(v.Warnings, warning); shown != (warning != "") {
			t.Errorf("%q is not among %q", warning, v.Warnings)
		}
		return warning != ""
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
