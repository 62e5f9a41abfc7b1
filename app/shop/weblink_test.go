package shop

import (
	"strings"
	"testing"
)

func TestWebLinks(t *testing.T) {
	for text, want := range map[string]string{
		" https://www.printables.com/model/1-clip?x=1#a ": "https://www.printables.com/model/1-clip?x=1#a",
		"printables.com/model/1":                          "https://printables.com/model/1",
		"http://example.com":                              "http://example.com",
		"":                                                "",
		"clip.stl please":                                 "",
		"a link":                                          "",
		"localhost":                                       "",
		"https://":                                        "",
		"javascript:alert(1)":                             "",
		"javascript://example.com/%0aalert(1)":            "",
		"file:///etc/passwd":                              "",
		"https://user:secret@example.com/":                "",
		"https://example.com/" + strings.Repeat("x", 500): "",
	} {
		got, err := CleanWebLink(text)
		if got != want || (err == nil) != (want != "") || (err != nil && (CodeOf(err) != "link_malformed" || FieldOf(err) != "link")) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
		if WebLink(got) != want {
			t.Errorf("%q is not known as a link", got)
		}
	}
	if name := CleanFileName("https://example.com/clip.stl"); WebLink(name) != "" {
		t.Errorf("a file is called %q", name)
	}
}
