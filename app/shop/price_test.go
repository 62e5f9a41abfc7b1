package shop

import (
	"testing"
	"time"
)

func facts(id string, copies, perPlate int, grams, hours float64) PartFacts {
	return PartFacts{ID: id, Name: id, Copies: copies, Grams: grams, Seconds: hours * 3600, SellPerGram: MustRate("0.08"), PerPlate: perPlate}
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

func TestShippingByPostcode(t *testing.T) {
	s := DefaultSettings("Australia/Sydney")
	for postcode, want := range map[string]string{"2000": "12.5", "2750": "12.5", "2600": "25", "3000": "25", "6000": "45", "7000": "45", "0800": "45", "0872": "60", "7255": "60", "4875": "25"} {
		fee, err := s.Shipping(Delivery{Method: Ship, Postcode: postcode})
		if err != nil || fee.Fee.String() != want {
			t.Errorf("%s: %v %v, want %s", postcode, fee, err, want)
		}
	}
	for _, d := range []Delivery{{Method: Ship, Postcode: "200"}, {Method: Ship, Postcode: "2000", State: "VIC"}, {Method: Ship, Postcode: "abcd"}, {Method: Ship, Postcode: "0100"}} {
		if _, err := s.Shipping(d); KindOf(err) != Invalid {
			t.Errorf("%+v: %v", d, err)
		}
	}
	if _, err := s.Shipping(Delivery{Method: Ship, Postcode: "2000", Country: "NZ"}); KindOf(err) != Unavailable {
		t.Errorf("New Zealand: %v", err)
	}
}

func TestReadyCountsWorkingDays(t *testing.T) {
	s := DefaultSettings("Australia/Sydney")
	friday := time.Date(2026, 11, 20, 9, 0, 0, 0, s.Location())
	if got := s.ReadyOn(friday, 0, 1, 1); got.Date != "2026-11-25" || got.Message != "Ready by Wed 25 Nov" {
		t.Errorf("got %+v", got)
	}
	if got := s.ReadyOn(friday, 40, 1, 2); got.Date != "2026-11-26" {
		t.Errorf("queue of 40 h on two printers: %+v", got)
	}
}

func TestJobMoves(t *testing.T) {
	j := Job{State: JobPreProcessing, Copies: 2, Delivery: Pickup, InvoicePaid: true}
	step := func(to JobState, now int64) {
		t.Helper()
		if err := j.Move(to, now); err != nil {
			t.Fatalf("to %s: %v", to, err)
		}
	}
	if err := j.Move(JobShipped, 0); KindOf(err) != Conflict {
		t.Fatalf("a job in preparation was shipped: %v", err)
	}
	step(JobInQueue, 1)
	if err := j.Move(JobPrinting, 2); KindOf(err) != Invalid {
		t.Fatalf("printing without a printer: %v", err)
	}
	j.PrinterID = "p"
	step(JobPrinting, 1000)
	step(JobPaused, 4000)
	step(JobPrinting, 5000)
	step(JobPrintingComplete, 6000)
	if j.WorkedMS != 4000 || j.Done != 2 {
		t.Errorf("worked %d ms, done %d", j.WorkedMS, j.Done)
	}
	step(JobPackaging, 7000)
	if err := j.Move(JobShipped, 8000); err == nil {
		t.Error("a pickup was shipped")
	}
	step(JobReadyToCollect, 8000)
	j.InvoicePaid = false
	if err := j.Move(JobCompleted, 9000); KindOf(err) != Conflict {
		t.Errorf("completed unpaid: %v", err)
	}
	j.InvoicePaid, j.Hold = true, "A refund was made."
	if err := j.Move(JobCompleted, 9000); KindOf(err) != Conflict {
		t.Errorf("completed on hold: %v", err)
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
