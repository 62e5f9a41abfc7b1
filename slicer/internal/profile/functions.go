package profile

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	starmath "go.starlark.net/lib/math"
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// predeclared holds what a formula may call beyond Starlark's own. Where a
// name exists in both, Python's behaviour is here.
var predeclared starlark.StringDict

func init() { // the functions reach back to predeclared through the evaluator
	predeclared = starlark.StringDict{
		"math":                    mathModule(),
		"extruderValue":           builtin("extruderValue", extruderValue),
		"extruderValues":          builtin("extruderValues", extruderValues),
		"resolveOrValue":          builtin("resolveOrValue", resolveOrValue),
		"defaultExtruderPosition": builtin("defaultExtruderPosition", defaultExtruderPosition),
		"round":                   builtin("round", round),
		"sum":                     builtin("sum", sum),
		"min":                     builtin("min", minimum),
		"max":                     builtin("max", maximum),
		"map":                     builtin("map", mapList),
		"pow":                     builtin("pow", pow),
		"int":                     builtin("int", integer),
		settingCall:               builtin(settingCall, setting),
		numberCall:                builtin(numberCall, numeric),
		factorCall:                builtin(factorCall, multiplied),
	}
	predeclared.Freeze()
}

type function func(t *starlark.Thread, args starlark.Tuple) (starlark.Value, error)

func builtin(name string, f function) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(kwargs) > 0 {
			return nil, fmt.Errorf("%s takes no named values", name)
		}
		v, err := f(t, args)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return v, nil
	})
}

var errArguments = errors.New("wrong number or kind of values")

// mathModule is Python's math: degrees and radians multiply as CPython does,
// so that their last digit agrees.
func mathModule() *starlarkstruct.Module {
	members := make(starlark.StringDict, len(starmath.Module.Members))
	for name, v := range starmath.Module.Members {
		members[name] = v
	}
	scale := func(name string, factor float64) {
		members[name] = builtin(name, func(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
			if len(args) == 1 {
				if x, ok := starlark.AsFloat(args[0]); ok {
					return starlark.Float(x * factor), nil
				}
			}
			return nil, errArguments
		})
	}
	scale("degrees", 180/math.Pi)
	scale("radians", math.Pi/180)
	return &starlarkstruct.Module{Name: "math", Members: members}
}

func current(t *starlark.Thread) *evaluator { return t.Local(evaluatorLocal).(*evaluator) }

// setting is what a bare name in a formula becomes.
func setting(t *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	key := string(args[0].(starlark.String))
	v, err := current(t).value(key)
	if err != nil {
		return nil, err
	}
	return v.starlark(), nil
}

// settingByText gives the value of a setting named in quotes.
func settingByText(t *starlark.Thread, x starlark.Value) (starlark.Value, error) {
	key, ok := starlark.AsString(x)
	if !ok {
		return nil, errArguments
	}
	return setting(t, starlark.Tuple{starlark.String(key)})
}

// extruderValue(position, key): one extruder prints, so every position is it,
// as Cura falls back to the first for positions a machine does not have.
func extruderValue(t *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 2 {
		return nil, errArguments
	}
	return settingByText(t, args[1])
}

func extruderValues(t *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 1 {
		return nil, errArguments
	}
	v, err := settingByText(t, args[0])
	if err != nil {
		return nil, err
	}
	return starlark.NewList([]starlark.Value{v}), nil
}

// resolveOrValue(key): with one extruder there is nothing to reconcile, the
// value is the resolution.
func resolveOrValue(t *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 1 {
		return nil, errArguments
	}
	return settingByText(t, args[0])
}

// defaultExtruderPosition is text in Cura.
func defaultExtruderPosition(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 0 {
		return nil, errArguments
	}
	return starlark.String("0"), nil
}

// numeric makes truth count in arithmetic: True is 1.
func numeric(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	return truthAsNumber(args[0]), nil
}

// multiplied refuses to repeat texts and lists, which no setting needs.
func multiplied(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	x := truthAsNumber(args[0])
	if _, ok := starlark.AsFloat(x); !ok {
		return nil, fmt.Errorf("a %s cannot be multiplied", x.Type())
	}
	return x, nil
}

func truthAsNumber(x starlark.Value) starlark.Value {
	if b, ok := x.(starlark.Bool); ok {
		if b {
			return starlark.MakeInt(1)
		}
		return starlark.MakeInt(0)
	}
	return x
}

// round(x) and round(x, digits) round half to even on the exact binary value,
// which is what Python does. Without digits the result is an integer.
func round(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) < 1 || len(args) > 2 {
		return nil, errArguments
	}
	x, ok := starlark.AsFloat(truthAsNumber(args[0]))
	if !ok {
		return nil, errArguments
	}
	_, wasInt := truthAsNumber(args[0]).(starlark.Int)
	if len(args) == 1 || args[1] == starlark.None {
		if wasInt {
			return args[0], nil
		}
		return starlark.NumberToInt(starlark.Float(math.RoundToEven(x)))
	}
	digits, err := starlark.AsInt32(args[1])
	if err != nil {
		return nil, err
	}
	if digits < 0 || digits > 300 {
		return nil, errors.New("digits must be between 0 and 300")
	}
	if wasInt {
		return args[0], nil
	}
	f, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', digits, 64), 64)
	if err != nil {
		return nil, err
	}
	return starlark.Float(f), nil
}

// pow keeps integers whole where Python does; results that leave 53 bits
// become floats, which no printer's setting notices.
func pow(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 2 {
		return nil, errArguments
	}
	base, exponent := truthAsNumber(args[0]), truthAsNumber(args[1])
	x, ok1 := starlark.AsFloat(base)
	y, ok2 := starlark.AsFloat(exponent)
	if !ok1 || !ok2 {
		return nil, errArguments
	}
	r := math.Pow(x, y)
	if math.IsNaN(r) || math.IsInf(r, 0) {
		return nil, fmt.Errorf("%v to the power of %v is not a number", base, exponent)
	}
	_, int1 := base.(starlark.Int)
	_, int2 := exponent.(starlark.Int)
	if int1 && int2 && y >= 0 && math.Abs(r) < 1<<53 {
		return starlark.MakeInt64(int64(r)), nil
	}
	return starlark.Float(r), nil
}

// integer is Python's int: toward zero for numbers, decimal digits for text.
func integer(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 1 {
		return nil, errArguments
	}
	if s, ok := starlark.AsString(args[0]); ok {
		i, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a whole number", s)
		}
		return starlark.MakeInt64(i), nil
	}
	return starlark.NumberToInt(truthAsNumber(args[0]))
}
