package api

import (
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"

	"buildplate/app/cart"
	"buildplate/app/event"
	"buildplate/app/shop"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// humaConfig is huma without what reaches outside: no docs page that loads a script from elsewhere, no schema links.
func humaConfig(version string) huma.Config {
	conf := huma.DefaultConfig("Buildplate", version)
	conf.DocsPath, conf.SchemasPath, conf.OpenAPIPath, conf.CreateHooks = "", "", "", nil
	conf.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", nameSchema)
	conf.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[shop.Rate](), reflect.TypeFor[decimal]())
	conf.Info.Description = "Money is integer cents, times are unix milliseconds in UTC, lengths are millimetres, ids are UUIDs. Uploads (tus 1.0), meshes, downloads and event streams are not described here."
	return conf
}

// decimal describes an exact decimal, so that one that cannot be read is found out before it is decoded: decoding knows of no field.
type decimal string

// Schema is a string of digits with a point.
func (decimal) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,6})?$`, PatternDescription: decimalNumber}
}

// decimalNumber is what huma says was expected of a rate.
const decimalNumber = "a decimal number"

// nameSchema names a type's schema: as in Go, but the view of a package bears the package's name, so cart.View is CartView.
func nameSchema(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if name == "View" || name == "ListView" {
		pkg := path.Base(t.PkgPath())
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
}

// describeStreams adds what pages are told over the event streams, which OpenAPI does not describe: StaffEvents and
// CartEvents, each an object from the name of an event to its data, which the pages' types are made from.
func describeStreams(api huma.API) {
	staff := map[string]reflect.Type{}
	for _, e := range event.All {
		if slices.Contains(e.Topics(), event.Staff) {
			staff[e.Name()] = reflect.TypeOf(e)
		}
	}
	schemas := api.OpenAPI().Components.Schemas
	schemas.Map()["StaffEvents"] = streamSchema(schemas, staff)
	schemas.Map()["CartEvents"] = streamSchema(schemas, map[string]reflect.Type{cartEvent: reflect.TypeFor[cart.View]()})
}

func streamSchema(schemas huma.Registry, events map[string]reflect.Type) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, Required: slices.Sorted(maps.Keys(events))}
	for name, data := range events {
		s.Properties[name] = schemas.Schema(data, true, name)
	}
	return s
}

// OpenAPI is the description (3.1) of every typed route, the same bytes for the same source: it is kept as a file that
// the pages' types are made from. The version in it is fixed, so that a release does not change it.
func OpenAPI() ([]byte, error) {
	return json.MarshalIndent(New(Deps{Version: "1"}).shop.huma.OpenAPI(), "", "  ")
}

func openAPI(d *door, c *fiber.Ctx) error {
	body, err := json.Marshal(d.huma.OpenAPI())
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/openapi+json")
	return c.Send(body)
}

// docs is a page to read the table of routes by, without script or anything from outside.
func docs(d *door, c *fiber.Ctx) error {
	api := d.huma.OpenAPI()
	type entry struct {
		Route
		Takes, Gives string
	}
	var entries []entry
	for _, row := range Routes() {
		e := entry{Route: row}
		if item := api.Paths[row.Path]; item != nil {
			if op := operation(item, row.Method); op != nil {
				if op.RequestBody != nil {
					e.Takes = schemaName(op.RequestBody.Content["application/json"])
				}
				if ok := op.Responses["200"]; ok != nil {
					e.Gives = schemaName(ok.Content["application/json"])
				}
			}
		}
		entries = append(entries, e)
	}
	type schema struct{ Name, JSON string }
	var schemas []schema
	for name, s := range api.Components.Schemas.Map() {
		text, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			return err
		}
		schemas = append(schemas, schema{name, string(text)})
	}
	slices.SortFunc(schemas, func(a, b schema) int { return strings.Compare(a.Name, b.Name) })
	c.Status(http.StatusOK)
	return sendTemplate(c, docsTemplate, map[string]any{"Style": template.CSS(noteStyle), "Rows": entries, "Schemas": schemas, "Info": api.Info})
}

func operation(item *huma.PathItem, method string) *huma.Operation {
	switch method {
	case http.MethodGet:
		return item.Get
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	}
	return nil
}

func schemaName(m *huma.MediaType) string {
	if m == nil || m.Schema == nil {
		return ""
	}
	return m.Schema.Ref[strings.LastIndexByte(m.Schema.Ref, '/')+1:]
}

var docsTemplate = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Buildplate API</title><style>{{.Style}}</style><body class="wide"><h1>Buildplate API</h1><p>{{.Info.Description}}</p>
<p>For tools: <a href="/api/openapi.json">openapi.json</a></p>
<table><thead><tr><th>Method<th>Path<th>What<th>Doors<th>Roles<th>Takes<th>Gives</tr></thead><tbody>
{{range .Rows}}<tr><td>{{.Method}}<td><code>{{.Path}}</code><td>{{.Summary}}<td>{{range .Doors}}{{.}} {{end}}<td>{{range .Roles}}{{.}} {{end}}
<td>{{with .Takes}}<a href="#{{.}}">{{.}}</a>{{end}}<td>{{with .Gives}}<a href="#{{.}}">{{.}}</a>{{end}}</tr>
{{end}}</tbody></table><h2>Types</h2>
{{range .Schemas}}<details id="{{.Name}}"><summary><code>{{.Name}}</code></summary><pre>{{.JSON}}</pre></details>
{{end}}</body></html>
`))
