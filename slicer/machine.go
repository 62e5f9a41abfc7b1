package slicer

import (
	"crypto/sha256"
	"encoding/json"

	"buildplate/slicer/internal/profile"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Machine is what a printer's definition comes to with the shop's overrides.
type Machine struct {
	Bed     Bed
	Nozzle  float64 // mm
	Generic bool    // no profile of the maker's own
}

// Volume is how much room there is to print in, in mm³.
func (m Machine) Volume() float64 {
	v := m.Bed.Width * m.Bed.Depth * m.Bed.Height
	if m.Bed.Elliptic {
		return v * 0.785398 // of the box around a round bed
	}
	return v
}

// mostMachines is how many of them are remembered: a shop has a few, and what becomes of their settings.
const mostMachines = 256

// measured remembers machines by the SHA-256 of definition and overrides.
var measured = func() *lru.Cache[[32]byte, Machine] {
	c, err := lru.New[[32]byte, Machine](mostMachines)
	if err != nil {
		panic(err) // the size is a constant
	}
	return c
}()

// MachineOf resolves a printer's definition with the overrides of its machine, once. The error is an *Error: [CodeSettings], with the
// Key at fault where it is one setting; ErrNotBuilt.
func MachineOf(printer string, set map[string]string) (Machine, error) {
	text, err := json.Marshal([]any{printer, set})
	if err != nil {
		return Machine{}, err
	}
	key := sha256.Sum256(text)
	if m, ok := measured.Get(key); ok {
		return m, nil
	}
	s, err := profile.Resolve(machineStack(printer, "0.20", "PLA", set))
	if err != nil {
		return Machine{}, err
	}
	m := Machine{Bed: BedOf(s), Nozzle: s.Float("machine_nozzle_size"), Generic: s.Generic}
	measured.Add(key, m)
	return m, nil
}

// CheckMachine says whether a printer's definition can be printed with, with the overrides of its machine, in each of some materials and
// in every quality. Errors: those of [MachineOf], and of G-code templates that name what there is not.
func CheckMachine(printer string, set map[string]string, materials []string) error {
	for _, material := range materials {
		for _, q := range Qualities() {
			s, err := profile.Resolve(machineStack(printer, q.ID, material, set))
			if err != nil {
				return err
			}
			if _, err := s.Expanded(); err != nil {
				return err
			}
		}
	}
	return nil
}

func machineStack(printer, quality, material string, set map[string]string) Stack {
	return Stack{Printer: printer, Quality: quality, Material: material, Overrides: []Layer{{Name: "the shop’s settings for the machine", Set: set}}}
}

// SearchPrinters returns at most so many machines of which each word of a text is in name, maker or identifier, by name; of no text
// the first ones.
func SearchPrinters(text string, most int) []Printer { return profile.SearchPrinters(text, most) }
