package shop

import (
	"slices"
	"strings"
	"testing"
)

func TestWhoMayPayAtOnce(t *testing.T) {
	s := DefaultSettings("UTC")
	sound := PartStanding{Name: "clip.stl", Watertight: true, UnitsSure: true, Fits: true, Sliced: true, Hours: 1, Copies: 1}
	for name, c := range map[string]struct {
		change  func(*PartStanding)
		total   Cents
		pays    bool
		reasons int
		says    string
	}{
		"sound":               {func(*PartStanding) {}, 20_00, true, 0, ""},
		"at the limit":        {func(*PartStanding) {}, 300_00, true, 0, ""},
		"over the limit":      {func(*PartStanding) {}, 300_01, false, 1, "$300.00"},
		"24 hours":            {func(p *PartStanding) { p.Hours, p.Copies = 8, 3 }, 20_00, true, 0, ""},
		"25 hours":            {func(p *PartStanding) { p.Hours, p.Copies = 12.5, 2 }, 20_00, false, 1, "24 hours"},
		"not sliced yet":      {func(p *PartStanding) { p.Sliced = false }, 20_00, false, 0, ""},
		"open surface":        {func(p *PartStanding) { p.Watertight = false }, 20_00, false, 1, "not closed"},
		"which unit":          {func(p *PartStanding) { p.UnitsSure = false }, 20_00, false, 1, "unit"},
		"too big":             {func(p *PartStanding) { p.Fits = false }, 20_00, false, 1, "does not fit"},
		"all three":           {func(p *PartStanding) { p.Fits, p.UnitsSure, p.Watertight = false, false, false }, 20_00, false, 3, ""},
		"a photo":             {func(p *PartStanding) { p.ReviewFile, p.Watertight, p.Sliced = true, false, false }, 20_00, false, 1, "have to review"},
		"failed":              {func(p *PartStanding) { p.Failed, p.Sliced, p.FailMessage = true, false, "Too detailed to slice here." }, 20_00, false, 1, "Too detailed"},
		"failed and unclosed": {func(p *PartStanding) { p.Failed, p.Watertight = true, false }, 20_00, false, 1, ""},
	} {
		p := sound
		c.change(&p)
		pays, reasons := s.CanPay([]PartStanding{sound, p}[1:], c.total)
		if pays != c.pays || len(reasons) != c.reasons || !strings.Contains(strings.Join(reasons, " "), c.says) {
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
