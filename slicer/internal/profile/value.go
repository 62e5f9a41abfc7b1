package profile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// Kind tells what a Value holds.
type Kind uint8

// The kinds of values settings have. Integers and floats are kept apart, as
// Python keeps them, because formulas and the text the engine reads differ.
const (
	KindNone Kind = iota
	KindBool
	KindInt
	KindFloat
	KindString
	KindList
)

// Value is one setting's value as Cura's formulas see it. The zero Value is
// Python's None. Extruder numbers and lists of angles are text, as in Cura.
type Value struct {
	kind Kind
	num  float64 // KindFloat
	int  int64   // KindInt; 0 or 1 for KindBool
	text string
	list []Value
}

// Constructors for values that do not come from a definition.
func boolValue(b bool) Value {
	if b {
		return Value{kind: KindBool, int: 1}
	}
	return Value{kind: KindBool}
}
func intValue(i int64) Value     { return Value{kind: KindInt, int: i} }
func floatValue(f float64) Value { return Value{kind: KindFloat, num: f} }
func textValue(s string) Value   { return Value{kind: KindString, text: s} }
func listValue(l []Value) Value  { return Value{kind: KindList, list: l} }

// Float returns the value as a number; text that is a number counts, anything
// else is NaN.
func (v Value) Float() float64 {
	switch v.kind {
	case KindFloat:
		return v.num
	case KindInt, KindBool:
		return float64(v.int)
	case KindString:
		if f, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64); err == nil {
			return f
		}
	}
	return math.NaN()
}

// Bool returns the value's truth as CuraEngine reads it.
func (v Value) Bool() bool {
	switch v.kind {
	case KindBool, KindInt:
		return v.int != 0
	case KindFloat:
		return v.num != 0
	case KindString:
		switch strings.ToLower(v.text) {
		case "true", "on", "yes":
			return true
		}
		f, err := strconv.ParseFloat(v.text, 64)
		return err == nil && f != 0
	}
	return false
}

// List returns the elements of a list; nil for anything else.
func (v Value) List() []Value { return v.list }

// String returns what Python's str() prints, the form the engine reads.
func (v Value) String() string {
	if v.kind == KindString {
		return v.text
	}
	return v.repr()
}

func (v Value) repr() string {
	switch v.kind {
	case KindBool:
		if v.int != 0 {
			return "True"
		}
		return "False"
	case KindInt:
		return strconv.FormatInt(v.int, 10)
	case KindFloat:
		return floatText(v.num)
	case KindString:
		if strings.Contains(v.text, "'") && !strings.Contains(v.text, `"`) {
			return `"` + v.text + `"`
		}
		return "'" + strings.ReplaceAll(strings.ReplaceAll(v.text, `\`, `\\`), "'", `\'`) + "'"
	case KindList:
		parts := make([]string, len(v.list))
		for i, e := range v.list {
			parts[i] = e.repr()
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "None"
}

// floatText prints the shortest text that reads back as f, laid out as
// Python's repr does: always with a point or an exponent, an exponent only
// below 1e-4 and from 1e16.
func floatText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// MarshalJSON writes numbers as numbers, truth as true or false, lists as
// arrays and text as strings. Floats keep their point: 50.0.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case KindBool:
		return strconv.AppendBool(nil, v.int != 0), nil
	case KindInt:
		return strconv.AppendInt(nil, v.int, 10), nil
	case KindFloat:
		if math.IsInf(v.num, 0) || math.IsNaN(v.num) {
			return nil, fmt.Errorf("profile: %s has no form in JSON", floatText(v.num))
		}
		return []byte(floatText(v.num)), nil
	case KindString:
		return json.Marshal(v.text)
	case KindList:
		if len(v.list) == 0 {
			return []byte("[]"), nil
		}
		return json.Marshal(v.list)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON writes; objects are refused.
func (v *Value) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var x any
	err := dec.Decode(&x)
	if err == nil {
		*v, err = fromJSON(x)
	}
	return err
}

func fromJSON(x any) (Value, error) {
	switch x := x.(type) {
	case nil:
		return Value{}, nil
	case bool:
		return boolValue(x), nil
	case string:
		return textValue(x), nil
	case json.Number:
		return parseNumber(x.String())
	case []any:
		list := make([]Value, len(x))
		for i := range x {
			e, err := fromJSON(x[i])
			if err != nil {
				return Value{}, err
			}
			list[i] = e
		}
		return listValue(list), nil
	}
	return Value{}, errors.New("a setting cannot hold an object")
}

// parseNumber reads a finite decimal number; text without a point or exponent
// is an integer.
func parseNumber(text string) (Value, error) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return intValue(i), nil
	}
	if strings.ContainsAny(text, "xXpP_nN") { // hexadecimal, digit groups, inf, nan
		return Value{}, fmt.Errorf("%q is not a number", text)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Value{}, fmt.Errorf("%q is not a number", text)
	}
	return floatValue(f), nil
}

func (v Value) starlark() starlark.Value {
	switch v.kind {
	case KindBool:
		return starlark.Bool(v.int != 0)
	case KindInt:
		return starlark.MakeInt64(v.int)
	case KindFloat:
		return starlark.Float(v.num)
	case KindString:
		return starlark.String(v.text)
	case KindList:
		elems := make([]starlark.Value, len(v.list))
		for i, e := range v.list {
			elems[i] = e.starlark()
		}
		return starlark.NewList(elems)
	}
	return starlark.None
}

// maxParts bounds what a formula may build, in elements and bytes together.
const maxParts = 1 << 20

func fromStarlark(x starlark.Value) (Value, error) {
	left := maxParts
	return fromStarlarkWithin(x, &left)
}

func fromStarlarkWithin(x starlark.Value, left *int) (Value, error) {
	if *left--; *left < 0 {
		return Value{}, errors.New("the result is too large")
	}
	switch x := x.(type) {
	case starlark.NoneType:
		return Value{}, nil
	case starlark.Bool:
		return boolValue(bool(x)), nil
	case starlark.Int:
		i, ok := x.Int64()
		if !ok {
			return Value{}, errors.New("the result is too large")
		}
		return intValue(i), nil
	case starlark.Float:
		return floatValue(float64(x)), nil
	case starlark.String:
		if *left -= len(x); *left < 0 {
			return Value{}, errors.New("the result is too large")
		}
		return textValue(string(x)), nil
	case starlark.Indexable:
		list := make([]Value, x.Len())
		for i := range list {
			e, err := fromStarlarkWithin(x.Index(i), left)
			if err != nil {
				return Value{}, err
			}
			list[i] = e
		}
		return listValue(list), nil
	}
	return Value{}, fmt.Errorf("a formula cannot give a %s", x.Type())
}
