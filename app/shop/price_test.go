package shop

import "testing"

// facts are those of a part by one copy's grams and hours.
func facts(id string, copies, perPlate int, grams, hours float64) PartFacts {
	n := float64(copies)
	return PartFacts{ID: id, Name: id, Copies: copies, Grams: n * grams, Seconds: n * hours * 3600, SellPerGram: MustRate("0.08"), PerPlate: perPlate}
}

// laidOut is a part whose plates are known, with so many runs.
func laidOut(f PartFacts, runs int) PartFacts {
	f.Runs = runs
	return f
}

func checkRows(t *testing.T, p Price) {
	t.Helper()
	var sum Cents
	for _, r := range p.Rows {
		if !r.Included {
			sum += r.Amount
		}
	}
	if sum != p.Total {
		t.Errorf("rows sum to %s, total is %s: %+v", sum, p.Total, p.Rows)
	}
	for id, part := range p.Parts {
		var s Cents
		for _, r := range part.Rows {
			s += r.Amount
		}
		if s != part.Total {
			t.Errorf("rows of %s sum to %s, its total is %s", id, s, part.Total)
		}
	}
}

func TestWorkedPrices(t *testing.T) {
	s := DefaultSettings("Australia/Sydney")
	for _, c := range []struct {
		name  string
		part  PartFacts
		total Cents
	}{
		{"one clip is the minimum", facts("clip", 1, 25, 4.7, 0.66), 15_00},
		{"fifty clips on two plates", facts("clip", 50, 25, 4.7, 0.66), 129_80},
		{"fifty clips on three plates that are laid out", laidOut(facts("clip", 50, 25, 4.7, 0.66), 3), 131_80},
		{"a helmet", facts("helmet", 1, 1, 354, 49.8), 187_72},
	} {
		p := s.Pricing.Order([]PartFacts{c.part}, nil, s.EffectiveTax(), "AUD", nil, true)
		if p.Total != c.total {
			t.Errorf("%s: total %s, want %s", c.name, p.Total, c.total)
		}
		if want := Round(p.Total.Decimal().Div(MustRate("11"))); p.Tax != want {
			t.Errorf("%s: GST within %s is %s, want %s", c.name, p.Total, p.Tax, want)
		}
		checkRows(t, p)
	}
}

// What a row rests on reads as people say it: money with its sign, hours with their minutes.
func TestRatesInWords(t *testing.T) {
	p := DefaultSettings("UTC").Pricing
	p.MachinePerHour = MustRate("3")
	f := facts("clip", 2, 25, 4.75, 2.85)
	f.SupportGrams = 1
	rows := p.Order([]PartFacts{f}, nil, Tax{}, "AUD", nil, true).Parts["clip"].Rows
	want := []string{"9.5 g at $0.08 per gram", "1.0 g at $0.08 per gram", "5 h 42 min at $3.00 per hour"}
	for i, detail := range want {
		if rows[i].Detail != detail {
			t.Errorf("%s rests on %q, want %q", rows[i].Label, rows[i].Detail, detail)
		}
	}
	for seconds, want := range map[float64]string{20: "under 1 min", 59 * 60: "59 min", 7200: "2 h", 3 * 3661: "3 h 3 min"} {
		if got := hoursAndMinutes(seconds); got != want {
			t.Errorf("%g s is %q, want %q", seconds, got, want)
		}
	}
	for rate, want := range map[string]string{"15": "$15.00", "0.5": "$0.50", "0.125": "$0.125"} {
		if got := rateIn(MustRate(rate), "AUD"); got != want {
			t.Errorf("%s is %q, want %q", rate, got, want)
		}
	}
	if got := rateIn(MustRate("0.08"), "CHF"); got != "CHF\u00a00.08" {
		t.Errorf("%q", got)
	}
}

func TestReferenceScopes(t *testing.T) {
	p := DefaultSettings("UTC").Pricing
	p.MachinePerHour, p.Setup, p.Minimum, p.PlateStart = MustRate("45"), MustRate("20"), MustRate("35"), MustRate("0")
	p.SetupScope, p.MinimumScope = PerCopy, PerCopy
	// 0.376 + 29.70 + 20 for each clip, as the system before charged it.
	for copies, want := range map[int]Cents{1: 50_08, 50: 2503_80} {
		got := p.Order([]PartFacts{facts("clip", copies, 25, 4.7, 0.66)}, nil, Tax{Mode: TaxNone}, "AUD", nil, true)
		if got.Total != want {
			t.Errorf("%d copies: %s, want %s", copies, got.Total, want)
		}
		checkRows(t, got)
	}
}

