package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"buildplate/slicer/internal/fault"
)

// override is one setting set by a layer: a value, or a formula.
type override struct {
	layer   string
	value   Value
	formula *formula
	checked bool // typed by people, so held to the setting's limits
}

// maxText bounds a typed text; start G-code is the longest there is.
const maxText = 64 << 10

var listExamples = map[string]string{
	"[int]":    "[45, 135]",
	"polygon":  "[[0, 0], [10, 0], [10, 10]]",
	"polygons": "[[[0, 0], [10, 0], [10, 10]]]",
}

// lay puts a layer on top of those before it.
func (e *evaluator) lay(l Layer, checked bool) error {
	for _, key := range sortedKeys(l.Set) {
		p := e.machine.settings[key]
		if p == nil {
			return &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("There is no setting called %q.%s", key, suggest(key, e.machine.keys))}
		}
		typed := l.Set[key]
		o := override{layer: l.Name, checked: checked}
		var err error
		if text, ok := strings.CutPrefix(typed, "="); ok {
			o.formula, err = compile(text)
		} else {
			o.value, err = parseTyped(p, typed)
		}
		if err != nil {
			return &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("%s cannot be %s: %s.", described(key, p), quoted(typed), err)}
		}
		e.set[key] = o
	}
	return nil
}

// parseTyped reads what somebody typed, or a profile says, for a setting.
func parseTyped(p *properties, typed string) (Value, error) {
	if len(typed) > maxText || !utf8.ValidString(typed) || strings.ContainsRune(typed, 0) {
		return Value{}, fmt.Errorf("it must be plain text of at most %d characters", maxText)
	}
	if p.Type == "str" {
		return textValue(typed), nil
	}
	text := strings.TrimSpace(typed)
	var v Value
	switch p.Type {
	case "bool":
		switch strings.ToLower(text) {
		case "true", "yes", "on", "1":
			v = boolValue(true)
		case "false", "no", "off", "0":
			v = boolValue(false)
		default:
			return Value{}, errors.New("it is either true or false")
		}
	case "float", "int":
		n, err := parseNumber(text)
		if err != nil {
			return Value{}, errors.New("a number is needed")
		}
		v = n
	case "polygon", "polygons", "[int]":
		if err := json.Unmarshal([]byte(text), &v); err != nil || v.kind != KindList {
			return Value{}, fmt.Errorf("a list such as %s is needed", listExamples[p.Type])
		}
	default: // enum, extruder, optional_extruder
		v = textValue(text)
	}
	if err := checkType(p, v); err != nil {
		return Value{}, err
	}
	if p.Type == "[int]" {
		return textValue(v.String()), nil // text in Cura's definitions too
	}
	return v, nil
}

// checkType holds a value to its setting's type and options.
func checkType(p *properties, v Value) error {
	switch p.Type {
	case "bool":
		if v.kind != KindBool && v.kind != KindInt {
			return errors.New("it is either true or false")
		}
	case "float":
		if v.kind != KindFloat && v.kind != KindInt {
			return errors.New("a number is needed")
		}
	case "int":
		if v.kind != KindInt && (v.kind != KindFloat || v.num != math.Trunc(v.num)) {
			return errors.New("a whole number is needed")
		}
	case "enum":
		if v.kind != KindString {
			return errors.New("one of its options is needed")
		}
		if _, ok := p.Options[v.text]; !ok {
			return fmt.Errorf("choose one of %s", strings.Join(sortedKeys(p.Options), ", "))
		}
	case "extruder", "optional_extruder":
		n, err := strconv.Atoi(v.String())
		if err != nil || n > 0 || n < -1 || n == -1 && p.Type == "extruder" {
			return errors.New("the first extruder, 0, is the only one this shop prints with")
		}
	case "str":
		if v.kind != KindString {
			return errors.New("a text is needed")
		}
	case "[int]":
		if v.kind == KindString {
			var list Value
			if err := json.Unmarshal([]byte(v.text), &list); err != nil || list.kind != KindList {
				return errors.New("a list of whole numbers is needed")
			}
			v = list
		}
		for _, x := range v.list {
			if x.kind != KindInt {
				return errors.New("a list of whole numbers is needed")
			}
		}
	case "polygon":
		return checkPolygon(v)
	case "polygons":
		if v.kind != KindList {
			return errors.New("a list of polygons is needed")
		}
		for _, polygon := range v.list {
			if err := checkPolygon(polygon); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkPolygon(v Value) error {
	if v.kind != KindList {
		return errors.New("a list of points is needed")
	}
	for _, point := range v.list {
		if len(point.list) != 2 || math.IsNaN(point.list[0].Float()) || math.IsNaN(point.list[1].Float()) {
			return errors.New("each point has two numbers")
		}
	}
	return nil
}

// checkOverrides holds the settings people set to their type and to their
// minimum and maximum, which may be formulas over other settings.
func (e *evaluator) checkOverrides() error {
	for _, key := range sortedKeys(e.set) {
		o, p := e.set[key], e.machine.settings[key]
		v, err := e.value(key)
		if err != nil {
			return err
		}
		if o.formula != nil {
			if err := checkType(p, v); err != nil {
				return &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("%s cannot be %s, which is what %s gives: %s.",
					described(key, p), v, quoted("="+o.formula.text), err)}
			}
		}
		if !o.checked || v.kind != KindInt && v.kind != KindFloat {
			continue
		}
		if low, ok, err := e.limit(key, p.Minimum); err != nil {
			return err
		} else if ok && v.Float() < low.Float() {
			return &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("%s cannot be %s: the least is %s%s.", described(key, p), v, low, unit(p))}
		}
		if high, ok, err := e.limit(key, p.Maximum); err != nil {
			return err
		} else if ok && v.Float() > high.Float() {
			return &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("%s cannot be %s: the most is %s%s.", described(key, p), v, high, unit(p))}
		}
	}
	return nil
}

// limit evaluates a setting's bound; ok is false where it has none.
func (e *evaluator) limit(key string, bound *expression) (v Value, ok bool, err error) {
	if bound == nil {
		return Value{}, false, nil
	}
	f, err := e.machine.compile(string(*bound))
	if err == nil {
		v, err = e.run(f)
	}
	if err != nil {
		return Value{}, false, &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("The limits of the setting %s cannot be computed: %s.", key, err)}
	}
	return v, !math.IsNaN(v.Float()), nil
}

// described names a setting for people and for machines.
func described(key string, p *properties) string {
	if p.Label == "" {
		return key
	}
	return fmt.Sprintf("%s (%s)", p.Label, key)
}

func unit(p *properties) string {
	if p.Unit == "" {
		return ""
	}
	return " " + p.Unit
}

func quoted(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return strconv.Quote(s)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
