package mesh

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

type xmlAttr struct{ name, value []byte }

// readTag reads <name a="b">, <name/> or </name>, which begins at pos.
func (x *xmlReader) readTag() (xmlToken, error) {
	tag, err := x.wholeTag()
	if err != nil {
		return 0, err
	}
	if tag[1] == '/' {
		name := bytes.TrimRight(tag[2:len(tag)-1], " \t\r\n")
		if len(x.starts) == 0 || !bytes.Equal(name, x.open[x.starts[len(x.starts)-1]:]) {
			return 0, x.damaged("elements overlap")
		}
		x.pop()
		x.name = local(name)
		return xmlEnd, nil
	}
	body := tag[1 : len(tag)-1]
	if body[len(body)-1] == '/' {
		body = body[:len(body)-1]
		x.closed = true
	}
	n := 0
	for n < len(body) && !xmlSpace(body[n]) {
		n++
	}
	if n == 0 {
		return 0, x.damaged("an element has no name")
	}
	if x.seen && len(x.starts) == 0 {
		return 0, x.damaged("something follows the end")
	}
	if len(x.starts) >= x.depth {
		return 0, x.unsafe("elements are nested too deeply")
	}
	x.seen = true
	x.starts = append(x.starts, len(x.open))
	x.open = append(x.open, body[:n]...)
	x.name = local(body[:n])
	return xmlStart, x.readAttributes(body[n:])
}

// wholeTag returns the bytes from '<' to '>', which may not stand in quotes.
func (x *xmlReader) wholeTag() ([]byte, error) {
	i, quote := 1, byte(0)
	for {
		for ; x.pos+i < x.end; i++ {
			switch c := x.buf[x.pos+i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				tag := x.buf[x.pos : x.pos+i+1]
				if i < 2 {
					return nil, x.damaged("an element has no name")
				}
				x.pos += i + 1
				return tag, nil
			}
		}
		if x.end-x.pos == len(x.buf) {
			return nil, x.unsafe("an element is far too long")
		}
		before := x.end - x.pos
		if err := x.fill(); err != nil {
			return nil, err
		}
		if x.end-x.pos == before {
			return nil, x.truncated()
		}
	}
}

func (x *xmlReader) readAttributes(body []byte) error {
	x.attrs = x.attrs[:0]
	for {
		for len(body) > 0 && xmlSpace(body[0]) {
			body = body[1:]
		}
		if len(body) == 0 {
			return nil
		}
		eq := bytes.IndexByte(body, '=')
		if eq <= 0 {
			return x.damaged("an attribute has no value")
		}
		name := bytes.TrimRight(body[:eq], " \t\r\n")
		body = bytes.TrimLeft(body[eq+1:], " \t\r\n")
		if len(name) == 0 || len(body) < 2 || body[0] != '"' && body[0] != '\'' {
			return x.damaged("an attribute has no value")
		}
		stop := bytes.IndexByte(body[1:], body[0])
		if stop < 0 {
			return x.damaged("an attribute does not end")
		}
		value := body[1 : 1+stop]
		body = body[stop+2:]
		if len(value) > x.attribute {
			return x.unsafe("an attribute is far too long")
		}
		if bytes.IndexByte(value, '&') >= 0 {
			var ok bool
			if value, ok = unescape(value); !ok {
				return x.damaged("an unknown entity is used")
			}
		}
		if bytes.HasPrefix(name, []byte("xmlns")) {
			continue
		}
		x.attrs = append(x.attrs, xmlAttr{local(name), value})
	}
}

// attr returns the value of the first attribute with that local name, or nil.
func (x *xmlReader) attr(name string) []byte {
	for i := range x.attrs {
		if string(x.attrs[i].name) == name {
			return x.attrs[i].value
		}
	}
	return nil
}

func local(name []byte) []byte { return name[bytes.LastIndexByte(name, ':')+1:] }

func xmlSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// unescape resolves the built-in entities and character references.
func unescape(s []byte) ([]byte, bool) {
	out := make([]byte, 0, len(s))
	for len(s) > 0 {
		if s[0] != '&' {
			out = append(out, s[0])
			s = s[1:]
			continue
		}
		end := bytes.IndexByte(s, ';')
		if end < 2 {
			return nil, false
		}
		switch name := string(s[1:end]); name {
		case "lt":
			out = append(out, '<')
		case "gt":
			out = append(out, '>')
		case "amp":
			out = append(out, '&')
		case "quot":
			out = append(out, '"')
		case "apos":
			out = append(out, '\'')
		default:
			if name[0] != '#' {
				return nil, false
			}
			digits, base := name[1:], 10
			if len(digits) > 1 && digits[0] == 'x' {
				digits, base = digits[1:], 16
			}
			n, err := strconv.ParseUint(digits, base, 32)
			if err != nil || n > utf8.MaxRune {
				return nil, false
			}
			out = utf8.AppendRune(out, rune(n))
		}
		s = s[end+1:]
	}
	return out, true
}
