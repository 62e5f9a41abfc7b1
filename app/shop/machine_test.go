package shop

import (
	"slices"
	"strings"
	"testing"
)

func TestMachinesThatCannotBeKept(t *testing.T) {
	small := MachineClass{ID: "small", Name: "Ender-3", Active: true}
	old := MachineClass{ID: "old", Name: "Old one"}
	free, dear, below := MustRate("0"), MustRate("100000.01"), MustRate("-1")
	for name, c := range map[string]struct {
		next  MachineClass
		codes string
	}{
		"as it is":           {small, ""},
		"a new one":          {MachineClass{ID: "new", Name: "CR-10", Active: true}, ""},
		"for nothing":        {MachineClass{ID: "new", Name: "CR-10", RatePerHour: &free}, ""},
		"without a name":     {MachineClass{ID: "new", Name: " "}, "machine_name_missing"},
		"a name too long":    {MachineClass{ID: "new", Name: strings.Repeat("x", 61)}, "machine_name_too_long"},
		"another's name":     {MachineClass{ID: "new", Name: "ender-3"}, "machine_name_taken"},
		"its own name":       {MachineClass{ID: "old", Name: "old ONE"}, ""},
		"below nothing":      {MachineClass{ID: "new", Name: "CR-10", RatePerHour: &below}, "price_negative"},
		"too dear":           {MachineClass{ID: "new", Name: "CR-10", RatePerHour: &dear}, "price_out_of_range"},
		"the last in use":    {MachineClass{ID: "small", Name: "Ender-3"}, "machine_last_active"},
		"all of it together": {MachineClass{ID: "small", RatePerHour: &below}, "machine_name_missing price_negative machine_last_active"},
	} {
		if got := codesOf(c.next.Check([]MachineClass{small, old})); got != c.codes {
			t.Errorf("%s: %q, want %q", name, got, c.codes)
		}
	}
	if err := (MachineClass{ID: "small", Name: "Ender-3"}).Check([]MachineClass{small, {ID: "b", Active: true}}); err != nil {
		t.Errorf("another one is in use: %v", err)
	}
}

func codesOf(err error) string {
	if err == nil {
		return ""
	}
	all := FieldsOf(err)
	if all == nil {
		return string(CodeOf(err))
	}
	var codes []string
	for _, e := range all {
		codes = append(codes, string(e.Code))
	}
	return strings.Join(codes, " ")
}

func TestPrintersThatCannotBeKept(t *testing.T) {
	classes := []MachineClass{{ID: "small"}}
	all := []Printer{{ID: "a", Name: "Ada", ClassID: "small"}}
	for name, c := range map[string]struct {
		next  Printer
		codes string
	}{
		"as it is":          {all[0], ""},
		"another":           {Printer{ID: "b", Name: "Bruno", ClassID: "small"}, ""},
		"without a name":    {Printer{ID: "b", ClassID: "small"}, "printer_name_missing"},
		"a name too long":   {Printer{ID: "b", Name: strings.Repeat("x", 61), ClassID: "small"}, "printer_name_too_long"},
		"another's name":    {Printer{ID: "b", Name: "ADA", ClassID: "small"}, "printer_name_taken"},
		"no such machine":   {Printer{ID: "b", Name: "Bruno", ClassID: "x"}, "printer_machine_unknown"},
		"neither one right": {Printer{ID: "b"}, "printer_name_missing printer_machine_unknown"},
	} {
		if got := codesOf(c.next.Check(all, classes)); got != c.codes {
			t.Errorf("%s: %q, want %q", name, got, c.codes)
		}
	}
}

// A job runs on printers of the machine that it was sliced for; on another's only where both are interchangeable.
func TestWhichPrintersAJobRunsOn(t *testing.T) {
	for name, c := range map[string]struct {
		job Job
		of  MachineClass
		ok  bool
	}{
		"its own":                          {Job{MachineID: "a"}, MachineClass{ID: "a"}, true},
		"another's":                        {Job{MachineID: "a"}, MachineClass{ID: "b"}, false},
		"only its own is interchangeable":  {Job{MachineID: "a", AnyMachine: true}, MachineClass{ID: "b"}, false},
		"only the other's is":              {Job{MachineID: "a"}, MachineClass{ID: "b", Interchangeable: true}, false},
		"both are":                         {Job{MachineID: "a", AnyMachine: true}, MachineClass{ID: "b", Interchangeable: true}, true},
		"nobody knows what it is made for": {Job{}, MachineClass{ID: "b"}, true},
	} {
		err := c.job.CheckPrinter(Printer{Name: "Ada"}, c.of)
		if (err == nil) != c.ok || err != nil && CodeOf(err) != "printer_of_other_machine" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnHourCostsWhatItsMachineSays(t *testing.T) {
	p := Pricing{MachinePerHour: MustRate("3")}
	own := MustRate("4.5")
	if got := (MachineClass{}).HourRate(p); !got.Equal(MustRate("3")) {
		t.Errorf("%s", got)
	}
	for rate, want := range map[*Rate]Cents{nil: 600, &own: 900} {
		price := p.Order([]PartFacts{{ID: "a", Copies: 1, Seconds: 7200, Runs: 1, PerHour: rate}}, nil, Tax{}, "AUD", nil, true)
		if price.Total != want {
			t.Errorf("two hours cost %d, want %d: %+v", price.Total, want, price.Parts)
		}
	}
}

func TestWhatWasChangedOfMachinesIsSaid(t *testing.T) {
	rate := MustRate("4")
	was := MachineClass{Name: "Ender-3", Active: true, Overrides: map[string]string{"layer_height": "0.2", "speed_print": "40"}}
	next := MachineClass{Name: "Ender", Interchangeable: true, RatePerHour: &rate, Overrides: map[string]string{"layer_height": "0.3", "machine_start_gcode": "G28\nG1 Z5"}}
	got := System("x").Activity(VerbMachineChanged, "", ActivityParams{Name: was.Name, Changes: was.Changes(next, "AUD")}).Message()
	want := "Changed the machine Ender-3: name (Ender-3 to Ender), whether it takes new parts (yes to no), price of an hour (the shop’s to $4.00), whether it is interchangeable (no to yes), " +
		"setting layer_height (0.2 to 0.3), setting machine_start_gcode (as the profile to a text of 9 characters), setting speed_print (40 to as the profile)."
	if got != want {
		t.Errorf("%s", got)
	}
	if same := was.Changes(was, "AUD"); len(same) != 0 {
		t.Errorf("nothing changed: %+v", same)
	}
	printer := Printer{Name: "Ada", ClassID: "a", Status: PrinterActive}
	moved := printer.Changes(Printer{Name: "Ada", ClassID: "b", Status: PrinterOffline}, []MachineClass{{ID: "a", Name: "Ender-3"}, {ID: "b", Name: "CR-10"}})
	if !slices.Equal(moved, []Change{{Field: "printer.machine", From: "Ender-3", To: "CR-10"}, {Field: "printer.status", From: "in use", To: "offline"}}) {
		t.Errorf("%+v", moved)
	}
}
