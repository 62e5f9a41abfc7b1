package api

import (
	"cmp"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
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

// A body is cleaned wherever its texts are: beside, in lists, behind pointers, and in what is embedded.
func TestCleanBody(t *testing.T) {
	type inner struct {
		Line  string `json:"line"`
		Lines string `json:"lines" text:"lines"`
	}
	type word string
	in := struct {
		ID   string
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
	}{ID: "a\u200b"}
	dirty := inner{" B\u200b3\n\x00", " a\u202e\r\nb "}
	clean := inner{"B3", "a\nb"}
	b := &in.Body
	b.inner, b.Inner = dirty, Inner{" C\u200b4 "}
	b.Exact, b.Word, b.To, b.All, b.Notes = " p\u200bq ", " w\x07 ", &inner{dirty.Line, dirty.Lines}, []inner{dirty, dirty}, []string{" x\ny\ufeff"}
	cleanBody(&in)
	if in.ID != "a\u200b" || b.Exact != " p\u200bq " {
		t.Errorf("%q and %q are taken as they are", in.ID, b.Exact)
	}
	if b.Word != "w" || b.inner != clean || *b.To != clean || b.All[0] != clean || b.All[1] != clean || b.Notes[0] != "x\ny" || b.Text != "C4" {
		t.Errorf("%+v", in.Body)
	}
}

// Inner is embedded in a body.
type Inner struct {
	Text string `json:"text"`
}
