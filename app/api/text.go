package api

import (
	"net/url"
	"reflect"
	"strings"

	"buildplate/app/shop"

	"github.com/gofiber/fiber/v2"
)

// How a text in a request's body is taken, by its field's tag "text": as one line where there is none.
const (
	textTag   = "text"
	textLines = "lines" // what may have several: reasons, notes, addresses
	textExact = "exact" // what is not for reading: passwords, tokens, keys
)

// cleanRequest cleans the texts of a request, which a person may have typed: they hold no characters that nobody sees, or that
// have a page show something else than is there. What its path and query say is one line each.
func cleanRequest(in any) {
	v := reflect.ValueOf(in).Elem()
	cleanParams(v)
	if body := v.FieldByName("Body"); body.IsValid() {
		cleanTexts(body, "")
	}
}

// paramOf is what a field of a request takes from the path or the query, by its name there; "" for nothing of them.
func paramOf(field reflect.StructField) string {
	if name := field.Tag.Get("path"); name != "" {
		return name
	}
	return field.Tag.Get("query")
}

func cleanParams(v reflect.Value) {
	for i := range v.NumField() {
		switch field := v.Type().Field(i); {
		case field.Anonymous && field.Type.Kind() == reflect.Struct:
			cleanParams(v.Field(i))
		case paramOf(field) != "":
			if f := v.Field(i); field.Tag.Get("path") != "" && f.Kind() == reflect.String {
				f.SetString(unescaped(f.String()))
			}
			cleanTexts(v.Field(i), "")
		}
	}
}

// maxParam is the most bytes that a part of a path may have: the longest is a signature.
const maxParam = 1000

// param is what a path says, cleaned, for the routes that read it themselves; "" where it is longer than any.
func param(c *fiber.Ctx, name string) string {
	text := c.Params(name)
	if len(text) > maxParam {
		return ""
	}
	return shop.CleanLine(unescaped(text))
}

// unescaped is a part of a path as whoever sent it meant it: it comes as it was sent, in which any character may be escaped. One
// that would be several parts, or is escaped in no known way, stays as it is.
func unescaped(part string) string {
	text, err := url.PathUnescape(part)
	if err != nil || strings.ContainsAny(text, `/\`) {
		return part
	}
	return text
}

func cleanTexts(v reflect.Value, how string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			cleanTexts(v.Elem(), how)
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanTexts(v.Index(i), how)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() || field.Anonymous {
				cleanTexts(v.Field(i), field.Tag.Get(textTag))
			}
		}
	case reflect.String:
		switch {
		case !v.CanSet() || how == textExact:
		case how == textLines:
			v.SetString(shop.CleanText(v.String()))
		default:
			v.SetString(shop.CleanLine(v.String()))
		}
	default: // no text; a map of texts is only shown
	}
}
