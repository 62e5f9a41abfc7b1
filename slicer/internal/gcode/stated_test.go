package gcode

import (
	"math"
	"strings"
	"testing"
)

// Every common slicer says how long its print takes and what it needs, each in its own way.
func TestWhatSlicersStateOfAPrint(t *testing.T) {
	code := strings.Repeat("G1 X10 Y10 E1\n", 40_000)
	for name, c := range map[string]struct {
		text string
		want Stated
	}{
		"Cura":            {";FLAVOR:Marlin\n;TIME:2375\n;Filament used: 1.57025m\n;Layer height: 0.2\n" + code, Stated{Seconds: 2375, FilamentMM: 1570.25}},
		"Cura, two":       {";TIME:60\n;Filament used: 1.5m, 0.5m\n" + code, Stated{Seconds: 60, FilamentMM: 2000}},
		"PrusaSlicer":     {code + "; filament used [mm] = 1570.25\n; filament used [g] = 4.68\n; estimated printing time (normal mode) = 1d 2h 3m 4s\n; estimated first layer printing time (normal mode) = 1m 2s\n", Stated{Seconds: 93784, Grams: 4.68}},
		"OrcaSlicer, two": {code + "; filament used [g] = 4.5, 1.25\n; total filament used [g] = 5.75\n; estimated printing time (normal mode) = 39m 35s\r\n", Stated{Seconds: 2375, Grams: 5.75}},
		"Bambu Studio":    {"; HEADER_BLOCK_START\n; model printing time: 33m 2s; total estimated time: 39m 35s\n; total filament weight [g] : 12.31\n" + code, Stated{Seconds: 2375, Grams: 12.31}},
		"none":            {code, Stated{}},
		"nonsense":        {";TIME:-5\n;TIME:NaN\n;TIME:Inf\n;Filament used: m\n; filament used [g] = ,\n", Stated{}},
		"one long line":   {";" + strings.Repeat("x", 3*statedIn), Stated{}},
	} {
		got, err := ReadStated(strings.NewReader(c.text), int64(len(c.text)))
		if err != nil || math.Abs(got.Seconds-c.want.Seconds) > 1e-9 || math.Abs(got.Grams-c.want.Grams) > 1e-9 || math.Abs(got.FilamentMM-c.want.FilamentMM) > 1e-6 {
			t.Errorf("%s: %+v, not %+v: %v", name, got, c.want, err)
		}
	}
}
