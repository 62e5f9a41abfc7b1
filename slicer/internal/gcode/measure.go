package gcode

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"buildplate/slicer/internal/fault"
)

// Facts is what is known about a print beside its G-code.
type Facts struct {
	Version     string  // of the engine, for the header
	Seconds     float64 // printing time, as the engine reports it
	FilamentMM3 float64 // all filament, as the engine reports it: rounded down
	DiameterMM  float64 // of the filament

	// Low and High are the corners of the space the machine prints in. If High
	// is not zero, a print that leaves it is refused: the engine itself slices
	// what lies beside the bed without a word.
	Low, High [3]float64

	// Copies is how many copies of one model are printed, and CopyAt which of
	// them, from 0 on, an outer wall belongs to that begins at a point of the
	// machine's; both are zero for one copy.
	Copies int
	CopyAt func(x, y float64) int
}

// Print is what the G-code of one print holds.
type Print struct {
	Flavor string // as in the header: "Marlin", "UltiGCode", "Griffin", ...
	Layers int

	// Filament extruded from the first layer on, in mm³. The lines that the
	// machine's own start and end code extrude are not part of it. Skirt, brim
	// and raft belong to the model.
	ModelMM3, SupportMM3 float64
	ByType               map[string]float64 // by the engine's ;TYPE:, "SKIN", "SUPPORT-INTERFACE", ...

	Min, Max [3]float64 // of what is extruded, in the machine's millimetres

	Outlines []Outline // of the layers, from the lowest on
	// Shares are how much of each outline's Enclosed each copy has; nil for one copy.
	Shares [][]float64
	Raft   bool // the lowest are a raft
}

// FilamentMM3 is the filament of model and support together.
func (p Print) FilamentMM3() float64 { return p.ModelMM3 + p.SupportMM3 }

const (
	// tolerance is how far the filament in the file may be from the engine's
	// own figure, as a fraction; slack is for that figure's rounding, in mm³.
	tolerance = 0.005
	slack     = 1.5

	// overhang is how far a line's middle may leave the machine's space: by
	// rounding, and a last layer by less than its height.
	overhang = 0.35

	maxLine = 64 << 10
)

// Measure reads G-code as CuraEngine writes it. It fails with a [*fault.Error] if
// the print extrudes nothing, if a template token is left in its code, or if
// its filament is not what the engine reported.
func Measure(r io.Reader, f Facts) (Print, error) {
	if f.DiameterMM <= 0 {
		return Print{}, &fault.Error{Code: fault.CodeUnsupported, Message: "The filament’s diameter is not known."}
	}
	m := newMeter(f)
	lines := bufio.NewReaderSize(r, maxLine)
	for n := 1; ; n++ {
		raw, err := lines.ReadSlice('\n')
		if err != nil && err != io.EOF {
			if errors.Is(err, bufio.ErrBufferFull) {
				return Print{}, corrupt(fmt.Errorf("line %d is longer than %d bytes", n, maxLine))
			}
			return Print{}, err
		}
		if bad := m.line(parse(raw)); bad != nil {
			return Print{}, bad(n)
		}
		if err == io.EOF {
			break
		}
	}
	return m.result()
}

func corrupt(err error) *fault.Error {
	return &fault.Error{Code: fault.CodeCorrupt, Message: "The print file is damaged.", Err: err}
}
