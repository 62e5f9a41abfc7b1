package slicer_test

import (
	"math"
	"testing"

	"buildplate/slicer"
)

// What the search says of a machine is what it is sliced for, over all machines that people are shown, though none is resolved for that.
func TestTheSearchKnowsEveryMachinesBed(t *testing.T) {
	all := slicer.SearchPrinters("", math.MaxInt)
	if len(all) < 250 {
		t.Fatalf("%d machines", len(all))
	}
	for _, p := range all {
		m, err := slicer.MachineOf(p.ID, nil)
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		if p.Width != m.Bed.Width || p.Depth != m.Bed.Depth || p.Height != m.Bed.Height || p.Elliptic != m.Bed.Elliptic || p.Nozzle != m.Nozzle {
			t.Errorf("%s: %v x %v x %v, %v, %v, and resolved %+v", p.ID, p.Width, p.Depth, p.Height, p.Elliptic, p.Nozzle, m)
		}
	}
}

func TestMachinesAreFoundByTheirWords(t *testing.T) {
	for text, want := range map[string]string{"ender-3 creality": "creality_ender3", "CREALITY_CR10": "creality_cr10", "prusa mk3": "prusa_i3_mk3", "no such machine": ""} {
		found := slicer.SearchPrinters(text, 40)
		ok := want == "" && len(found) == 0
		for _, p := range found {
			ok = ok || p.ID == want
		}
		if !ok {
			t.Errorf("%q finds %d, and not %s", text, len(found), want)
		}
	}
	if n := len(slicer.SearchPrinters("", 5)); n != 5 {
		t.Errorf("%d of at most 5", n)
	}
}

// A machine's overrides change its bed, and what cannot be is refused with its key before anything is sliced for it.
func TestAMachineIsCheckedWithItsOverrides(t *testing.T) {
	m, err := slicer.MachineOf("creality_ender3", map[string]string{"machine_width": "300"})
	if err != nil || m.Bed.Width != 300 || m.Bed.Depth != 235 || m.Nozzle != 0.4 || m.Volume() != 300*235*250 {
		t.Errorf("%+v, %v", m, err)
	}
	for name, c := range map[string]struct {
		set map[string]string
		key string
	}{
		"fine":           {map[string]string{"machine_width": "300", "speed_print": "=40 + 10"}, ""},
		"no such key":    {map[string]string{"speed_prin": "40"}, "speed_prin"},
		"no number":      {map[string]string{"speed_print": "fast"}, "speed_print"},
		"too low":        {map[string]string{"line_width": "-1"}, "line_width"},
		"a bad formula":  {map[string]string{"speed_print": "=1 +"}, "speed_print"},
		"an odd token":   {map[string]string{"machine_start_gcode": "G28 X{no_such_thing}"}, "machine_start_gcode"},
		"no such option": {map[string]string{"adhesion_type": "glue"}, "adhesion_type"},
	} {
		err := slicer.CheckMachine("creality_ender3", c.set, []string{"PLA", "TPU"})
		if (err == nil) != (c.key == "") || err != nil && slicer.ErrorOf(err).Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := slicer.CheckMachine("no_such", nil, []string{"PLA"}); err == nil {
		t.Error("a machine that there is not")
	}
}
