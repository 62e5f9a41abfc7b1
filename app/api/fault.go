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
// a message in which %[1]s is the value's name and %[2]s what was asked of it.
type fault struct {
	expected *regexp.Regexp // huma's words; its first group becomes %[2]s
	code     string
	message  string
}

// faults are tried in this order; the last one fits everything.
var faults = []fault{
	{regexp.MustCompile(`^expected required property (\S+) to be present`), "value_missing", "Fill in %[1]s."},
	{regexp.MustCompile(`^unexpected property`), "value_unknown", "There is no %[1]s to be set here."},
	{regexp.MustCompile(`^expected value to be one of`), "value_not_offered", "Choose one of what is offered for %[1]s."},
	{regexp.MustCompile(`^expected number >=? (\S+)`), "value_out_of_range", "Check %[1]s: it has to be at least %[2]s."},
	{regexp.MustCompile(`^expected number <=? (\S+)`), "value_out_of_range", "Check %[1]s: it can be at most %[2]s."},
	{regexp.MustCompile(`^required \w+ parameter is missing`), "value_missing", "Fill in %[1]s."},
	{regexp.MustCompile(`^expected length >= 1$`), "value_missing", "Fill in %[1]s."},
	{regexp.MustCompile(`^expected length >= (\d+)`), "value_too_short", "Check %[1]s: write at least %[2]s letters."},
	{regexp.MustCompile(`^expected length <= (\d+)`), "value_too_long", "Check %[1]s: write at most %[2]s letters."},
	{regexp.MustCompile(`^expected array length >= (\d+)`), "value_too_short", "Check %[1]s: choose at least %[2]s."},
	{regexp.MustCompile(`^expected array length <= (\d+)`), "value_too_long", "Check %[1]s: choose at most %[2]s."},
	{regexp.MustCompile(`^expected string to be ` + decimalNumber), "value_malformed", "Check %[1]s: write a number with a point, like 3 or 0.08."},
	{regexp.MustCompile(`^expected number$`), "value_malformed", "Check %[1]s: it has to be a number, like 7.5."},
	{regexp.MustCompile(`^expected integer$`), "value_malformed", "Check %[1]s: it has to be a whole number, like 7."},
	{regexp.MustCompile(``), "value_malformed", "Check %[1]s: it cannot be read as it is written."},
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

// nameOf is a field's name in a message.
func nameOf(field string) string {
	name := field[strings.LastIndexByte(field, '.')+1:]
	if cut := strings.IndexByte(name, '['); cut >= 0 {
		name = name[:cut]
	}
	if name == "" {
		return "what was entered"
	}
	return strings.ReplaceAll(name, "_", " ")
}

// humaProblem is what huma makes of its own errors: a request that does not fit the types.
func humaProblem(status int, _ string, errs ...error) huma.StatusError {
	p := newProblem(status, "")
	if status == http.StatusBadRequest {
		unread := shop.Invalidf("body_malformed", "", "The request could not be read: it is not the JSON that belongs here.")
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
