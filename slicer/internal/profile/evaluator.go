package profile

import (
	"errors"
	"fmt"
	"math"

	"go.starlark.net/starlark"

	"buildplate/slicer/internal/fault"
)

// asError gives any failure the key it happened at.
func asError(key string, err error) *fault.Error {
	if own, ok := errors.AsType[*fault.Error](err); ok {
		return own
	}
	return &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("The setting %s cannot be computed: %s.", key, err)}
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
			return Value{}, &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("The setting %s depends on itself: %s.", key, joinPath(append(e.path, key)))}
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
		if own, ok := errors.AsType[*fault.Error](err); ok {
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
