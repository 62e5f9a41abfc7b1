package profile

import (
	"strings"
	"testing"
)

// What CPython 3.11 prints for each expression.
var python = [][2]string{
	{`2**3**2`, `512`}, {`-2**2`, `-4`}, {`2**-1`, `0.5`}, {`(1+2)**2*3`, `27`}, {`max(2,3)**2`, `9`},
	{`pow(2,3)`, `8`}, {`pow(2,-1)`, `0.5`}, {`2 ** 0.5`, `1.4142135623730951`},
	{`7//2`, `3`}, {`-7//2`, `-4`}, {`-7%3`, `2`}, {`7.5//2`, `3.0`}, {`1/2`, `0.5`}, {`4/2`, `2.0`},
	{`10 - 2 - 3`, `5`}, {`2 * 3 % 4`, `2`}, {`-(3)`, `-3`}, {`+2.5`, `2.5`}, {`1e3`, `1000.0`},
	{`round(0.5)`, `0`}, {`round(1.5)`, `2`}, {`round(2.5)`, `2`}, {`round(-0.5)`, `0`},
	{`round(2.675,2)`, `2.67`}, {`round(12.5, 0)`, `12.0`}, {`round(7, 2)`, `7`},
	{`True+1`, `2`}, {`(2 > 1) * 3`, `3`}, {`1.0 == True`, `True`}, {`'on' if True == 1 else 'off'`, `on`},
	{`sum([True,True,0.5])`, `2.5`}, {`max([1,True])`, `1`}, {`min(3,1.5)`, `1.5`},
	{`str(True)`, `True`}, {`str(0.1+0.2)`, `0.30000000000000004`}, {`str(1e16)`, `1e+16`}, {`str(1e-5)`, `1e-05`},
	{`int(-2.7)`, `-2`}, {`int('12')`, `12`}, {`float('3')`, `3.0`}, {`abs(-3)`, `3`},
	{`any([0,0.0,''])`, `False`}, {`all([1,'a'])`, `True`}, {`sum(map(int,['1','2']))`, `3`}, {`'ABc'.lower()`, `abc`}, {`len([1,2])`, `2`},
	{`math.degrees(math.atan(0.2))`, `11.309932474020215`}, {`math.ceil(2.1)`, `3`}, {`math.floor(-2.1)`, `-3`},
	{`math.log(8,2)`, `3.0`}, {`math.sqrt(2)`, `1.4142135623730951`}, {`math.pi`, `3.141592653589793`},
	{`'a' in ['a','b']`, `True`}, {`1 < 2 and 'x' or 'y'`, `x`}, {`not 0`, `True`}, {`5 if '' else 6`, `6`},
	{`'%s mm' % 5`, `5 mm`}, {`[1, 2.0, 'a', True]`, `[1, 2.0, 'a', True]`}, {`'a' + "b'c"`, `ab'c`},
	{`'2**3'`, `2**3`}, {`len('**') ** 2`, `4`},
}

func TestFormulasAgreeWithPython(t *testing.T) {
	e := newEvaluator(&machine{settings: map[string]*properties{}, compile: compile})
	for _, c := range python {
		f, err := compile(c[0])
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		v, err := e.run(f)
		if err != nil || v.String() != c[1] {
			t.Errorf("%s is %v (%v), Python says %s", c[0], v, err, c[1])
		}
	}
}

func TestFormulasThatAreRefused(t *testing.T) {
	for text, why := range map[string]string{
		"":                              "cannot be read",
		"1 +":                           "cannot be read",
		"2 **":                          "no exponent",
		"** 2":                          "nothing to raise",
		"lambda: 1":                     "only plain expressions",
		"[x for x in [1]]":              "only plain expressions",
		"{'a': 1}":                      "only plain expressions",
		"max(1, key=abs)":               "named values",
		"open('x')":                     "no function called open",
		"range(1000000000)":             "no function called range",
		"'a'.join(['b'])":               "no function called join",
		"().index":                      "no function called index",
		"load('x')":                     "cannot be read",
		strings.Repeat("1+", 5000):      "longer than",
		"[1, 2, 3][0:2]":                "only plain expressions",
		"''.join(c for c in 'abcdefg')": "cannot be read",
	} {
		if _, err := compile(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("compile(%.30q) gives %v, want … %s …", text, err, why)
		}
	}
}

func TestFormulasThatFail(t *testing.T) {
	e := newEvaluator(&machine{settings: map[string]*properties{}, compile: compile})
	for _, text := range []string{"1/0", "unknown_name", "unknown_name + 1", "'a' + 1", "max([])", "int('x')", "9**9**9", "'a'*1000000000", "1000000000*[1]", "len + 1", "range", "extruderValue(0)", "round(1, 2, 3)"} {
		f, err := compile(text)
		if err != nil {
			t.Errorf("compile(%s): %v", text, err)
			continue
		}
		if v, err := e.run(f); err == nil {
			t.Errorf("%s gives %v, want an error", text, v)
		}
	}
}

// A formula comes from an uploaded file or a form: whatever it says, it must
// end in a value or an error.
func FuzzFormula(f *testing.F) {
	for _, c := range python {
		f.Add(c[0])
	}
	f.Add("a**b[1](2)**-'x'**(")
	f.Add("+A00.A000(0)")
	f.Fuzz(func(t *testing.T, text string) {
		compiled, err := compile(text)
		if err != nil {
			return
		}
		_, _ = newEvaluator(&machine{settings: map[string]*properties{}, compile: compile}).run(compiled)
	})
}
