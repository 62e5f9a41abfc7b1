package shop

import (
	"strings"
	"testing"
)

func TestPlates(t *testing.T) {
	for _, c := range []struct{ copies, perPlate, want int }{{1, 1, 1}, {25, 25, 1}, {26, 25, 2}, {50, 25, 2}, {3, 0, 3}} {
		if got := PlateStarts(c.copies, c.perPlate); got != c.want {
			t.Errorf("%d copies, %d a plate: %d", c.copies, c.perPlate, got)
		}
	}
	for _, c := range []struct {
		bedWidth, bedDepth, width, depth float64
		want                             int
	}{
		{220, 220, 40, 40, 25},   // five of 40 with gaps of 5 are 220 exactly
		{220, 220, 40.1, 40, 20}, // one column less
		{190, 140, 90, 40, 6},    // as it lies, two by three
		{220, 100, 90, 40, 5},    // turned: five in a row
		{220, 100, 40, 90, 5},    // five stand where four lie
		{220, 220, 300, 10, 1},   // what does not fit is not priced
	} {
		if got := PerPlate(c.bedWidth, c.bedDepth, c.width, c.depth); got != c.want {
			t.Errorf("%v x %v on %v x %v: %d, want %d", c.width, c.depth, c.bedWidth, c.bedDepth, got, c.want)
		}
	}
}

// Two full plates and the rest take what their runs take, and the longest run is one of them.
func TestPrintingOfPlates(t *testing.T) {
	var full, rest Plate
	full.Takes(SliceFacts{Seconds: 3600, Grams: 40, SupportGrams: 2, Layers: 90, GCodeSHA256: "f"})
	rest.Takes(SliceFacts{Seconds: 900, Grams: 10, Layers: 90, GCodeSHA256: "r"})
	full.Runs, full.Copies, full.ItemID = 2, 12, "clip"
	rest.Runs, rest.Copies, rest.ItemID = 1, 6, "clip"
	other := Plate{Runs: 3, Copies: 1, ItemID: "lid", Seconds: 7200, Grams: 1}
	all := []Plate{full, rest, other}
	if got, want := PrintingOf(all, "clip"), (Printing{Runs: 3, Seconds: 8100, Grams: 90, SupportGrams: 4, Longest: 3600}); got != want {
		t.Errorf("the clips take %+v, want %+v", got, want)
	}
	if got := PrintingOf(all, ""); got.Runs != 6 || got.Seconds != 8100+3*7200 || got.Longest != 7200 {
		t.Errorf("all of it takes %+v", got)
	}
	if full.All() != 24 || full.Layers != 90 || full.GCodeHash != "f" {
		t.Errorf("%+v", full)
	}
	o := Order{Price: Price{Rows: []PriceRow{{Kind: RowLeftOut, PartID: "lid"}}}}
	if kept := o.KeptPlates(all); len(kept) != 2 || kept[1].ItemID != "clip" {
		t.Errorf("without the lid: %+v", kept)
	}
}

// A plate that runs too long has as many copies as end in time, and one at least.
func TestMostWithin(t *testing.T) {
	for _, c := range []struct {
		copies         int
		seconds, hours float64
		want           int
	}{
		{10, 10 * 3600, 0, 10},
		{10, 10 * 3600, 10, 10},
		{10, 20 * 3600, 10, 5},
		{10, 21 * 3600, 10, 4},
		{10, 900 * 3600, 10, 1},
	} {
		if got := MostWithin(c.copies, c.seconds, c.hours); got != c.want {
			t.Errorf("of %d copies that take %g s, %d end within %g h, want %d", c.copies, c.seconds, got, c.hours, c.want)
		}
	}
}

// A plate needs its item's mesh and its own G-code, unless it was never sliced.
func TestFilesOfAPlate(t *testing.T) {
	p := Plate{ID: "one", ItemID: "clip", SliceKey: "k", Position: 2}
	mesh, own, others := OrderFile{Kind: "mesh", ItemID: "clip"}, OrderFile{Kind: "gcode", ItemID: "clip", PlateID: "one"}, OrderFile{Kind: "gcode", ItemID: "clip", PlateID: "two"}
	for name, c := range map[string]struct {
		files []OrderFile
		gone  bool
	}{
		"both": {[]OrderFile{mesh, own}, false}, "no mesh": {[]OrderFile{own}, true}, "another's G-code": {[]OrderFile{mesh, others}, true}, "none": {nil, true},
	} {
		if got := p.FilesGone(c.files); got != c.gone {
			t.Errorf("%s: gone is %t", name, got)
		}
	}
	if (Plate{}).FilesGone(nil) {
		t.Error("what was never sliced misses its files")
	}
	it := Item{Name: "clip.v2.stl", Choices: ItemChoices{Material: "PLA", Colour: "Black", Choices: Choices{Quality: "0.20"}}}
	if got := p.FileName("ORD-1001", it, 3); got != "ORD-1001_clip.v2_PLA-Black_0.20_plate-2of3" {
		t.Errorf("its G-code is called %s", got)
	}
	it.Name, it.Choices.Material, it.Choices.Colour = strings.Repeat("ł", 300)+".stl", "", ""
	if got := []rune(p.FileName("ORD-1001", it, 3)); len(got) != longestPlateName+len("_plate-2of3") || !strings.HasSuffix(string(got), "ł_plate-2of3") {
		t.Errorf("a long name has %d letters: %s", len(got), string(got))
	}
}

// A picture has another address each time it is drawn, and none before.
func TestThumbnailURL(t *testing.T) {
	at := StaffItemPath("o", "i")
	if at != "/api/orders/o/items/i" || ThumbnailURL(at, 0) != "" || ThumbnailURL(at, 36) != at+"/thumbnail?v=10" {
		t.Errorf("%s, %s", at, ThumbnailURL(at, 36))
	}
}
