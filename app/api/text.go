package api

import (
	"reflect"

	"buildplate/app/shop"
)

// How a text in a request's body is taken, by its field's tag "text": as one line where there is none.
const (
	textTag   = "text"
	textLines = "lines" // what may have several: reasons, notes, addresses
	textExact = "exact" // what is not for reading: passwords, tokens, keys
)

// cleanBody cleans the texts of a request's body, which a person typed: they hold no characters that nobody sees, or that have a page
// show something else than is there.
func cleanBody(in any) {
	if body := reflect.ValueOf(in).Elem().FieldByName("Body"); body.IsValid() {
		cleanTexts(body, "")
	}
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
