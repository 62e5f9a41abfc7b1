package profile

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// formula is one compiled expression. It is immutable and shared by every
// machine whose definition has the same text.
type formula struct {
	text     string
	constant *Value            // the expression is a literal
	setting  string            // the expression is one setting's name
	program  *starlark.Program // anything else; leaves its result in formulaResult
}

// maxFormula bounds what may be typed as a formula; Cura's longest has 1,900 bytes.
const maxFormula = 8 << 10

const (
	formulaResult = "result"
	// Calls that rewriting puts into expressions. Names cannot clash: Cura has
	// no setting that starts with an underscore.
	settingCall = "_setting"
	numberCall  = "_number"
	factorCall  = "_factor"
)

// What of Starlark's own functions and of its methods a formula may use: those
// Cura allows. Nothing here can loop or build without end.
var (
	plainFunctions = map[string]bool{
		"None": true, "True": true, "False": true,
		"abs": true, "all": true, "any": true, "bool": true, "float": true, "len": true, "str": true,
	}
	textMethods = map[string]bool{
		"lower": true, "upper": true, "capitalize": true, "startswith": true, "endswith": true,
	}
)

var formulas sync.Map // text -> *formula, for texts that come from embedded definitions

// compileShared compiles text once for all machines.
func compileShared(text string) (*formula, error) {
	if f, ok := formulas.Load(text); ok {
		return f.(*formula), nil
	}
	f, err := compile(text)
	if err != nil {
		return nil, err
	}
	shared, _ := formulas.LoadOrStore(text, f)
	return shared.(*formula), nil
}

// compileUploaded uses what is compiled already, and adds nothing: an upload
// must not grow what the process keeps.
func compileUploaded(text string) (*formula, error) {
	if f, ok := formulas.Load(text); ok {
		return f.(*formula), nil
	}
	return compile(text)
}

// compile reads a Python expression. The subset is Cura's: no comprehensions,
// lambdas, dictionaries or slices.
func compile(text string) (*formula, error) {
	f := &formula{text: text}
	src := strings.TrimSpace(text)
	if len(src) > maxFormula {
		return nil, fmt.Errorf("the formula is longer than %d characters", maxFormula)
	}
	src, err := rewritePowers(src)
	if err != nil {
		return nil, err
	}
	options := &syntax.FileOptions{}
	expr, err := options.ParseExpr("formula", src, 0)
	if err != nil {
		return nil, fmt.Errorf("the formula %q cannot be read: %w", text, plainSyntaxError(err))
	}
	if v, ok := literal(expr); ok {
		f.constant = &v
		return f, nil
	}
	if id, ok := expr.(*syntax.Ident); ok && !predeclared.Has(id.Name) {
		f.setting = id.Name
		return f, nil
	}
	expr, err = rewrite(expr)
	if err != nil {
		return nil, fmt.Errorf("the formula %q cannot be used: %w", text, err)
	}
	file := &syntax.File{Path: "formula", Options: options, Stmts: []syntax.Stmt{
		&syntax.AssignStmt{Op: syntax.EQ, LHS: &syntax.Ident{Name: formulaResult}, RHS: expr},
	}}
	f.program, err = starlark.FileProgram(file, predeclared.Has)
	if err != nil {
		return nil, fmt.Errorf("the formula %q cannot be used: %w", text, err)
	}
	return f, nil
}

// plainSyntaxError drops the position, which counts in the rewritten text.
func plainSyntaxError(err error) error {
	if se, ok := errors.AsType[syntax.Error](err); ok {
		return errors.New(se.Msg)
	}
	return err
}

