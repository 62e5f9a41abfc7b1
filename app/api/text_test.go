package api

import (
	"cmp"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// texts are the texts in a type, each with how it is taken.
func texts(t reflect.Type, path, how string, seen []reflect.Type) (all []string) {
	if t.Kind() == reflect.Struct && slices.Contains(seen, t) {
		return nil
	}
	seen = append(slices.Clone(seen), t)
	switch t.Kind() {
	case reflect.Pointer:
		return texts(t.Elem(), path, how, seen)
	case reflect.Slice:
		return texts(t.Elem(), path+"[]", how, seen)
	case reflect.Struct:
		for i := range t.NumField() {
			field := t.Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			switch {
			case !field.IsExported() && !field.Anonymous || name == "-" || field.Tag.Get("readOnly") != "" || field.Tag.Get("enum") != "":
			case field.Anonymous && name == "":
				all = append(all, texts(field.Type, path, "", seen)...)
			default:
				all = append(all, texts(field.Type, path+"."+name, field.Tag.Get(textTag), seen)...)
			}
		}
	case reflect.String:
		return []string{path + " " + cmp.Or(how, "line")}
	}
	return all
}

// Every text that a request may hold is listed with how it is taken, so that nobody forgets to say it of a new one: as one line,
// with its lines, or exactly as it is, which is only for what is never shown. BUILDPLATE_UPDATE=1 writes the list.
func TestEveryTextIsClean(t *testing.T) {
	list := []string{}
	for where, in := range New(Deps{Version: "1"}).shop.requests {
		body, ok := in.FieldByName("Body")
		if !ok {
			continue
		}
		for _, text := range texts(body.Type, "", "", nil) {
			list = append(list, where+" "+text)
			field, how, _ := strings.Cut(text[strings.LastIndex(text, ".")+1:], " ")
			if secret := slices.Contains([]string{"password", "current", "token", "secret_key", "webhook_secret"}, field); secret != (how == textExact) {
				t.Errorf("%s%s is taken as %s", where, text, how)
			}
			if !slices.Contains([]string{"line", textLines, textExact}, how) {
				t.Errorf("%s%s is taken in no known way", where, text)
			}
		}
	}
	slices.Sort(list)
	got := strings.Join(list, "\n") + "\n"
	path := filepath.Join("testdata", "texts.txt")
	if os.Getenv("BUILDPLATE_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) || len(list) < 80 {
		t.Errorf("the texts of requests are others than in %s: look at each, then BUILDPLATE_UPDATE=1 go test ./app/api -run EveryText", path)
	}
}

// What the path and the query of any request say has a most length and is cleaned, in every route.
func TestEveryParamIsClean(t *testing.T) {
	const dirty, clean = " \u202ea\u200b\x00\tb\n", "a b"
	params := 0
	var fill func(where string, v reflect.Value)
	fill = func(where string, v reflect.Value) {
		for i := range v.NumField() {
			field := v.Type().Field(i)
			switch name := paramOf(field); {
			case field.Anonymous && field.Type.Kind() == reflect.Struct:
				fill(where, v.Field(i))
			case name == "" || field.Type.Kind() != reflect.String:
				if k := field.Type.Kind(); name != "" && (k == reflect.Slice || k == reflect.Map || k == reflect.Struct || k == reflect.Pointer) {
					t.Errorf("%s: %s is of a kind that this test does not look into", where, name)
				}
			default:
				params++
				if field.Tag.Get("maxLength") == "" && field.Tag.Get("enum") == "" {
					t.Errorf("%s: %s may be of any length", where, name)
				}
				if got := v.Field(i).String(); got != "" && got != clean {
					t.Errorf("%s: %s is taken as %q", where, name, got)
				}
				v.Field(i).SetString(dirty)
				if field.Tag.Get("path") != "" { // which comes as it was sent
					v.Field(i).SetString(url.PathEscape(dirty))
				}
			}
		}
	}
	for where, in := range New(Deps{Version: "1"}).shop.requests {
		request := reflect.New(in)
		fill(where, request.Elem())
		cleanRequest(request.Interface())
		fill(where, request.Elem())
	}
	if params < 100 {
		t.Errorf("only %d were looked at", params)
	}
}

// Routes that read their path themselves have it cleaned, too, and nothing that is longer than any.
func TestParamIsClean(t *testing.T) {
	app := fiber.New()
	got := ""
	app.Get("/f/:signed", func(c *fiber.Ctx) error {
		got = param(c, "signed")
		return nil
	})
	for path, want := range map[string]string{
		"a\u200bb": "ab", "a%E2%80%8Bb": "ab", "%e2%80%aea%00": "a", "a%20b%0a": "a b", "a%252Eb": "a%2Eb", "..%2F..%5cb": "..%2F..%5cb",
		"plain": "plain", strings.Repeat("x", maxParam): strings.Repeat("x", maxParam), strings.Repeat("x", maxParam+1): "",
	} {
		res, err := app.Test(httptest.NewRequest("GET", "/f/"+path, nil))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if got != want {
			t.Errorf("%.20q is taken as %.20q, want %.20q", path, got, want)
		}
	}
}

// What is escaped in no known way is no text that somebody meant.
func TestAPathThatIsEscapedWrongly(t *testing.T) {
	for _, part := range []string{"100%", "%zz", "a%2"} {
		if got := unescaped(part); got != part {
			t.Errorf("%q is taken as %q", part, got)
		}
	}
}

// A body is cleaned wherever its texts are: beside, in lists, behind pointers, and in what is embedded.
func TestARequestIsClean(t *testing.T) {
	type inner struct {
		Line  string `json:"line"`
		Lines string `json:"lines" text:"lines"`
	}
	type word string
	in := struct {
		ID   string `path:"id"`
		Etag string `header:"If-Match"`
		Body struct {
			inner
			Inner
			Exact string `json:"password" text:"exact"`
			Word  word   `json:"word"`
			To    *inner `json:"to"`
			None  *inner `json:"none"`
			All   []inner
			Notes []string `text:"lines"`
			Shown map[string]string
		}
	}{ID: "a%E2%80%8B", Etag: "a\u200b"}
	dirty := inner{" B\u200b3\n\x00", " a\u202e\r\nb "}
	clean := inner{"B3", "a\nb"}
	b := &in.Body
	b.inner, b.Inner = dirty, Inner{" C\u200b4 "}
	b.Exact, b.Word, b.To, b.All, b.Notes = " p\u200bq ", " w\x07 ", &inner{dirty.Line, dirty.Lines}, []inner{dirty, dirty}, []string{" x\ny\ufeff"}
	cleanRequest(&in)
	if in.ID != "a" || in.Etag != "a\u200b" || b.Exact != " p\u200bq " {
		t.Errorf("%q, %q and %q", in.ID, in.Etag, b.Exact)
	}
	if b.Word != "w" || b.inner != clean || *b.To != clean || b.All[0] != clean || b.All[1] != clean || b.Notes[0] != "x\ny" || b.Text != "C4" {
		t.Errorf("%+v", in.Body)
	}
}

// Inner is embedded in a body.
type Inner struct {
	Text string `json:"text"`
}
