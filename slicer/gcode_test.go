package slicer_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"buildplate/slicer"
	"buildplate/slicer/slicertest/meshtest"
)

// token is what a template leaves behind where nobody filled it in.
var token = regexp.MustCompile(`\{[^}]*\}`)

// TestGCodeIsFitToPrint reads the finished G-code of machines of every kind as their firmware would.
func TestGCodeIsFitToPrint(t *testing.T) {
	each(t, func(t *testing.T, s *slicer.Slicer) {
		block := part(t, meshtest.Box(16, 10, 4))
		for _, printer := range []string{
			"creality_ender3",            // tokens in its start code
			"creality_cr10s", "prusa_i3", // Marlin
			"ultimaker2",         // UltiGCode: volumes, and temperatures by the machine
			"ultimaker3",         // Griffin: its own header, two extruders
			"deltabot",           // its origin is in the middle
			"makerbotreplicator", // a flavour of its own
			"printrbot_simple",   // no heated bed
		} {
			t.Run(printer, func(t *testing.T) {
				if _, ok := slicer.FindPrinter(printer); !ok {
					t.Fatal("there is no such printer")
				}
				r := ender(block)
				r.Printer = printer
				p := prepare(t, s, r)
				var out bytes.Buffer
				res, err := s.Slice(t.Context(), block.Stored(), p, &out, nil)
				if code, message := failure(err); code == slicer.CodeUnsupported {
					t.Skip(message)
				}
				if err != nil {
					t.Fatal(err)
				}
				read(t, out.Bytes()).check(t, res, p)
			})
		}
	})
}

// printed is what a printer would make of a file.
type printed struct {
	header    map[string]string
	layers    int
	low, high [3]float64 // of extruding moves in the layers
	nozzle    map[float64]bool
	bed       map[float64]bool
	leftover  []string
}

