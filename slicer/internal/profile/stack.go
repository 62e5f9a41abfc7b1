package profile

import (
	"errors"
	"fmt"
	"maps"

	"buildplate/slicer/internal/fault"
)

// Layer is a named set of values laid over a machine's definition, as a Cura
// profile is.
type Layer struct {
	Name string            `json:"name"` // for people, in errors: "the shop's settings"
	Set  map[string]string `json:"set"`  // key -> value as typed, or "=formula"
}

// Stack says which layers make up one list of settings.
type Stack struct {
	Printer    string  // identifier of an embedded definition
	Definition []byte  // an uploaded .def.json, used instead of Printer
	Quality    string  // one of Qualities; "" leaves the layer out
	Material   string  // one of Materials; "" leaves the layer out
	Overrides  []Layer // lowest first: the shop's, then the part's choices
}

// maxDefinition bounds an uploaded .def.json; fdmprinter itself has 430 kB.
const maxDefinition = 1 << 20

// Resolve computes every setting of a stack. The topmost layer that sets a key
// wins, else the definition's formula, else its default. Every override is
// checked; failures are *fault.Error.
//
// Cura's `resolve` formulas reconcile several extruders for settings that are
// global. This shop prints with one, so a setting is its value.
func Resolve(s Stack) (*Settings, error) {
	lib, err := library()
	if err != nil {
		return nil, err
	}
	m, err := lib.stackMachine(s)
	if err != nil {
		return nil, err
	}
	layers, generic, err := profileLayers(m, s)
	if err != nil {
		return nil, err
	}
	e := newEvaluator(m)
	for _, l := range layers {
		if err := e.lay(l, false); err != nil {
			return nil, err
		}
	}
	for _, l := range s.Overrides {
		if err := e.lay(l, true); err != nil {
			return nil, err
		}
	}
	out := &Settings{
		Printer: m.Printer, Generic: generic,
		machine: m, values: make(map[string]Value, len(m.keys)),
	}
	out.material, _ = FindMaterial(s.Material)
	if err := e.checkOverrides(); err != nil { // first: a bad choice is clearer than what follows from it
		return nil, err
	}
	for _, key := range m.keys {
		if out.values[key], err = e.value(key); err != nil {
			return nil, asError(key, err)
		}
	}
	for _, key := range m.uploaded {
		if p := m.settings[key]; p != nil {
			if err := checkType(p, out.values[key]); err != nil {
				return nil, &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("The uploaded definition makes %s %s: %s.", described(key, p), quoted(out.String(key)), err)}
			}
		}
	}
	out.Warnings = append(out.Warnings, m.warnings...)
	out.warn()
	return out, nil
}

func (a *archive) stackMachine(s Stack) (*machine, error) {
	if len(s.Definition) == 0 {
		return a.machine(s.Printer)
	}
	if len(s.Definition) > maxDefinition {
		return nil, &fault.Error{Code: fault.CodeSettings, Message: "The uploaded definition is larger than 1 MB; a .def.json is much smaller."}
	}
	d, err := parseDefinition("custom", s.Definition)
	if err != nil {
		if own, ok := errors.AsType[*fault.Error](err); ok {
			return nil, own
		}
		return nil, &fault.Error{Code: fault.CodeSettings, Message: "The uploaded file is not a readable .def.json.", Err: err}
	}
	d.custom = true
	return a.assemble(d)
}

// profileLayers returns the quality's and the material's layer, lowest first,
// and whether any of them is the generic one.
func profileLayers(m *machine, s Stack) (layers []Layer, generic bool, err error) {
	creality := m.is("creality_base")
	if s.Quality != "" {
		q, ok := FindQuality(s.Quality)
		if !ok {
			return nil, false, &fault.Error{Code: fault.CodeSettings, Message: fmt.Sprintf("There is no quality called %q. Choose one of %s.", s.Quality, qualityNames())}
		}
		layers = append(layers, q.layer(creality))
		generic = !creality
	}
	if s.Material != "" {
		mat, ok := FindMaterial(s.Material)
		if !ok {
			return nil, false, &fault.Error{Code: fault.CodeSettings, Message: fmt.Sprintf("There is no material called %q. Choose one of %s.", s.Material, materialNames())}
		}
		l, err := mat.layer(m, creality, s.Quality != "")
		if err != nil {
			return nil, false, err
		}
		layers = append(layers, l)
		generic = !creality
	}
	return layers, generic, nil
}

// with returns a copy of base with more laid over it.
func with[V any](base, more map[string]V) map[string]V {
	out := maps.Clone(base)
	maps.Copy(out, more)
	return out
}
