package cli_test

import (
	"math"
	"strings"
	"testing"

	"buildplate/slicer"
	"buildplate/slicer/slicertest/meshtest"
)

type quotedPlate struct {
	Runs, Copies, Layers int
	Seconds, Grams       float64
	SupportGrams         float64 `json:"support_grams"`
	GCodeSHA256          string  `json:"gcode_sha256"`
	Placements           []struct {
		X    *float64 `json:"x_mm"`
		Y    *float64 `json:"y_mm"`
		Turn *int     `json:"turn_deg"`
	}
}

// TestQuoteCopies prices thirty copies by their plates: full ones once with their runs, the rest by its own.
func TestQuoteCopies(t *testing.T) {
	block := file(t, "block.stl", meshtest.BinarySTL(meshtest.Box(43, 43, 4)))
	one, many := quote(t, 0, block).Parts[0], quote(t, 0, block, "--copies", "30").Parts[0]
	if len(one.Plates) != 1 || one.Plates[0].Runs != 1 || one.Plates[0].Copies != 1 || one.Plates[0].Seconds != one.Seconds {
		t.Errorf("one copy: %+v", one.Plates)
	}
	if len(many.Plates) != 2 || many.Plates[0].Runs != 1 || many.Plates[0].Copies != 16 || many.Plates[1].Copies != 14 {
		t.Fatalf("thirty copies: %+v", many.Plates)
	}
	var seconds, grams float64
	for _, p := range many.Plates {
		seconds, grams = seconds+p.Seconds, grams+p.Grams
		if p.Layers != 20 || len(p.GCodeSHA256) != 64 || len(p.Placements) != p.Copies || p.SupportGrams != 0 {
			t.Errorf("a plate: %+v", p)
		}
		for _, at := range p.Placements {
			if at.X == nil || at.Y == nil || at.Turn == nil || *at.X < 21.5 || *at.X > 235-21.5 || *at.Y < 21.5+9.5 || *at.Y > 235-21.5-9.5 {
				t.Errorf("a copy stands beside the bed: %+v", at)
			}
		}
	}
	if math.Abs(many.Seconds-seconds/30) > 1e-6 || math.Abs(many.Grams-grams/30) > 1e-6 || many.Seconds > 1.02*one.Seconds || many.Grams > one.Grams {
		t.Errorf("a copy of thirty takes %.1f s and %.3f g, one alone %.1f s and %.3f g; all %.1f s and %.2f g", many.Seconds, many.Grams, one.Seconds, one.Grams, seconds, grams)
	}
	if want := grams * 8; many.Price.Setup != one.Price.Setup || many.Price.Plates != 400 || math.Abs(float64(many.Price.Material)-want) > 1 || math.Abs(float64(many.Price.Machine)-seconds/12) > 1 {
		t.Errorf("thirty: %+v of %+v", many.Price, many.Plates)
	}
	wide := quote(t, 0, block, "--copies", "30", "--spacing", "20").Parts[0]
	if wide.Plates[0].Copies >= 16 {
		t.Errorf("20 mm apart: %+v", wide.Plates)
	}
	for _, wrong := range []string{"0", "-3", "101", "NaN"} {
		if o := run(t, "quote", "--json", "--spacing="+wrong, block).want(t, 2); !strings.Contains(o.stderr, "--spacing") {
			t.Errorf("--spacing %s: %q", wrong, o.stderr)
		}
	}
}

// TestQuotePrinters gives each part to the smallest of several printers that it fits, in whatever order they are named.
func TestQuotePrinters(t *testing.T) {
	small, long := file(t, "small.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 4))), file(t, "long.stl", meshtest.BinarySTL(meshtest.Box(280, 20, 4)))
	huge := file(t, "huge.stl", meshtest.BinarySTL(meshtest.Box(600, 20, 4)))
	got := quote(t, 1, small, long, huge, "--printer", "creality_cr10,creality_ender3").Parts
	if got[0].Printer != "creality_ender3" || got[1].Printer != "creality_cr10" || got[1].Code != "" || got[2].Code != slicer.CodeDoesNotFit || !strings.Contains(got[2].Error, "300") {
		t.Errorf("%+v", got)
	}
	if o := run(t, "quote", "--json", "--printer", "creality_ender3,no_such", small).want(t, 2); !strings.Contains(o.stderr, "no_such") {
		t.Errorf("%q", o.stderr)
	}
}
