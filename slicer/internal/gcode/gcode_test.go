package gcode

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"buildplate/slicer/internal/fault"
)

// square is a print of two layers: a start code that extrudes, a retraction,
// a skirt, a wall, support, and an end code that extrudes.
const square = `;FLAVOR:Marlin
;TIME:6666
;Filament used: 0m
;Layer height: 0.2
;MINX:2.14748e+06
;MINY:2.14748e+06
;MINZ:2.14748e+06
;MAXX:-2.14748e+06
;MAXY:-2.14748e+06
;MAXZ:-2.14748e+06

;Generated with Cura_SteamEngine master
M104 S200
;TIME:not the header's
M82 ;absolute extrusion mode
G92 E0
G1 X5 Y0 F600 E30 ;a line along the edge {of the bed}
G92 E0
G1 F1500 E-5
;LAYER_COUNT:2
;LAYER:0
M107
G0 F3600 X10 Y10 Z0.2
;TYPE:SKIRT
G1 F1500 E0
G1 F1200 X20 Y10 E1
;TYPE:WALL-OUTER
G1 X20 Y20 E3
;TIME_ELAPSED:10.5
;LAYER:1
G1 F1500 E-2
G0 X12 Y12 Z0.4
G1 F1500 E3
;TYPE:SUPPORT
G1 X14 Y12 E3.5
;TYPE:SUPPORT-INTERFACE
G1 X14 Y13 E3.75
;TIME_ELAPSED:20.25
G1 F1500 E-1
M107
G91
G1 X50 Y50 E20
G90
;End of Gcode
`

const diameter = 1.75

var perMM = math.Pi * diameter * diameter / 4

func facts(filamentMM3 float64) Facts {
	return Facts{Version: "cura-wasm-1.5.2", Seconds: 20.4, FilamentMM3: math.Floor(filamentMM3), DiameterMM: diameter}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*max(1, math.Abs(b)) }

func TestMeasure(t *testing.T) {
	p, err := Measure(strings.NewReader(square), facts(3.75*perMM))
	if err != nil {
		t.Fatal(err)
	}
	if p.Flavor != "Marlin" || p.Layers != 2 {
		t.Errorf("%+v", p)
	}
	if !near(p.ModelMM3, 3*perMM) || !near(p.SupportMM3, 0.75*perMM) {
		t.Errorf("model %g, support %g", p.ModelMM3/perMM, p.SupportMM3/perMM)
	}
	for kind, want := range map[string]float64{"SKIRT": 1, "WALL-OUTER": 2, "SUPPORT": 0.5, "SUPPORT-INTERFACE": 0.25} {
		if !near(p.ByType[kind], want*perMM) {
			t.Errorf("%s: %g, want %g", kind, p.ByType[kind]/perMM, want)
		}
	}
	if p.Min != [3]float64{10, 10, 0.2} || p.Max != [3]float64{20, 20, 0.4} {
		t.Errorf("from %v to %v", p.Min, p.Max)
	}
}