func read(t *testing.T, text []byte) printed {
	t.Helper()
	p := printed{header: map[string]string{}, nozzle: map[float64]bool{}, bed: map[float64]bool{}}
	for i := range 3 {
		p.low[i], p.high[i] = math.Inf(1), math.Inf(-1)
	}
	var at [3]float64
	var moves [][3]float64 // not yet known to be of a layer: the end code moves too
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	code := false
	for lines.Scan() {
		words, comment, _ := strings.Cut(lines.Text(), ";")
		if strings.HasPrefix(comment, "LAYER:") {
			p.layers++
			moves = moves[:0]
		}
		if strings.HasPrefix(comment, "TIME_ELAPSED:") {
			for _, m := range moves {
				for i := range 3 {
					p.low[i], p.high[i] = min(p.low[i], m[i]), max(p.high[i], m[i])
				}
			}
			moves = moves[:0]
		}
		if strings.TrimSpace(words) == "" {
			if name, value, ok := strings.Cut(comment, ":"); ok && !code {
				p.header[name] = strings.TrimSpace(value)
			}
			continue
		}
		code = true
		if token.MatchString(words) {
			p.leftover = append(p.leftover, lines.Text())
		}
		values := map[byte]float64{}
		fields := strings.Fields(words)
		for _, f := range fields {
			if v, err := strconv.ParseFloat(f[1:], 64); err == nil {
				values[f[0]] = v
			}
		}
		switch fields[0] {
		case "G0", "G1":
			moved := false
			for i, axis := range []byte("XYZ") {
				if v, ok := values[axis]; ok {
					at[i] = v
					moved = moved || axis != 'Z'
				}
			}
			if _, extrudes := values['E']; extrudes && moved && p.layers > 0 {
				moves = append(moves, at)
			}
		case "M104", "M109":
			p.nozzle[values['S']] = true
		case "M140", "M190":
			p.bed[values['S']] = true
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p printed) check(t *testing.T, res slicer.Result, plan slicer.Plan) {
	t.Helper()
	if len(p.leftover) > 0 {
		t.Errorf("tokens nobody filled in: %q", p.leftover)
	}
	if p.layers != res.Layers {
		t.Errorf("%d layers in the file, %d in the result", p.layers, res.Layers)
	}
	flavor := plan.Settings.String("machine_gcode_flavor")
	seconds, lowX := "TIME", "MINX"
	if flavor == "Griffin" {
		seconds, lowX = "PRINT.TIME", "PRINT.SIZE.MIN.X"
	}
	if got := p.header[seconds]; got != fmt.Sprint(math.Round(res.Seconds)) {
		t.Errorf("the header says %s s, the result %.1f s", got, res.Seconds)
	}
	if got, ok := p.header["Filament used"]; ok {
		metres, err := strconv.ParseFloat(strings.TrimSuffix(got, "m"), 64)
		if err != nil || math.Abs(metres-res.FilamentMM/1000) > 1e-5 {
			t.Errorf("the header says %s of filament, the result %.2f mm", got, res.FilamentMM)
		}
	} else if flavor == "RepRap (Marlin/Sprinter)" {
		t.Error("the header does not say how much filament is used")
	}
	if got, err := strconv.ParseFloat(p.header[lowX], 64); err != nil || math.Abs(got-p.low[0]) > 0.02 {
		t.Errorf("the header says X begins at %s, it begins at %.3f", p.header[lowX], p.low[0])
	}
	// In the middle of the bed, and on it.
	middle := [2]float64{plan.Bed.Width / 2, plan.Bed.Depth / 2}
	if plan.Bed.CenterIsZero {
		middle = [2]float64{}
	}
	for i, want := range middle {
		if got := (p.low[i] + p.high[i]) / 2; math.Abs(got-want) > 1 {
			t.Errorf("the print's middle is at %.2f on axis %d, the bed's at %.2f", got, i, want)
		}
	}
	if p.low[2] <= 0 || p.high[2] < 3.5 || p.high[2] > 4.6 {
		t.Errorf("a block of 4 mm is printed from Z %.2f to %.2f", p.low[2], p.high[2])
	}
	p.checkTemperatures(t, plan)
}

// checkTemperatures holds that the nozzle and the bed are told nothing but what the settings say: for the first
// layer, for the others, waiting, and off.
func (p printed) checkTemperatures(t *testing.T, plan slicer.Plan) {
	t.Helper()
	s := plan.Settings
	said := func(keys ...string) map[float64]bool {
		m := map[float64]bool{0: true}
		for _, k := range keys {
			m[s.Float(k)] = true
		}
		return m
	}
	for v := range p.nozzle {
		if !said("material_print_temperature", "material_print_temperature_layer_0", "material_initial_print_temperature", "material_final_print_temperature", "material_standby_temperature")[v] {
			t.Errorf("the nozzle is told %g °C, %s prints at %g", v, s.String("material_type"), s.Float("material_print_temperature"))
		}
	}
	for v := range p.bed {
		if !said("material_bed_temperature", "material_bed_temperature_layer_0")[v] {
			t.Errorf("the bed is told %g °C, the setting is %g", v, s.Float("material_bed_temperature"))
		}
	}
	if s.String("machine_gcode_flavor") == "RepRap (Marlin/Sprinter)" && !p.nozzle[s.Float("material_print_temperature_layer_0")] {
		t.Errorf("the nozzle is never heated to %g °C, only %v", s.Float("material_print_temperature_layer_0"), p.nozzle)
	}
}

// TestTemperaturesOfTheMaterial is by figures of the materials' own, not by the settings.
func TestTemperaturesOfTheMaterial(t *testing.T) {
	each(t, func(t *testing.T, s *slicer.Slicer) {
		m := part(t, meshtest.Box(10, 10, 2))
		for material, want := range map[string][2]float64{"PLA": {200, 50}, "PETG": {240, 85}, "ABS": {240, 80}, "TPU": {228, 0}} {
			r := ender(m)
			r.Material = material
			_, text := slice(t, s, m, prepare(t, s, r))
			p := read(t, text)
			if !p.nozzle[want[0]] || !p.bed[want[1]] {
				t.Errorf("%s: nozzle %v, bed %v, want %v °C", material, p.nozzle, p.bed, want)
			}
		}
	})
}
