package shop

import (
	"slices"
	"testing"
)

func TestWhoMayPayAtOnce(t *testing.T) {
	s := DefaultSettings("UTC")
	sound := PartStanding{Name: "clip.stl", Watertight: true, UnitsSure: true, Fits: true, Sliced: true, Hours: 1, LongestRun: 1}
	for name, c := range map[string]struct {
		change  func(*PartStanding)
		total   Cents
		pays    bool
		reasons []Code
	}{
		"sound":               {func(*PartStanding) {}, 20_00, true, nil},
		"at the limit":        {func(*PartStanding) {}, 300_00, true, nil},
		"over the limit":      {func(*PartStanding) {}, 300_01, false, []Code{"over_pay_limit"}},
		"100 hours, 24 each":  {func(p *PartStanding) { p.Hours, p.LongestRun = 100, 24 }, 20_00, true, nil},
		"101 hours":           {func(p *PartStanding) { p.Hours, p.LongestRun = 101, 12 }, 20_00, false, []Code{"over_pay_hours"}},
		"25 hours in one go":  {func(p *PartStanding) { p.Hours, p.LongestRun = 25, 25 }, 20_00, false, []Code{"over_pay_run"}},
		"not sliced yet":      {func(p *PartStanding) { p.Sliced = false }, 20_00, false, nil},
		"open surface":        {func(p *PartStanding) { p.Watertight = false }, 20_00, false, []Code{"not_watertight"}},
		"which unit":          {func(p *PartStanding) { p.UnitsSure = false }, 20_00, false, []Code{"unit_unknown"}},
		"too big":             {func(p *PartStanding) { p.Fits = false }, 20_00, false, []Code{"does_not_fit"}},
		"all three":           {func(p *PartStanding) { p.Fits, p.UnitsSure, p.Watertight = false, false, false }, 20_00, false, []Code{"unit_unknown", "not_watertight", "does_not_fit"}},
		"a photo":             {func(p *PartStanding) { p.ReviewFile, p.Watertight, p.Sliced = true, false, false }, 20_00, false, []Code{"review_file"}},
		"failed":              {func(p *PartStanding) { p.Failed, p.Sliced, p.FailMessage = true, false, "Too detailed to slice here." }, 20_00, false, []Code{"failed"}},
		"failed and unclosed": {func(p *PartStanding) { p.Failed, p.Watertight = true, false }, 20_00, false, []Code{"failed"}},
	} {
		p := sound
		c.change(&p)
		pays, reasons := s.CanPay([]PartStanding{sound, p}[1:], c.total)
		var codes []Code
		for _, r := range reasons {
			codes = append(codes, r.Code)
		}
		if pays != c.pays || !slices.Equal(codes, c.reasons) {
			t.Errorf("%s: %v, %q", name, pays, reasons)
		}
		// One part that needs a look holds a whole order back.
		if both, _ := s.CanPay([]PartStanding{{Name: "a", Watertight: true, UnitsSure: true, Fits: true, Sliced: true}, p}, c.total); both != c.pays {
			t.Errorf("%s, beside a sound one: %v", name, both)
		}
	}
	if pays, reasons := s.CanPay(nil, 0); pays || len(reasons) != 0 {
		t.Errorf("nothing may be paid: %v, %q", pays, reasons)
	}
}

func TestPaymentMethods(t *testing.T) {
	for name, c := range map[string]struct {
		total    Cents
		delivery DeliveryMethod
		bank     string
		card     bool
		want     []PaymentMethod
	}{
		"all":                 {50_00, Pickup, "BSB 1", true, []PaymentMethod{ByCard, ByTransfer, AtPickup}},
		"a cent over pickup":  {50_01, Pickup, "BSB 1", true, []PaymentMethod{ByCard, ByTransfer}},
		"shipped":             {10_00, Ship, "BSB 1", true, []PaymentMethod{ByCard, ByTransfer}},
		"as much as a card":   {50, Ship, "BSB 1", true, []PaymentMethod{ByCard, ByTransfer}},
		"less than a card":    {49, Ship, "BSB 1", true, []PaymentMethod{ByTransfer}},
		"not known yet":       {0, Ship, "BSB 1", true, []PaymentMethod{ByCard, ByTransfer}},
		"no card":             {10_00, Ship, "BSB 1", false, []PaymentMethod{ByTransfer}},
		"no bank":             {10_00, Pickup, "", false, []PaymentMethod{AtPickup}},
		"no way, and no null": {10_00, Ship, "", false, []PaymentMethod{}},
	} {
		s := DefaultSettings("UTC")
		s.BankDetails = c.bank
		if got := s.PaymentMethods(c.total, c.delivery, c.card); got == nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
