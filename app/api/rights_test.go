package api_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"buildplate/app/api"
)

// withoutUseCase are the rows whose permission nobody but the door asks for, with the reason.
var withoutUseCase = map[string]string{
	"GET /api/auth/me":       "it says who asks",
	"GET " + staffEventsPath: "a stream of what is told to all who work here",
	"GET " + cartEventsPath:  "a stream, whose reply begins before its use case is asked for the cart",
}

// Every route with a permission, asked by whoever lacks it while the doors ask nobody: the use case refuses by itself,
// with the same status.
func TestUseCasesRefuseByThemselves(t *testing.T) {
	t.Parallel()
	a, actors := newAsking(t)
	_, settings := a.ask(a.shop, "GET", "/api/settings", "", a.asAdmin())
	valid, known := newBodies(t), map[string]string{"PUT /api/settings": settings}
	refused := map[string]int{}
	a.Server.LetEverybodyIn()
	for _, row := range api.Routes() {
		name := row.Method + " " + row.Path
		if _, its := withoutUseCase[name]; its || row.Permission == "" {
			continue
		}
		for _, who := range actors {
			want := refusal(row, who, row.Doors[0])
			if want == 0 {
				continue
			}
			a.Server.ForgetVisits()
			body := known[name]
			if body == "" {
				body = valid.of(name)
			}
			res, text := a.asWith(row, who, row.Doors[0], a.path(row, who, false), body)
			refused[name]++
			if res.StatusCode != want {
				t.Errorf("%s as %s: %d %s, want %d of the use case", name, who.name, res.StatusCode, text, want)
			}
		}
	}
	for name := range withoutUseCase {
		if !slices.ContainsFunc(api.Routes(), func(r api.Route) bool { return r.Method+" "+r.Path == name }) {
			t.Errorf("%s is excepted and is no route", name)
		}
	}
	if len(refused) < 50 {
		t.Errorf("only %d routes refused anybody", len(refused))
	}
}

// schema is what the API's description says of a value, as far as making one goes.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Enum       []any              `json:"enum"`
	Format     string             `json:"format"`
	Items      *schema            `json:"items"`
	MinItems   int                `json:"minItems"`
	MinLength  int                `json:"minLength"`
	Minimum    float64            `json:"minimum"`
}

// validBodies makes for each route the smallest body that its description lets pass.
type validBodies struct {
	t       *testing.T
	bodies  map[string]*schema // by method and path
	schemas map[string]*schema
}

func newBodies(t *testing.T) *validBodies {
	t.Helper()
	text, err := api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var described struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Schema *schema }
			}
		}
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	v := &validBodies{t: t, bodies: map[string]*schema{}, schemas: described.Components.Schemas}
	for path, methods := range described.Paths {
		for method, op := range methods {
			if body, ok := op.RequestBody.Content["application/json"]; ok {
				v.bodies[strings.ToUpper(method)+" "+path] = body.Schema
			}
		}
	}
	return v
}

// of is a route's body; "" for one that takes none.
func (v *validBodies) of(route string) string {
	v.t.Helper()
	body, ok := v.bodies[route]
	if !ok {
		return ""
	}
	text, err := json.Marshal(v.value(body))
	if err != nil {
		v.t.Fatal(err)
	}
	return string(text)
}

func (v *validBodies) value(s *schema) any {
	if s.Ref != "" {
		s = v.schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	is := s.Type
	if either, ok := is.([]any); ok { // a type, or null
		is = either[0]
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case is == "object":
		all := map[string]any{}
		for name, of := range s.Properties {
			if slices.Contains(s.Required, name) {
				all[name] = v.value(of)
			}
		}
		return all
	case is == "array":
		all := []any{}
		for range s.MinItems {
			all = append(all, v.value(s.Items))
		}
		return all
	case is == "string" && s.Format == "email":
		return "somebody@example.com"
	case is == "string":
		return strings.Repeat("a", s.MinLength)
	case is == "integer", is == "number":
		return s.Minimum
	case is == "boolean":
		return false
	}
	v.t.Fatalf("no value of %+v", s)
	return nil
}
