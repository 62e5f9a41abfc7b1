package profile

import (
	"errors"
	"fmt"
	"maps"
	"math"

	"go.starlark.net/starlark"
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

// Error is a stack that cannot be resolved. Message is a sentence for staff.
type Error struct {
	Key     string // the setting at fault; "" when it is not one setting
	Message string
	Err     error
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Err }

// Resolve computes every setting of a stack. The topmost layer that sets a key
// wins, else the definition's formula, else its default. Every override is
// checked; failures are *Error.
//
// Cura's `resolve` formulas reconcile several extruders for settings that are
// global. This shop prints with one, so a setting is its value.
func Resolve(s Stack) (*Settings, error) {
	lib, err := library()
	if err != nil {
		return nil, &Error{Message: "The machine definitions are not in this build. Run `make build`.", Err: err}
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
				return nil, &Error{Key: key, Message: fmt.Sprintf("The uploaded definition makes %s %s: %s.", described(key, p), quoted(out.String(key)), err), Err: err}
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
		return nil, &Error{Message: "The uploaded definition is larger than 1 MB; a .def.json is much smaller."}
	}
	d, err := parseDefinition("custom", s.Definition)
	if err != nil {
		if own, ok := errors.AsType[*Error](err); ok {
			return nil, own
		}
		return nil, &Error{Message: "The uploaded file is not a readable .def.json.", Err: err}
	}
	d.custom = true
	return a.assemble(d)
}

// asError gives any failure the key it happened at.
func asError(key string, err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	return &Error{Key: key, Message: fmt.Sprintf("The setting %s cannot be computed: %s.", key, err), Err: err}
}

const (
	evaluatorLocal = "evaluator"
	// maxSteps ends a runaway formula; a whole printer takes some 20,000.
	maxSteps = 2_000_000
)

// evaluator computes the settings of one stack, each when it is first needed.
type evaluator struct {
	machine *machine
	thread  *starlark.Thread
	set     map[string]override
	done    map[string]Value
	path    []string // settings being computed, outermost first
}

func newEvaluator(m *machine) *evaluator {
	e := &evaluator{machine: m, set: map[string]override{}, done: make(map[string]Value, len(m.keys))}
	e.thread = &starlark.Thread{Name: m.ID}
	e.thread.SetLocal(evaluatorLocal, e)
	e.thread.SetMaxExecutionSteps(maxSteps)
	return e
}

// value returns a setting's value, computing it once.
func (e *evaluator) value(key string) (Value, error) {
	if v, ok := e.done[key]; ok {
		return v, nil
	}
	p := e.machine.settings[key]
	if p == nil {
		return Value{}, fmt.Errorf("there is no setting called %s", key)
	}
	for _, open := range e.path {
		if open == key {
			return Value{}, &Error{Key: key, Message: fmt.Sprintf("The setting %s depends on itself: %s.", key, joinPath(append(e.path, key)))}
		}
	}
	e.path = append(e.path, key)
	v, err := e.compute(key, p)
	e.path = e.path[:len(e.path)-1]
	if err != nil {
		return Value{}, asError(key, err)
	}
	e.done[key] = v
	return v, nil
}

func (e *evaluator) compute(key string, p *properties) (Value, error) {
	var v Value
	var err error
	switch o, set := e.set[key]; {
	case set && o.formula != nil:
		v, err = e.run(o.formula)
	case set:
		return o.value, nil
	case p.Formula != nil && !knownDefect(key, string(*p.Formula)):
		var f *formula
		if f, err = e.machine.compile(string(*p.Formula)); err == nil {
			v, err = e.run(f)
		}
	case p.Default != nil:
		v = *p.Default
	default:
		return Value{}, errors.New("the definition gives it no value")
	}
	if err != nil {
		return Value{}, err
	}
	return conform(p.Type, v)
}

// conform makes truth values of 0, 1 and "true" where the type says bool, and
// refuses numbers no machine can use.
func conform(typ string, v Value) (Value, error) {
	if typ == "bool" && v.kind != KindBool {
		if v.kind == KindList || v.kind == KindNone {
			return Value{}, fmt.Errorf("%s is neither true nor false", v)
		}
		return boolValue(v.Bool()), nil
	}
	if v.kind == KindFloat && (math.IsNaN(v.num) || math.IsInf(v.num, 0)) {
		return Value{}, fmt.Errorf("its formula gives %s", v)
	}
	return v, nil
}

// run evaluates a compiled formula.
func (e *evaluator) run(f *formula) (Value, error) {
	switch {
	case f.constant != nil:
		return *f.constant, nil
	case f.setting != "":
		return e.value(f.setting)
	}
	globals, err := f.program.Init(e.thread, predeclared)
	if err != nil {
		if own, ok := errors.AsType[*Error](err); ok {
			return Value{}, own
		}
		if ee, ok := errors.AsType[*starlark.EvalError](err); ok {
			return Value{}, fmt.Errorf("the formula %q fails: %s", f.text, ee.Msg)
		}
		return Value{}, fmt.Errorf("the formula %q fails: %w", f.text, err)
	}
	return fromStarlark(globals[formulaResult])
}

// knownDefect reports formulas in the published definitions that fail in Cura
// too: an option without its quotes (15 printers), and arithmetic inside the
// quotes of a setting's name (strateo3d). The setting's default stands.
func knownDefect(key, text string) bool {
	return defects[key] != "" && defects[key] == text
}

var defects = map[string]string{
	"machine_buildplate_type": "glass",
	"support_bottom_distance": "extruderValue(support_bottom_extruder_nr if support_bottom_enable else support_infill_extruder_nr, 'support_z_distance/2') if support_type == 'everywhere' else 0",
}

func joinPath(path []string) string {
	first := 0
	for i, key := range path {
		if key == path[len(path)-1] {
			first = i
			break
		}
	}
	out := ""
	for i, key := range path[first:] {
		if i > 0 {
			out += " needs "
		}
		out += key
	}
	return out
}

// profileLayers returns the quality's and the material's layer, lowest first,
// and whether any of them is the generic one.
func profileLayers(m *machine, s Stack) (layers []Layer, generic bool, err error) {
	creality := m.is("creality_base")
	if s.Quality != "" {
		q, ok := FindQuality(s.Quality)
		if !ok {
			return nil, false, &Error{Message: fmt.Sprintf("There is no quality called %q. Choose one of %s.", s.Quality, qualityNames())}
		}
		layers = append(layers, q.layer(creality))
		generic = !creality
	}
	if s.Material != "" {
		mat, ok := FindMaterial(s.Material)
		if !ok {
			return nil, false, &Error{Message: fmt.Sprintf("There is no material called %q. Choose one of %s.", s.Material, materialNames())}
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
