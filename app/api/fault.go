package api

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"buildplate/app/shop"

	"github.com/danielgtaylor/huma/v2"
)

// fault is what is wrong with a value of a request that does not fit its type: a code that keeps its meaning for ever, and
// a message that %[1]s, the value's name, begins, and in which %[2]s is what was asked of it.
type fault struct {
	expected *regexp.Regexp // huma's words; its first group becomes %[2]s
	code     string
	message  string
}

// faults are tried in this order; the last one fits everything.
var faults = []fault{
	{regexp.MustCompile(`^expected required property (\S+) to be present`), "value_missing", "%[1]s: fill this in."},
	{regexp.MustCompile(`^unexpected property`), "value_unknown", "%[1]s: this cannot be set here."},
	{regexp.MustCompile(`^expected value to be one of`), "value_not_offered", "%[1]s: choose one of the options."},
	{regexp.MustCompile(`^expected number >=? (\S+)`), "value_out_of_range", "%[1]s: enter %[2]s or more."},
	{regexp.MustCompile(`^expected number <=? (\S+)`), "value_out_of_range", "%[1]s: enter %[2]s or less."},
	{regexp.MustCompile(`^required \w+ parameter is missing`), "value_missing", "%[1]s: fill this in."},
	{regexp.MustCompile(`^expected length >= 1$`), "value_missing", "%[1]s: fill this in."},
	{regexp.MustCompile(`^expected length >= (\d+)`), "value_too_short", "%[1]s: enter at least %[2]s characters."},
	{regexp.MustCompile(`^expected length <= (\d+)`), "value_too_long", "%[1]s: enter at most %[2]s characters."},
	{regexp.MustCompile(`^expected array length >= (\d+)`), "value_too_short", "%[1]s: choose at least %[2]s."},
	{regexp.MustCompile(`^expected array length <= (\d+)`), "value_too_long", "%[1]s: choose at most %[2]s."},
	{regexp.MustCompile(`^expected string to be ` + decimalNumber), "value_malformed", "%[1]s: enter a number with a point, like 3 or 0.08."},
	{regexp.MustCompile(`^expected number$`), "value_malformed", "%[1]s: enter a number, like 7.5."},
	{regexp.MustCompile(`^expected integer$`), "value_malformed", "%[1]s: enter a whole number, like 7."},
	{regexp.MustCompile(``), "value_malformed", "%[1]s: this could not be read."},
}

// structField finds the field in what Go's JSON says of a value that does not fit.
var structField = regexp.MustCompile(`Go struct field [^. ]*\.([A-Za-z0-9_.]+) of type`)

// embedded is the name of a Go type within such a field: ours begin with a small letter.
var embedded = regexp.MustCompile(`\b[A-Z]\w*\.`)

// explain words what huma found wrong with a request, in the problem for its status.
func explain(p *Problem, at *huma.ErrorDetail) {
	_, field, _ := strings.Cut(at.Location, ".")
	if field == "" { // the body as a whole, or a property at its top that is not there
		if m := structField.FindStringSubmatch(at.Message); m != nil {
			field = embedded.ReplaceAllString(m[1], "")
		}
	}
	for _, f := range faults {
		m := f.expected.FindStringSubmatch(at.Message)
		if m == nil {
			continue
		}
		asked := m[len(m)-1]
		if f.code == "value_missing" && len(m) > 1 {
			field = strings.TrimPrefix(field+"."+asked, ".")
		}
		p.Code, p.Field = f.code, field
		p.Detail = strings.NewReplacer("%[1]s", nameOf(field), "%[2]s", asked).Replace(f.message)
		return
	}
}

// nameOf is a field's name at the beginning of a message.
func nameOf(field string) string {
	name := field[strings.LastIndexByte(field, '.')+1:]
	if cut := strings.IndexByte(name, '['); cut >= 0 {
		name = name[:cut]
	}
	if name == "" {
		return "Your entry"
	}
	name = strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(name[:1]) + name[1:]
}

// humaProblem is what huma makes of its own errors: a request that does not fit the types.
func humaProblem(status int, _ string, errs ...error) huma.StatusError {
	p := newProblem(status, "")
	if status == http.StatusBadRequest {
		unread := shop.Invalidf("body_malformed", "", "The request could not be read. It has to be valid JSON.")
		p.Code, p.Detail = string(unread.Code), unread.Message
	}
	if status < http.StatusBadRequest || status >= http.StatusInternalServerError {
		return p
	}
	var fields []FieldProblem
	for _, err := range errs {
		var d huma.ErrorDetailer
		if err == nil || !errors.As(err, &d) {
			continue
		}
		at := d.ErrorDetail()
		if where, _, _ := strings.Cut(at.Location, "."); where == "path" {
			return newProblem(http.StatusNotFound, "")
		}
		if status != http.StatusUnprocessableEntity {
			break
		}
		one := newProblem(status, "")
		explain(one, at)
		if len(fields) == 0 {
			p.Code, p.Field, p.Detail = one.Code, one.Field, one.Detail
		}
		if !slices.ContainsFunc(fields, func(f FieldProblem) bool { return f.Field == one.Field }) {
			fields = append(fields, FieldProblem{one.Field, one.Code, one.Detail})
		}
	}
	if len(fields) > 1 {
		p.Errors = fields
	}
	return p
}
