package api_test

import (
	"context"
	"testing"

	"buildplate/app/apptest"
	"buildplate/db"
)

// A shop that has not said its country writes as its language does: "en-" is no locale, and a browser throws at it.
func TestTheLocaleIsWholeWithoutACountry(t *testing.T) {
	s := newStage(t, apptest.Setup{Quiet: true})
	var country string
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		country, set.Country = set.Country, ""
		return tx.SaveSettings(ctx, set, true, "a test")
	})
	if v, err := s.Catalog.Shop(t.Context()); err != nil || v.Locale != "en" || country != "AU" {
		t.Errorf("%q, %q, %v", v.Locale, country, err)
	}
}