func TestTaxModesAndAdjustment(t *testing.T) {
	s := DefaultSettings("UTC")
	fee := &ShippingFee{Label: "Delivery", Fee: MustRate("12.50")}
	fixed := Cents(99_99)
	for _, mode := range []TaxMode{TaxInclusive, TaxExclusive, TaxNone} {
		for _, adjusted := range []*Cents{nil, &fixed} {
			p := s.Pricing.Order([]PartFacts{facts("a", 3, 9, 11.37, 1.234), facts("b", 1, 4, 0.2, 0.05)}, fee, Tax{Mode: mode, Name: "GST", Rate: MustRate("10")}, "AUD", adjusted, false)
			checkRows(t, p)
			if adjusted != nil && p.Total != fixed {
				t.Errorf("%s: staff set %s, total is %s", mode, fixed, p.Total)
			}
			if mode == TaxExclusive && adjusted == nil && p.Tax != Round((p.Total-p.Tax).Decimal().Mul(MustRate("0.1"))) {
				t.Errorf("exclusive tax %s of %s", p.Tax, p.Total)
			}
		}
	}
}

func FuzzRowsSumToTotal(f *testing.F) {
	f.Add(uint16(1), uint16(25), 4.7, 0.66, 0.0)
	f.Add(uint16(499), uint16(3), 0.005, 0.0001, 12.5)
	f.Fuzz(func(t *testing.T, copies, perPlate uint16, grams, hours, supports float64) {
		if !(grams >= 0 && grams < 1e5 && hours >= 0 && hours < 1e4 && supports >= 0 && supports < 1e5) {
			t.Skip()
		}
		x := facts("x", int(copies%MaxCopies)+1, int(perPlate), grams, hours)
		x.SupportGrams = supports
		s := DefaultSettings("UTC")
		checkRows(t, s.Pricing.Order([]PartFacts{x}, nil, s.EffectiveTax(), "AUD", nil, true))
	})
}

func TestRoundHalfAwayFromZero(t *testing.T) {
	for in, want := range map[string]Cents{"0.005": 1, "-0.005": -1, "0.0049": 0, "2.675": 268, "-2.674": -267} {
		if got := Round(MustRate(in)); got != want {
			t.Errorf("Round(%s) = %d, want %d", in, got, want)
		}
	}
}

// What was worked out does not depend on what the shop decided, whatever the tax.
func TestUnadjusted(t *testing.T) {
	parts := []PartFacts{{ID: "a", Name: "a.stl", Copies: 3, Grams: 41.37, Seconds: 7777, SellPerGram: MustRate("0.11"), PerPlate: 4}}
	p := DefaultSettings("UTC").Pricing
	for _, mode := range []TaxMode{TaxInclusive, TaxExclusive, TaxNone} {
		for _, rate := range []string{"0", "10", "12.5"} {
			tax := Tax{Mode: mode, Name: "GST", Rate: MustRate(rate)}
			worked := p.Order(parts, nil, tax, "AUD", nil, false)
			for _, total := range []Cents{0, 1, worked.Total - 333, worked.Total, worked.Total + 999} {
				for how, decided := range map[string]Price{"at once": p.Order(parts, nil, tax, "AUD", &total, false), "later": worked.AdjustedTo(total, tax, "")} {
					if decided.Total != total || decided.Unadjusted(tax) != worked.Total {
						t.Errorf("%s %s %%, %s, %s: total %s, unadjusted %s, want %s", mode, rate, total, how, decided.Total, decided.Unadjusted(tax), worked.Total)
					}
				}
			}
		}
	}
}

func TestABN(t *testing.T) {
	if !ValidABN("51 824 753 556") || ValidABN("51 824 753 557") || ValidABN("123") {
		t.Error("ABN check")
	}
}

