package gcode

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"

	"buildplate/slicer/internal/fault"
)

// meter follows the machine through a print.
type meter struct {
	facts  Facts
	print  Print
	letter byte    // of the extruder's axis
	area   float64 // mm³ per unit of that axis

	at        [3]float64
	e         float64 // position of the extruder's axis
	relative  bool    // X, Y, Z
	relativeE bool
	retracted float64 // how far the filament is pulled back

	printing bool // between ;LAYER: and ;TIME_ELAPSED:
	kind     string
	outline  outliner // of the layer that is being read
}

func newMeter(f Facts) *meter {
	inf := math.Inf(1)
	return &meter{
		facts: f, letter: 'E', area: math.Pi * f.DiameterMM * f.DiameterMM / 4, outline: newOutliner(f),
		print: Print{
			ByType: map[string]float64{},
			Min:    [3]float64{inf, inf, inf}, Max: [3]float64{-inf, -inf, -inf},
		},
	}
}

// refusal makes the error for the line of the given number.
type refusal func(line int) *fault.Error

func (m *meter) line(l line) refusal {
	if len(l.code) == 0 {
		m.comment(l.comment)
		return nil
	}
	if token := l.token(); token != "" {
		return func(n int) *fault.Error {
			return &fault.Error{
				Code:    fault.CodeToken,
				Message: fmt.Sprintf("The machine’s G-code holds %s, which has no value here. Ask staff to correct the machine’s start and end code.", token),
				Err:     fmt.Errorf("line %d: %s", n, l.code),
			}
		}
	}
	switch letter, number := l.command(); {
	case letter == 'G' && number <= 1:
		return m.move(l)
	case letter == 'G' && number <= 3 && m.printing:
		return func(n int) *fault.Error { return corrupt(fmt.Errorf("line %d: an arc: %s", n, l.code)) }
	case letter == 'G' && (number == 90 || number == 91):
		m.relative, m.relativeE = number == 91, number == 91
	case letter == 'G' && number == 92:
		m.place(l)
	case letter == 'M' && (number == 82 || number == 83):
		m.relativeE = number == 83
	}
	return nil
}

// comment understands the engine's marks.
func (m *meter) comment(c []byte) {
	name, value, ok := bytes.Cut(c, []byte{':'})
	if !ok {
		return
	}
	switch string(name) {
	case "FLAVOR":
		if m.print.Flavor == "" {
			m.flavor(string(value))
		}
	case "LAYER":
		m.endLayer()
		m.print.Layers++
		m.printing = true
		m.print.Outlines = append(m.print.Outlines, Outline{})
		m.print.Raft = m.print.Raft || bytes.HasPrefix(value, []byte{'-'})
	case "TIME_ELAPSED": // ends a layer; the machine's end code follows the last
		m.printing = false
	case "TYPE":
		if kind := string(value); kind != m.kind {
			m.kind = kind
		}
	}
}

func (m *meter) flavor(name string) {
	m.print.Flavor = name
	switch name {
	case "UltiGCode", "Marlin(Volumetric)":
		m.area = 1 // cubic millimetres already
	case "Mach3":
		m.letter = 'A'
	}
}

// move follows G0 and G1.
func (m *meter) move(l line) refusal {
	from, across, along, extrudes := m.at, false, 0.0, false
	var bad refusal
	l.words(func(letter byte, value float64, ok bool) {
		if !ok {
			bad = func(n int) *fault.Error { return corrupt(fmt.Errorf("line %d: %s", n, l.code)) }
			return
		}
		if axis := strings.IndexByte("XYZ", letter); axis >= 0 {
			if m.relative {
				value += m.at[axis]
			}
			m.at[axis] = value
			across = across || axis < 2
		} else if letter == m.letter {
			extrudes = true
			if along = value; !m.relativeE {
				along -= m.e
			}
			m.e += along
		}
	})
	if bad != nil && m.printing {
		return bad
	}
	if extrudes {
		m.extrude(along, across, from)
	}
	return nil
}

// extrude accounts for filament that moved. Pulled back, it must return before
// any leaves the nozzle: what a move in place pushes beyond that primes.
func (m *meter) extrude(along float64, across bool, from [3]float64) {
	if !across {
		m.retracted -= along
		along = max(-m.retracted, 0)
		m.retracted = max(m.retracted, 0)
	}
	if !m.printing || along == 0 {
		return
	}
	volume := along * m.area
	m.print.ByType[m.kind] += volume
	switch m.kind {
	case "SUPPORT", "SUPPORT-INTERFACE":
		m.print.SupportMM3 += volume
	default:
		m.print.ModelMM3 += volume
	}
	if !across || along < 0 {
		return
	}
	if layer := &m.print.Outlines[len(m.print.Outlines)-1]; layer.Z == 0 {
		layer.Z = m.at[2]
	}
	if m.kind == outerWall {
		m.outline.draw(from, m.at)
	}
	for axis := range 3 {
		m.print.Min[axis] = min(m.print.Min[axis], from[axis], m.at[axis])
		m.print.Max[axis] = max(m.print.Max[axis], from[axis], m.at[axis])
	}
}

func (m *meter) endLayer() {
	if n := len(m.print.Outlines); n > 0 {
		m.outline.close()
		m.print.Outlines[n-1].Enclosed = math.Abs(m.outline.twice) / 2
		if shares := m.outline.shares; shares != nil {
			for i := range shares {
				shares[i] = math.Abs(shares[i]) / 2
			}
			m.print.Shares = append(m.print.Shares, shares)
		}
	}
	m.outline = newOutliner(m.facts)
}

// place follows G92, which renames the position; without words it zeroes all.
func (m *meter) place(l line) {
	named := false
	l.words(func(letter byte, value float64, ok bool) {
		if !ok {
			return
		}
		named = true
		if axis := strings.IndexByte("XYZ", letter); axis >= 0 {
			m.at[axis] = value
		} else if letter == m.letter {
			m.e = value
		}
	})
	if !named {
		m.at, m.e = [3]float64{}, 0
	}
}

func (m *meter) result() (Print, error) {
	m.endLayer()
	p := m.print
	if p.Flavor == "BFB" {
		return Print{}, &fault.Error{
			Code:    fault.CodeUnsupported,
			Message: "This machine’s G-code does not say how much filament a print takes.",
		}
	}
	if p.Flavor == "" || p.Layers == 0 {
		return Print{}, corrupt(errors.New("no flavour, or no layer"))
	}
	got, want := p.FilamentMM3(), m.facts.FilamentMM3
	if got <= 0 || math.IsInf(p.Min[0], 0) {
		return Print{}, &fault.Error{Code: fault.CodeEmpty, Message: "Nothing of this part would be printed."}
	}
	if f := m.facts; f.High != [3]float64{} {
		for axis := range 3 {
			if p.Min[axis] < f.Low[axis]-overhang || p.Max[axis] > f.High[axis]+overhang {
				return Print{}, &fault.Error{
					Code:    fault.CodeOffBed,
					Message: "With its skirt or brim this part does not fit the machine’s bed.",
					Err:     fmt.Errorf("from %.2f to %.2f mm, may be %.2f to %.2f mm", p.Min, p.Max, f.Low, f.High),
				}
			}
		}
	}
	if off := math.Abs(got - want); off > tolerance*want+slack {
		return Print{}, &fault.Error{
			Code:    fault.CodeMismatch,
			Message: "The slicer’s figures for this part contradict each other.",
			Err:     fmt.Errorf("the G-code extrudes %.1f mm³, the engine reports %.0f mm³", got, want),
		}
	}
	return p, nil
}
