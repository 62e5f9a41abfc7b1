package api

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

func TestOpenAPI(t *testing.T) {
	first, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	second, err := OpenAPI()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the description differs from time to time (%v)", err)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(first, &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatalf("version %q: %v", doc.OpenAPI, err)
	}
	seen := map[string]bool{}
	typedRows := 0
	for _, row := range Routes() {
		if row.Summary == "" {
			continue
		}
		typedRows++
		op, ok := doc.Paths[row.Path][strings.ToLower(row.Method)]
		if !ok || seen[op.OperationID] {
			t.Errorf("%s %s is not described, or its name %q is taken", row.Method, row.Path, op.OperationID)
		}
		seen[op.OperationID] = true
		// What the handler does not read of the path would be empty to it.
		for _, name := range pathParam.FindAllStringSubmatch(row.Path, -1) {
			if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.In == "path" && p.Name == name[1] }) {
				t.Errorf("%s %s does not read {%s}", row.Method, row.Path, name[1])
			}
		}
	}
	if typedRows < 35 {
		t.Errorf("only %d typed routes", typedRows)
	}
	var rate struct {
		Properties map[string]struct{ Type any }
	}
	if err := json.Unmarshal(doc.Components.Schemas["PricingView"], &rate); err != nil || rate.Properties["machine_per_hour"].Type != "string" || rate.Properties["materials"].Type != "array" {
		t.Errorf("rates are not strings, or lists may be null: %s", doc.Components.Schemas["PricingView"])
	}
	if strings.Contains(string(first), "$schema") || strings.Contains(string(first), "http://") {
		t.Error("the description leads outside")
	}
}

// What names a version that a change was made from is refused without it, and the description says so.
func TestVersionsAreRequired(t *testing.T) {
	text, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	type schema struct {
		Ref        string             `json:"$ref"`
		Properties map[string]*schema `json:"properties"`
		Items      *schema            `json:"items"`
		Required   []string           `json:"required"`
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name     string
				Required bool
			}
			RequestBody struct {
				Content map[string]struct{ Schema *schema }
			}
		}
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	named := 0
	var look func(route string, s *schema)
	look = func(route string, s *schema) {
		if s == nil {
			return
		}
		if s.Ref != "" {
			s = doc.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
		}
		for name, of := range s.Properties {
			if name == "version" {
				if named++; !slices.Contains(s.Required, name) {
					t.Errorf("%s does not say that it needs a version", route)
				}
			}
			look(route, of)
		}
		look(route, s.Items)
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			for _, p := range op.Parameters {
				if p.Name == "version" {
					if named++; !p.Required {
						t.Errorf("%s %s does not say that it needs a version", method, path)
					}
				}
			}
			look(method+" "+path, op.RequestBody.Content["application/json"].Schema)
		}
	}
	if named < 25 {
		t.Errorf("only %d versions were found", named)
	}
}