func TestFileNames(t *testing.T) {
	for in, want := range map[string]string{"a/b\\c.stl": "c.stl", "..": "file", "x\x00\u202ey.stl": "xy.stl", "ロボット.stl": "ロボット.stl", "": "file"} {
		if got := CleanFileName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func rowsOf(rows []PriceRow, kind RowKind) (n int, sum Cents) {
	for _, r := range rows {
		if r.Kind == kind {
			n++
			sum += r.Amount
		}
	}
	return n, sum
}

// Set-up is charged once for each distinct mesh, whatever its colours and however many uploads.
func TestSetUpOncePerMesh(t *testing.T) {
	p := DefaultSettings("UTC").Pricing
	part := func(id, mesh string) PartFacts {
		f := facts(id, 2, 9, 30, 4)
		f.Mesh = mesh
		return f
	}
	for name, c := range map[string]struct {
		scope Scope
		parts []PartFacts
		want  Cents
	}{
		"one mesh in two colours": {PerPart, []PartFacts{part("black", "m"), part("white", "m")}, 8_00},
		"two meshes":              {PerPart, []PartFacts{part("a", "m"), part("b", "n"), part("c", "m")}, 16_00},
		"meshes not known":        {PerPart, []PartFacts{part("a", ""), part("b", "")}, 16_00},
		"for each copy":           {PerCopy, []PartFacts{part("a", "m"), part("b", "m")}, 32_00},
		"for the order":           {PerOrder, []PartFacts{part("a", "m"), part("b", "n")}, 8_00},
		"an empty order":          {PerOrder, nil, 0},
	} {
		p.SetupScope = c.scope
		got := p.Order(c.parts, nil, Tax{Mode: TaxNone}, "AUD", nil, true)
		checkRows(t, got)
		_, sum := rowsOf(got.Rows, RowSetup)
		for _, part := range got.Parts {
			_, s := rowsOf(part.Rows, RowSetup)
			sum += s
		}
		if sum != c.want {
			t.Errorf("%s: %s of set-up, want %s", name, sum, c.want)
		}
	}
}

func TestMinimumFillsUp(t *testing.T) {
	p := DefaultSettings("UTC").Pricing
	p.Setup, p.PlateStart, p.Minimum = MustRate("0"), MustRate("0"), MustRate("10")
	for scope, want := range map[Scope]Cents{PerCopy: 50_00, PerPart: 20_00, PerOrder: 10_00} {
		p.MinimumScope = scope
		got := p.Order([]PartFacts{facts("a", 2, 9, 1, 0), facts("b", 3, 9, 1, 0)}, nil, Tax{Mode: TaxNone}, "AUD", nil, true)
		checkRows(t, got)
		if got.Total != want {
			t.Errorf("%s: %s, want %s", scope, got.Total, want)
		}
		big := p.Order([]PartFacts{facts("a", 2, 9, 1000, 0)}, nil, Tax{Mode: TaxNone}, "AUD", nil, true)
		if n, _ := rowsOf(append(big.Rows, big.Parts["a"].Rows...), RowMinimum); n != 0 || big.Total != 160_00 {
			t.Errorf("%s: a large order is filled up: %+v", scope, big)
		}
	}
	if got := p.Order(nil, nil, Tax{Mode: TaxNone}, "AUD", nil, true); got.Total != 0 {
		t.Errorf("nothing costs %s", got.Total)
	}
}

func TestTheBestQuantityDiscountCounts(t *testing.T) {
	p := DefaultSettings("UTC").Pricing
	p.QuantityBreaks = []QuantityBreak{{10, MustRate("5")}, {50, MustRate("12.5")}, {20, MustRate("10")}}
	for copies, percent := range map[int]string{1: "0", 9: "0", 10: "5", 19: "5", 20: "10", 50: "12.5", 500: "12.5"} {
		got := p.Order([]PartFacts{facts("a", copies, 9, 11, 1)}, nil, Tax{Mode: TaxNone}, "AUD", nil, true)
		checkRows(t, got)
		_, off := rowsOf(got.Parts["a"].Rows, RowDiscount)
		if want := -Round((got.Parts["a"].Total - off).Decimal().Mul(MustRate(percent)).Shift(-2)); off != want {
			t.Errorf("%d copies: %s off, want %s", copies, off, want)
		}
	}
}

// Three seconds at 6.00 an hour are half a cent, and half a cent is one.
func TestTimeIsRoundedOnce(t *testing.T) {
	p := Pricing{MachinePerHour: MustRate("6")}
	got := p.Order([]PartFacts{{ID: "a", Copies: 1, Seconds: 3, SellPerGram: MustRate("0")}}, nil, Tax{Mode: TaxNone}, "AUD", nil, true)
	if got.Total != 1 {
		t.Errorf("%s", got.Total)
	}
}

func TestWhatCustomersSeeOfAPart(t *testing.T) {
	p := DefaultSettings("UTC").Pricing
	f := facts("a", 4, 3, 10, 1)
	f.SupportGrams, f.Estimated = 2, true
	for _, showRates := range []bool{true, false} {
		got := p.Order([]PartFacts{f}, nil, Tax{Mode: TaxNone}, "AUD", nil, showRates)
		checkRows(t, got)
		part := got.Parts["a"]
		for _, r := range part.Rows {
			rate := r.Kind == RowMaterial || r.Kind == RowSupports || r.Kind == RowMachine
			if rate && (r.Detail != "") != showRates {
				t.Errorf("rates shown %v: %s says %q", showRates, r.Kind, r.Detail)
			}
			if r.Kind == RowPlates && (r.Detail != "2 plates" || r.Amount != 4_00) {
				t.Errorf("plates: %+v", r)
			}
		}
		if !part.Estimated || !got.Estimated || part.UnitEach != Round(part.Total.Decimal().Div(MustRate("4"))) || got.Rows[0].Label != "a × 4" {
			t.Errorf("%+v", got)
		}
	}
}

// A total that staff decide stands to the cent in every mode, twice as well as once.
// A price of a shop that was registered for tax then, set anew after it is not any more.
func TestAdjustedToWithoutTax(t *testing.T) {
	s := DefaultSettings("UTC")
	was := s.Pricing.Order([]PartFacts{facts("a", 3, 9, 11.37, 1.234)}, nil, Tax{Mode: TaxInclusive, Name: "GST", Rate: MustRate("10")}, "AUD", nil, false)
	p := was.AdjustedTo(99_99, Tax{Mode: TaxNone}, "agreed")
	if was.Tax == 0 || p.Tax != 0 || p.TaxLabel != "No tax" || p.Total != 99_99 {
		t.Errorf("%+v", p)
	}
	checkRows(t, p)
}

func TestAdjustedTo(t *testing.T) {
	s := DefaultSettings("UTC")
	for _, mode := range []TaxMode{TaxInclusive, TaxExclusive, TaxNone} {
		tax := Tax{Mode: mode, Name: "GST", Rate: MustRate("10")}
		f := facts("a", 3, 9, 11.37, 1.234)
		f.Estimated = true
		price := s.Pricing.Order([]PartFacts{f}, &ShippingFee{Label: "Delivery", Fee: MustRate("12.50")}, tax, "AUD", nil, false)
		for _, total := range []Cents{1, 99_99, price.Total, 1234_56} {
			got := price.AdjustedTo(total, tax, "agreed")
			again := got.AdjustedTo(total+1, tax, "").AdjustedTo(total, tax, "")
			for _, p := range []Price{got, again} {
				checkRows(t, p)
				n, _ := rowsOf(p.Rows, RowAdjustment)
				taxes, _ := rowsOf(p.Rows, RowTax)
				if p.Total != total || p.Estimated || n > 1 || taxes > 1 || total == price.Total && n != 0 {
					t.Errorf("%s, to %s: %+v", mode, total, p)
				}
			}
		}
	}
}

func TestNoDeliveryPrice(t *testing.T) {
	s := DefaultSettings("UTC")
	if fee, err := s.Shipping(Delivery{Method: Pickup}); fee != nil || err != nil {
		t.Errorf("pickup costs %v, %v", fee, err)
	}
	s.Regions = s.Regions[:1] // greater Sydney
	for postcode, want := range map[string]Code{"2000": "", "3000": "postcode_not_served", "2600": "postcode_not_served", "200": "postcode_unknown", "-200": "postcode_unknown", "0100": "postcode_unknown"} {
		_, err := s.Shipping(Delivery{Method: Ship, Postcode: postcode, State: ""})
		wantError(t, postcode, err, want, "delivery.postcode")
	}
	_, err := s.Shipping(Delivery{Method: Ship, Postcode: "2000", State: "vic"})
	wantError(t, "the wrong state", err, "postcode_state_mismatch", "delivery.postcode")
	_, err = s.Shipping(Delivery{Method: Ship, Postcode: "2000", State: "nsw", Country: "NZ"})
	wantError(t, "another country", err, "country_not_served", "delivery.country")
	// A narrow region is not hidden behind a broad one.
	s.Regions = []Region{{Code: "all", States: []string{"NSW", "ACT"}, Base: MustRate("20")}, {Code: "act", States: []string{"ACT"}, Base: MustRate("10")}}
	if fee, err := s.Shipping(Delivery{Method: Ship, Postcode: "2601"}); err != nil || fee.Region != "act" {
		t.Errorf("%+v, %v", fee, err)
	}
}
