package mesh

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"buildplate/slicer/internal/fault"
)

// xmlReader walks the elements of an XML document in one pass and constant
// memory. It knows what a 3MF needs and no more: no DOCTYPE, no entities but
// the five built in, nothing that can grow. Names are given without their
// prefix: the files of some programs bind the 3MF namespace to another prefix
// than they use, and elements are told by their place anyway.
//
// encoding/xml is not used because it reads attributes of any length into
// memory and takes several times as long on large models.
type xmlReader struct {
	r         io.Reader
	part      string // the part's name, for messages
	attribute int    // bytes in one attribute's value
	depth     int

	buf      []byte
	pos, end int
	eof      bool

	name   []byte // of the element that began or ended last
	attrs  []xmlAttr
	text   []byte // what came before this token, cut at attribute's length
	closed bool   // the element just begun had no content: its end is next
	open   []byte // names of the open elements with their prefixes, one after another
	starts []int  // where each begins in open
	seen   bool   // a root element began
}

type xmlAttr struct{ name, value []byte }

type xmlToken int

const (
	xmlEnd   xmlToken = iota // </name>, and after <name/>
	xmlStart                 // <name ...>
)

// xmlWindow bounds the length of one tag.
const xmlWindow = 64 << 10

func newXMLReader(r io.Reader, part string, lim Limits) *xmlReader {
	// A byte order mark chooses UTF-16; without one the text is UTF-8.
	r = transform.NewReader(r, unicode.BOMOverride(transform.Nop))
	return &xmlReader{r: r, part: part, attribute: lim.XMLAttribute, depth: lim.XMLDepth, buf: make([]byte, xmlWindow)}
}

func (x *xmlReader) damaged(what string) *fault.Error {
	return fail(fault.CodeDamaged, "The 3MF file is damaged: %s in %s. Export it again.", what, x.part)
}

func (x *xmlReader) unsafe(what string) *fault.Error {
	return fail(fault.CodeUnsafe, "The 3MF file was refused: %s in %s. Export it again from your design program.", what, x.part)
}

// next returns the next token, or io.EOF after the root element's end. What
// name, attrs and text hold is valid until the next call.
func (x *xmlReader) next() (xmlToken, error) {
	if x.closed {
		x.closed = false
		x.pop()
		x.text = x.text[:0]
		return xmlEnd, nil
	}
	x.text = x.text[:0]
	for {
		if err := x.readText(); err != nil {
			return 0, err
		}
		mark, err := x.peek(9)
		if err != nil {
			return 0, err
		}
		switch {
		case len(mark) < 3:
			return 0, x.truncated()
		case mark[1] == '?':
			err = x.skipPast("?>")
		case bytes.HasPrefix(mark, []byte("<!--")):
			err = x.skipPast("-->")
		case bytes.HasPrefix(mark, []byte("<![CDATA[")):
			err = x.skipPast("]]>")
		case mark[1] == '!':
			return 0, x.unsafe("it declares a document type")
		default:
			return x.readTag()
		}
		if err != nil {
			return 0, err
		}
	}
}

// readText moves to the next '<', keeping a little of the text on the way.
func (x *xmlReader) readText() error {
	for {
		window := x.buf[x.pos:x.end]
		i := bytes.IndexByte(window, '<')
		part := window
		if i >= 0 {
			part = window[:i]
		}
		if room := x.attribute - len(x.text); room > 0 {
			x.text = append(x.text, part[:min(room, len(part))]...)
		}
		if i >= 0 {
			x.pos += i
			return nil
		}
		x.pos = x.end
		if err := x.fill(); err != nil {
			return err
		}
		if x.pos == x.end {
			if x.seen && len(x.starts) == 0 {
				return io.EOF
			}
			return x.truncated()
		}
	}
}

func (x *xmlReader) truncated() *fault.Error {
	if !x.seen {
		return x.damaged("there is no XML")
	}
	return &fault.Error{Code: fault.CodeTruncated, Message: "The 3MF file is incomplete: " + x.part + " ends too early. Export it again."}
}

// fill reads more behind what is still unread.
func (x *xmlReader) fill() error {
	if x.eof {
		return nil
	}
	copy(x.buf, x.buf[x.pos:x.end])
	x.end -= x.pos
	x.pos = 0
	for tries := 0; tries < 100 && x.end < len(x.buf); tries++ {
		n, err := x.r.Read(x.buf[x.end:])
		x.end += n
		if errors.Is(err, io.EOF) {
			x.eof = true
			return nil
		}
		if err != nil {
			return readFailure(err)
		}
		if n > 0 {
			return nil
		}
	}
	return nil
}

// peek returns up to n bytes, fewer only at the end.
func (x *xmlReader) peek(n int) ([]byte, error) {
	for x.end-x.pos < n && !x.eof {
		if err := x.fill(); err != nil {
			return nil, err
		}
	}
	return x.buf[x.pos:min(x.end, x.pos+n)], nil
}

// skipPast moves behind the next mark, however far away it is.
func (x *xmlReader) skipPast(mark string) error {
	for {
		if i := bytes.Index(x.buf[x.pos:x.end], []byte(mark)); i >= 0 {
			x.pos += i + len(mark)
			return nil
		}
		x.pos = max(x.pos, x.end-len(mark)+1)
		before := x.end - x.pos
		if err := x.fill(); err != nil {
			return err
		}
		if x.end-x.pos == before {
			return x.truncated()
		}
	}
}

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

func (x *xmlReader) pop() {
	last := len(x.starts) - 1
	x.name = local(x.open[x.starts[last]:])
	x.open = x.open[:x.starts[last]]
	x.starts = x.starts[:last]
}

// skip moves behind the end of the element that just began.
func (x *xmlReader) skip() error {
	for depth := 1; depth > 0; {
		t, err := x.next()
		if err != nil {
			return err
		}
		if t == xmlStart {
			depth++
		} else {
			depth--
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
