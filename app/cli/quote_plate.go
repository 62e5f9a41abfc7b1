package cli

import (
	"fmt"
	"slices"
	"strings"

	"buildplate/slicer"
)

// quotePlate is a plate of a part's copies; its figures are of one run.
type quotePlate struct {
	Runs         int                `json:"runs"`
	Copies       int                `json:"copies"` // on it
	Seconds      float64            `json:"seconds"`
	Grams        float64            `json:"grams"`
	SupportGrams float64            `json:"support_grams"`
	Layers       int                `json:"layers"`
	GCodeSHA256  string             `json:"gcode_sha256"`
	Placements   []slicer.Placement `json:"placements"`
}

// runsOf is how often a bed is started for all plates.
func runsOf(plates []slicer.SlicedPlate) (runs int) {
	for _, p := range plates {
		runs += p.Runs
	}
	return runs
}

// sum notes the plates, and what one copy takes of them all.
func (p *quotePart) sum(plates []slicer.SlicedPlate, spread bool) {
	copies := 0
	for _, plate := range plates {
		r, runs := plate.Result, float64(plate.Runs)
		p.Plates = append(p.Plates, quotePlate{
			Runs: plate.Runs, Copies: len(plate.Placements), Seconds: r.Seconds, Grams: r.Grams, SupportGrams: r.SupportGrams,
			Layers: r.Layers, GCodeSHA256: r.GCodeSHA256, Placements: plate.Placements,
		})
		copies += plate.Runs * len(plate.Placements)
		p.Seconds += runs * r.Seconds
		p.Grams += runs * r.Grams
		p.SupportGrams += runs * r.SupportGrams
		p.FilamentMM += runs * r.FilamentMM
		p.Layers, p.Engine = max(p.Layers, r.Layers), r.Engine
		for _, w := range r.Warnings {
			if !slices.Contains(p.Warnings, w) {
				p.Warnings = append(p.Warnings, w)
			}
		}
	}
	for _, figure := range []*float64{&p.Seconds, &p.Grams, &p.SupportGrams, &p.FilamentMM} {
		*figure /= float64(copies)
	}
	if spread {
		p.Warnings = append(p.Warnings, "Slicing all the copies that fit the bed at once takes too long or too much memory: they are spread over more plates.")
	}
}

// platesInWords says on which plates the copies are made, where there are several: "Plates: 3 × 16 copies, 5 h 20 min each; 1 ×
// 2 copies, 41 min each."
func (p *quotePart) platesInWords() string {
	if len(p.Plates) == 0 || len(p.Plates) == 1 && p.Plates[0].Runs*p.Plates[0].Copies == 1 {
		return ""
	}
	var each []string
	for _, plate := range p.Plates {
		noun := "copies"
		if plate.Copies == 1 {
			noun = "copy"
		}
		each = append(each, fmt.Sprintf("%d × %d %s, %s each", plate.Runs, plate.Copies, noun, hours(plate.Seconds)))
	}
	return "Plates: " + strings.Join(each, "; ") + "."
}
