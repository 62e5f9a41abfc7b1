package shop

import (
	"strings"
	"testing"
)

func TestSupportsAreCheckedAndLaidOver(t *testing.T) {
	angle := func(f float64) *float64 { return &f }
	price := func(s string) *Rate { r := MustRate(s); return &r }
	for name, c := range map[string]struct {
		supports SupportSettings
		gram     *Rate
		code     Code
		field    string
		laid     map[string]string
	}{
		"as the profile": {SupportSettings{}, nil, "", "", map[string]string{"bed": "x"}},
		"tree from 55°":  {SupportSettings{SupportsTree, angle(55)}, price("0.05"), "", "", map[string]string{"bed": "x", "support_structure": "tree", "support_angle": "55"}},
		"normal from 0°": {SupportSettings{SupportsNormal, angle(0)}, price("0"), "", "", map[string]string{"bed": "x", "support_structure": "normal", "support_angle": "0"}},
		"another":        {SupportSettings{Structure: "magic"}, nil, "support_structure_unknown", "supports.structure", nil},
		"91°":            {SupportSettings{Angle: angle(91)}, nil, "support_angle_out_of_range", "supports.angle_degrees", nil},
		"below 0°":       {SupportSettings{Angle: angle(-1)}, nil, "support_angle_out_of_range", "supports.angle_degrees", nil},
		"below nothing":  {SupportSettings{}, price("-0.01"), "price_negative", "supports.sell_per_gram", nil},
	} {
		s := DefaultSettings("UTC")
		s.BusinessName, s.TaxRegistered = "Corner", false
		s.Supports, s.Pricing.SupportPerGram = c.supports, c.gram
		err := s.Check()
		wantError(t, name, err, c.code, c.field)
		if c.field != "" {
			continue
		}
		class := MachineClass{Overrides: map[string]string{"bed": "x"}}
		laid := class.Supporting(c.supports)
		if len(laid.Overrides) != len(c.laid) || len(class.Overrides) != 1 {
			t.Errorf("%s: %v, want %v; the class itself has %v", name, laid.Overrides, c.laid, class.Overrides)
		}
		for key, want := range c.laid {
			if laid.Overrides[key] != want {
				t.Errorf("%s: %s is %q, want %q", name, key, laid.Overrides[key], want)
			}
		}
	}
}

// TestAGramOfSupports has its own price where the shop gives it one, and only it.
func TestAGramOfSupports(t *testing.T) {
	p := DefaultSettings("UTC").Pricing
	part := facts("T", 4, 25, 10, 1)
	part.SupportGrams = 20 // of all copies
	amounts := func() (all map[RowKind]Cents) {
		all = map[RowKind]Cents{}
		for _, r := range p.part(part, "AUD", true, false).Rows {
			all[r.Kind] = r.Amount
		}
		return all
	}
	before := amounts()
	gram := MustRate("0.02")
	p.SupportPerGram = &gram
	after := amounts()
	if before[RowSupports] != 1_60 || after[RowSupports] != 40 || before[RowMaterial] != after[RowMaterial] {
		t.Errorf("%v before, %v after", before, after)
	}
}

func TestChangedSupportsAreNamed(t *testing.T) {
	s := DefaultSettings("UTC")
	next, angle, gram := s, 60.0, MustRate("0.05")
	next.Supports, next.Pricing.SupportPerGram = SupportSettings{SupportsTree, &angle}, &gram
	said := ActivityParams{Changes: s.Changes(next)}.settingsChanged()
	for _, want := range []string{"how supports are built (as the printer’s profile to tree)", "(as the printer’s profile to 60°)", "price of a gram of supports (as the material to"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
}
