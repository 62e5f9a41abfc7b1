package shop

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

// Origins of plates.
const (
	PlatePriced = "priced" // made with the order, and priced by its slice
	PlateFloor  = "floor"  // decided on by staff afterwards
)

// Plate is copies that are made in one run: sliced together, or made elsewhere. In a cart it holds copies of a part, in an order
// of an item.
type Plate struct {
	ID         string
	OrderID    string
	Origin     string
	Position   int    // its number in the order
	ClassID    string // of the machines it is made on; "" for one that is made elsewhere
	SliceKey   string // "" for one that is made elsewhere
	Runs       int    // how often it is to be made
	ItemID     string
	Copies     int // of the item, in one run
	Title      string
	Placements json.RawMessage // of each copy, as the slicer has them; none where copies are not laid out

	// What one run takes, once it is ordered; 0 where nobody knows.
	Seconds      float64
	Grams        float64 // of the models
	SupportGrams float64
	Layers       int
	GCodeHash    string // "" without G-code
}

// Laid says whether it is known where each copy lies. What was ordered before copies were laid out is one copy's G-code, and so is
// what staff attach: it is run for each.
func (p Plate) Laid() bool { return len(p.Placements) > len("[]") }

// All is how many copies its runs make.
func (p Plate) All() int { return p.Runs * p.Copies }

// Takes keeps what a slice found of one run.
func (p *Plate) Takes(f SliceFacts) {
	p.Seconds, p.Grams, p.SupportGrams, p.Layers, p.GCodeHash = f.Seconds, f.Grams, f.SupportGrams, f.Layers, f.GCodeSHA256
}

// Printing is what plates take with all their runs.
type Printing struct {
	Runs         int
	Seconds      float64
	Grams        float64
	SupportGrams float64
	Longest      float64 // seconds of the longest run
}

// Add counts a plate's runs.
func (t *Printing) Add(p Plate) {
	runs := float64(p.Runs)
	t.Runs += p.Runs
	t.Seconds, t.Grams, t.SupportGrams = t.Seconds+runs*p.Seconds, t.Grams+runs*p.Grams, t.SupportGrams+runs*p.SupportGrams
	t.Longest = max(t.Longest, p.Seconds)
}

// PrintingOf is what the plates of an item take; of all items for "".
func PrintingOf(plates []Plate, itemID string) (t Printing) {
	for _, p := range plates {
		if itemID == "" || p.ItemID == itemID {
			t.Add(p)
		}
	}
	return t
}

// MostWithin is how many copies of a plate that takes so many seconds end within hours, at least one; all of them for 0 hours.
func MostWithin(copies int, seconds, hours float64) int {
	if hours <= 0 || seconds <= hours*3600 {
		return copies
	}
	return max(1, min(copies, int(float64(copies)*hours*3600/seconds)))
}

// FilesGone says whether what the plate was sliced from, or the G-code that came of it, is not among the files of its order any
// more: they were deleted, and copies are to be printed after all. What was never sliced misses nothing.
func (p Plate) FilesGone(files []OrderFile) bool {
	if p.SliceKey == "" {
		return false
	}
	var mesh, gcode bool
	for _, f := range files {
		mesh = mesh || f.ItemID == p.ItemID && f.Kind == "mesh"
		gcode = gcode || f.PlateID == p.ID && f.Kind == "gcode"
	}
	return !mesh || !gcode
}

// FileName is what a file of a plate of an order is called that has so many, without its end: it says what is printed, and from what.
func (p Plate) FileName(order string, it Item, of int) string {
	words := []string{order, strings.TrimSuffix(it.Name, path.Ext(it.Name))}
	if made := strings.Trim(it.Choices.Material+"-"+it.Choices.Colour, "-"); made != "" {
		words = append(words, made)
	}
	words = append(words, it.Choices.Quality)
	name := []rune(strings.Join(words, "_"))
	return string(name[:min(len(name), longestPlateName)]) + fmt.Sprintf("_plate-%dof%d", p.Position, of)
}

// longestPlateName leaves room for the number of the plate and the end of the name.
const longestPlateName = 200