// literal returns the value of a number, text, True, False or None.
func literal(e syntax.Expr) (Value, bool) {
	switch e := e.(type) {
	case *syntax.ParenExpr:
		return literal(e.X)
	case *syntax.Literal:
		switch v := e.Value.(type) {
		case int64:
			return intValue(v), true
		case float64:
			return floatValue(v), true
		case string:
			return textValue(v), e.Token == syntax.STRING
		}
	case *syntax.Ident:
		switch e.Name {
		case "True", "False":
			return boolValue(e.Name == "True"), true
		case "None":
			return Value{}, true
		}
	case *syntax.UnaryExpr:
		v, ok := literal(e.X)
		if ok && e.Op == syntax.MINUS && v.kind == KindInt {
			return intValue(-v.int), true
		}
		if ok && e.Op == syntax.MINUS && v.kind == KindFloat {
			return floatValue(-v.num), true
		}
	}
	return Value{}, false
}

// rewrite turns the names of settings into calls, so that only those a formula
// really needs are evaluated, and makes truth count as 0 and 1 in arithmetic
// and comparisons, as in Python.
func rewrite(e syntax.Expr) (syntax.Expr, error) {
	var err error
	child := func(x syntax.Expr) syntax.Expr {
		if err != nil || x == nil {
			return x
		}
		out, e := rewrite(x)
		if e != nil {
			err = e
			return x
		}
		return out
	}
	children := func(list []syntax.Expr) {
		for i := range list {
			list[i] = child(list[i])
		}
	}
	switch x := e.(type) {
	case *syntax.Literal:
	case *syntax.Ident:
		if !predeclared.Has(x.Name) && !plainFunctions[x.Name] {
			name := &syntax.Literal{Token: syntax.STRING, Value: x.Name, TokenPos: x.NamePos}
			return call(settingCall, x.NamePos, name), nil
		}
	case *syntax.ParenExpr:
		x.X = child(x.X)
	case *syntax.DotExpr:
		if id, ok := x.X.(*syntax.Ident); ok && id.Name == "math" {
			return e, nil
		}
		if !textMethods[x.Name.Name] {
			return nil, fmt.Errorf("there is no function called %s", x.Name.Name)
		}
		x.X = child(x.X)
	case *syntax.UnaryExpr:
		x.X = child(x.X)
		if x.Op != syntax.NOT {
			x.X = number(x.X)
		}
	case *syntax.BinaryExpr:
		x.X, x.Y = child(x.X), child(x.Y)
		switch x.Op {
		case syntax.AND, syntax.OR, syntax.IN, syntax.NOT_IN:
		case syntax.EQ:
			return nil, errors.New("a function cannot be given named values here")
		case syntax.STAR:
			x.X, x.Y = factor(x.X), factor(x.Y)
		default:
			x.X, x.Y = number(x.X), number(x.Y)
		}
	case *syntax.CondExpr:
		x.Cond, x.True, x.False = child(x.Cond), child(x.True), child(x.False)
	case *syntax.CallExpr:
		if id, ok := x.Fn.(*syntax.Ident); !ok {
			x.Fn = child(x.Fn)
		} else if !predeclared.Has(id.Name) && !plainFunctions[id.Name] {
			return nil, fmt.Errorf("there is no function called %s", id.Name)
		}
		children(x.Args)
	case *syntax.ListExpr:
		children(x.List)
	case *syntax.TupleExpr:
		children(x.List)
	case *syntax.IndexExpr:
		x.X, x.Y = child(x.X), child(x.Y)
	default:
		return nil, errors.New("only plain expressions are allowed")
	}
	return e, err
}

// number wraps an operand that may be a truth value.
func number(e syntax.Expr) syntax.Expr { return wrap(numberCall, e) }

// factor wraps an operand of a product: only numbers are multiplied.
func factor(e syntax.Expr) syntax.Expr { return wrap(factorCall, e) }

func wrap(function string, e syntax.Expr) syntax.Expr {
	if l, ok := e.(*syntax.Literal); e == nil || ok && l.Token != syntax.STRING {
		return e
	}
	pos, _ := e.Span()
	return call(function, pos, e)
}

func call(name string, pos syntax.Position, args ...syntax.Expr) *syntax.CallExpr {
	return &syntax.CallExpr{Fn: &syntax.Ident{Name: name, NamePos: pos}, Lparen: pos, Args: args, Rparen: pos}
}
