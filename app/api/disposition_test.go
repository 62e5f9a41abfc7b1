package api

import (
	"net/url"
	"strings"
	"testing"
)

func TestDisposition(t *testing.T) {
	for i, c := range []struct{ name, plain string }{
		{"clip.stl", "clip.stl"},
		{"Örtchen 3½.stl", "_rtchen 3_.stl"},
		{`a"b\c;d%41.stl`, `c_d_41.stl`}, // a backslash ends a folder's name on some machines
		{"../../etc/passwd", "passwd"},
		{"x\r\nSet-Cookie: a=b.stl", "xSet-Cookie: a=b.stl"},
		{"evil\u202egpj.exe", "evilgpj.exe"},
		{"日本.3mf", "__.3mf"},
		{"", "file"},
	} {
		said := disposition(c.name)
		plain, rest, _ := strings.Cut(strings.TrimPrefix(said, `attachment; filename="`), `"; filename*=UTF-8''`)
		whole, err := url.PathUnescape(rest)
		if plain != c.plain || err != nil || strings.ContainsAny(said, "\r\n") {
			t.Errorf("%q: %s", c.name, said)
		}
		if i < 2 && whole != c.name {
			t.Errorf("%q: the whole name is %q", c.name, whole)
		}
	}
}