func TestMeasureOtherUnits(t *testing.T) {
	body := `;LAYER:0
G0 X0 Y0 Z0.3
G1 %[1]s0
G1 X10 Y0 %[1]s5
G1 X10 Y10 %[1]s10
;TIME_ELAPSED:1
`
	relative := `M83
;LAYER:0
G0 X0 Y0 Z0.3
G1 X10 Y0 E5
G1 E-2
G0 X5 Y5
G1 E2
G1 X10 Y10 E5
;TIME_ELAPSED:1
`
	primed := `;LAYER:0
G0 X0 Y0 Z0.3
G1 X10 Y0 E5
G1 E3
G0 X5 Y5
G1 E6
G1 X10 Y10 E10
;TIME_ELAPSED:1
`
	for name, c := range map[string]struct {
		text string
		want float64
	}{
		"volume (UltiGCode)":          {";FLAVOR:UltiGCode\n" + fmt.Sprintf(body, "E"), 10},
		"volume (Marlin)":             {";FLAVOR:Marlin(Volumetric)\n" + fmt.Sprintf(body, "E"), 10},
		"length (Griffin)":            {";FLAVOR:Griffin\n" + fmt.Sprintf(body, "E"), 10 * perMM},
		"axis A (Mach3)":              {";FLAVOR:Mach3\n" + fmt.Sprintf(body, "A"), 10 * perMM},
		"relative":                    {";FLAVOR:Marlin\n" + relative, 10 * perMM},
		"primed more than pulled":     {";FLAVOR:Marlin\n" + primed, 10 * perMM},
		"reset in between":            {";FLAVOR:Marlin\n" + strings.Replace(primed, "G1 E6", "G92 E3\nG1 E6", 1), 10 * perMM},
		"lower case, carriage return": {";FLAVOR:Marlin\r\n" + strings.ReplaceAll(strings.ReplaceAll(primed, "\n", "\r\n"), "G1 X10 Y10 E", "g1 x10 y10 e"), 10 * perMM},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Measure(strings.NewReader(c.text), facts(c.want))
			if err != nil {
				t.Fatal(err)
			}
			if !near(p.FilamentMM3(), c.want) {
				t.Errorf("%g mm³, want %g", p.FilamentMM3(), c.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	whole := facts(3.75 * perMM)
	for name, c := range map[string]struct {
		text  string
		facts Facts
		want  fault.Code
	}{
		"a token in code":         {strings.Replace(square, "M104 S200", "M104 S{material_print_temperature}", 1), whole, fault.CodeToken},
		"a token in the end code": {strings.Replace(square, "G90\n", "G1 Y{machine_depth}\n", 1), whole, fault.CodeToken},
		"more than reported":      {strings.ReplaceAll(square, "X20 Y20 E3", "X20 Y20 E300"), whole, fault.CodeMismatch},
		"less than reported":      {square, facts(20 * perMM), fault.CodeMismatch},
		"travel only":             {";FLAVOR:Marlin\n;LAYER:0\nG0 X1\n;TIME_ELAPSED:1\n", whole, fault.CodeEmpty},
		"an empty file":           {"", whole, fault.CodeCorrupt},
		"no layer":                {";FLAVOR:Marlin\nG28\n", whole, fault.CodeCorrupt},
		"not a number":            {strings.Replace(square, "E3\n", "Enan\n", 1), whole, fault.CodeCorrupt},
		"an arc":                  {strings.Replace(square, "G1 X20 Y20", "G2 X20 Y20 I1 J1", 1), whole, fault.CodeCorrupt},
		"an endless line":         {square + strings.Repeat("x", 1<<17), whole, fault.CodeCorrupt},
		"no amounts (BFB)":        {strings.Replace(square, "Marlin", "BFB", 1), whole, fault.CodeUnsupported},
		"no diameter":             {square, Facts{}, fault.CodeUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			_, err := finish(&out, c.text, c.facts)
			var refused *fault.Error
			if !errors.As(err, &refused) || refused.Code != c.want {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if refused.Message == "" || out.Len() > 0 {
				t.Errorf("message %q, %d bytes written", refused.Message, out.Len())
			}
		})
	}
}

func TestOffBed(t *testing.T) {
	f := facts(3.75 * perMM)
	for _, c := range []struct {
		low, high [3]float64
		fits      bool
	}{
		{[3]float64{}, [3]float64{20, 20, 10}, true},
		{[3]float64{}, [3]float64{19, 20, 10}, false},
		{[3]float64{}, [3]float64{20, 20, 0.01}, false},
		{[3]float64{11, 0, 0}, [3]float64{30, 30, 10}, false},
		{[3]float64{-10, -10, 0}, [3]float64{10, 10, 10}, false},
	} {
		f.Low, f.High = c.low, c.high
		_, err := Measure(strings.NewReader(square), f)
		var refused *fault.Error
		if fits := err == nil; fits != c.fits || !fits && (!errors.As(err, &refused) || refused.Code != fault.CodeOffBed) {
			t.Errorf("%v to %v: %v", c.low, c.high, err)
		}
	}
}

// finish measures a text and finishes it, as the slicer does with a file.
func finish(w io.Writer, text string, f Facts) (Digest, error) {
	p, err := Measure(strings.NewReader(text), f)
	if err != nil {
		return Digest{}, err
	}
	return Finish(w, strings.NewReader(text), p, f)
}

// TestOutlines stacks layers of the given sides, in mm: 50 is a square of 50 mm, -10 a hole of 10 mm in one.
func TestOutlines(t *testing.T) {
	var b strings.Builder
	e := 0.0
	fmt.Fprint(&b, ";FLAVOR:Marlin\nM82\nG92 E0\n")
	loop := func(side, short float64) { // around 100, 100; a hole runs backwards
		low, high := 100-math.Abs(side)/2, 100+math.Abs(side)/2
		path := [][2]float64{{low, low}, {high, low}, {high, high}, {low, high}, {low, low + short}}
		if side < 0 {
			path[1], path[3] = path[3], path[1]
		}
		for i, p := range path {
			if i == 0 {
				fmt.Fprintf(&b, "G0 X%g Y%g\n", p[0], p[1])
				continue
			}
			e += 0.1
			fmt.Fprintf(&b, "G1 X%g Y%g E%g\n", p[0], p[1], e)
		}
	}
	for i, loops := range [][]float64{{50}, {50, -10}, {}, {50, -30, 20}} {
		fmt.Fprintf(&b, ";LAYER:%d\nG0 Z%g\n;TYPE:WALL-OUTER\n", i, 0.3+0.2*float64(i))
		for k, side := range loops {
			loop(side, float64(k)*0.3) // a loop that does not quite close is closed
		}
		if len(loops) > 0 {
			fmt.Fprintf(&b, ";TYPE:FILL\nG1 X0 Y0\nG1 X90 E%g\n", e+0.1)
			e += 0.1
		}
		fmt.Fprintf(&b, ";TIME_ELAPSED:%d\n", i)
	}
	p, err := Measure(strings.NewReader(b.String()), facts(e*perMM))
	if err != nil {
		t.Fatal(err)
	}
	want := []Outline{{0.3, 2500}, {0.5, 2400}, {0, 0}, {0.9, 2500 - 900 + 400}}
	if len(p.Outlines) != len(want) || p.Raft {
		t.Fatalf("%+v", p)
	}
	for i, o := range p.Outlines {
		if math.Abs(o.Z-want[i].Z) > 1e-9 || math.Abs(o.Enclosed-want[i].Enclosed) > 5 {
			t.Errorf("layer %d is %+v, want %+v", i, o, want[i])
		}
	}
	raft := strings.Replace(b.String(), ";LAYER:0", ";LAYER:-1", 1)
	if p, err := Measure(strings.NewReader(raft), facts(e*perMM)); err != nil || !p.Raft {
		t.Errorf("a raft: %+v, %v", p, err)
	}
}

func TestFinish(t *testing.T) {
	var out bytes.Buffer
	digest, err := finish(&out, square, facts(3.75*perMM))
	if err != nil {
		t.Fatal(err)
	}
	want := square
	for old, now := range map[string]string{
		";TIME:6666":                              ";TIME:20",
		";Filament used: 0m":                      ";Filament used: 0.00375m",
		";MINX:2.14748e+06":                       ";MINX:10",
		";MINY:2.14748e+06":                       ";MINY:10",
		";MINZ:2.14748e+06":                       ";MINZ:0.2",
		";MAXX:-2.14748e+06":                      ";MAXX:20",
		";MAXY:-2.14748e+06":                      ";MAXY:20",
		";MAXZ:-2.14748e+06":                      ";MAXZ:0.4",
		";Generated with Cura_SteamEngine master": ";Generated with Cura_SteamEngine cura-wasm-1.5.2",
	} {
		want = strings.Replace(want, old, now, 1)
	}
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String()[:600], want[:600])
	}
	if digest.Size != int64(len(want)) || digest.SHA256 != sha256.Sum256([]byte(want)) {
		t.Error("the digest is not that of the file")
	}
}

func TestGriffinHeader(t *testing.T) {
	raw := `;START_OF_HEADER
;HEADER_VERSION:0.1
;FLAVOR:Griffin
;GENERATOR.NAME:Cura_SteamEngine
;EXTRUDER_TRAIN.0.INITIAL_TEMPERATURE:215
;EXTRUDER_TRAIN.0.NOZZLE.DIAMETER:0.4
;PRINT.GROUPS:1
;PRINT.SIZE.MIN.X:0
;PRINT.SIZE.MAX.Z:0.01
;END_OF_HEADER
` + square[strings.Index(square, "M104"):]
	var out bytes.Buffer
	if _, err := finish(&out, raw, facts(3.75*perMM)); err != nil {
		t.Fatal(err)
	}
	want := `;START_OF_HEADER
;HEADER_VERSION:0.1
;FLAVOR:Griffin
;GENERATOR.NAME:Cura_SteamEngine
;EXTRUDER_TRAIN.0.INITIAL_TEMPERATURE:215
;EXTRUDER_TRAIN.0.MATERIAL.VOLUME_USED:9
;EXTRUDER_TRAIN.0.NOZZLE.DIAMETER:0.4
;PRINT.TIME:20
;PRINT.GROUPS:1
;PRINT.SIZE.MIN.X:10
;PRINT.SIZE.MAX.Z:0.4
;END_OF_HEADER
`
	if got, _, _ := strings.Cut(out.String(), "M104"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzMeasure(f *testing.F) {
	f.Add(square)
	f.Add(";FLAVOR:UltiGCode\n;LAYER:0\nG1 X1 E-")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Measure(strings.NewReader(text), Facts{FilamentMM3: 10, DiameterMM: 1})
		if err == nil && (math.IsNaN(p.FilamentMM3()) || p.FilamentMM3() <= 0 || p.Layers == 0) {
			t.Errorf("accepted %+v", p)
		}
	})
}
