package mesh

import (
	"bytes"
	"errors"
	"io"

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
