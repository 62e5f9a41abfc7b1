package shop_test

import (
	"strings"
	"testing"

	"buildplate/app/shop"
)

// What was changed is named, old and new where that is short and nobody's secret.
func TestSettingsChanges(t *testing.T) {
	for want, change := range map[string]func(s *shop.Settings){
		"":                        func(*shop.Settings) {},
		"phone":                   func(s *shop.Settings) { s.Phone = "02 5550 1234" },
		"e-mail":                  func(s *shop.Settings) { s.Email = "hello@example.com" },
		"opening hours":           func(s *shop.Settings) { s.OpeningHours = "Monday to Friday, 9 to 5" },
		"bank details":            func(s *shop.Settings) { s.BankDetails = "BSB 000-000" },
		"lead time (2 to 3 days)": func(s *shop.Settings) { s.LeadDays = 3 },
		"limit of paying at pickup ($50.00 to $75.00)":                            func(s *shop.Settings) { s.PickupLimit = 75_00 },
		"discount that staff may give (10 to 15 %)":                               func(s *shop.Settings) { s.StaffDiscount = 15 },
		"whether rates are shown (no to yes)":                                     func(s *shop.Settings) { s.ShowRates = true },
		"price of an hour ($3.00 to $3.50)":                                       func(s *shop.Settings) { s.Pricing.MachinePerHour = shop.MustRate("3.5") },
		"printing time above which orders are reviewed (100 to 12.5 hours)":       func(s *shop.Settings) { s.PayLimitAllHours = 12.5 },
		"printing time in one go above which orders are reviewed (24 to 8 hours)": func(s *shop.Settings) { s.PayLimitHours = 8 },
		"terms": func(s *shop.Settings) { s.Terms = shop.TermsOf("Terms", "Be nice.") },
		"how long models of guests stay (90 to 30 days), how long invoices and payments stay (2557 to 3653 days)": func(s *shop.Settings) { s.Retention.Guest, s.Retention.Documents = 30, 3653 },
		"phone, time zone (Australia/Sydney to Australia/Perth)":                                                  func(s *shop.Settings) { s.TimeZone, s.Phone = "Australia/Perth", "1" },
	} {
		was := shop.DefaultSettings("Australia/Sydney")
		next := was
		change(&next)
		changes := was.Changes(next)
		got := shop.System("x").Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{Changes: changes}).Message()
		if want == "" {
			if len(changes) != 0 {
				t.Errorf("nothing was changed, and it says %q", got)
			}
			continue
		}
		if got != "Changed the settings: "+want+"." {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	pla := shop.DefaultMaterials()[0]
	next := pla
	next.SellPerGram, next.CostPerGram, next.Active = shop.MustRate("0.09"), shop.MustRate("0.071"), false
	got := shop.System("x").Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{Changes: pla.Changes(next, "AUD")}).Message()
	if !strings.HasSuffix(got, ": price of PLA ($0.08 to $0.09), whether there is PLA.") {
		t.Errorf("a material: %q", got)
	}
}
