package mesh

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strconv"
	"unsafe"

	"buildplate/slicer/internal/fault"
)

const (
	stlHeader   = 80
	stlPreamble = stlHeader + 4
	stlRecord   = 50
)

// isBinarySTL says whether a file of this size, beginning with head, is a
// binary STL. Only the count decides: many exporters begin the header with
// "solid", as the text form does. Text cannot pass by chance, since four
// printable bytes as a count stand for files of many gigabytes.
func isBinarySTL(head []byte, size int64) bool {
	return len(head) >= stlPreamble && size == stlPreamble+stlRecord*stlCount(head)
}

func stlCount(head []byte) int64 {
	return int64(binary.LittleEndian.Uint32(head[stlHeader:]))
}

// readBinarySTL reads a file for which isBinarySTL holds.
func readBinarySTL(r io.Reader, b *builder) error {
	var head [stlPreamble]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return readFailure(err)
	}
	n := stlCount(head[:])
	if n > int64(b.lim.Triangles) {
		return tooManyTriangles(b.lim)
	}
	b.expect(int(n))
	buf := make([]byte, 1024*stlRecord)
	for done := int64(0); done < n; {
		block := buf[:min(n-done, 1024)*stlRecord]
		if _, err := io.ReadFull(r, block); err != nil {
			return readFailure(err)
		}
		for ; len(block) > 0; block = block[stlRecord:] {
			rec := (*[stlRecord]byte)(block)
			p, q, s := corner(rec, 12), corner(rec, 24), corner(rec, 36)
			if !b.inRange(p) || !b.inRange(q) || !b.inRange(s) {
				return outOfRange(b.lim, "Triangle "+grouped(int(done)+1))
			}
			if err := b.face(b.vertex(p), b.vertex(q), b.vertex(s)); err != nil {
				return err
			}
			done++
		}
	}
	return nil
}

func corner(rec *[stlRecord]byte, at int) [3]float32 {
	return [3]float32{
		math.Float32frombits(binary.LittleEndian.Uint32(rec[at:])),
		math.Float32frombits(binary.LittleEndian.Uint32(rec[at+4:])),
		math.Float32frombits(binary.LittleEndian.Uint32(rec[at+8:])),
	}
}

func outOfRange(lim Limits, where string) *fault.Error {
	return fail(fault.CodeDamaged, "%s has a coordinate that is not a number or is farther than %s mm from the origin. Check the model’s units and position, and export it again.", where, grouped(int(lim.Coordinate)))
}

// readTextSTL reads the ASCII form: any number of solids, keywords in any case.
// All solids of a file are welded together, since some exporters write each
// patch of one surface as a solid.
func readTextSTL(r io.Reader, b *builder) error {
	lines := newLineReader(r, b.lim.TextLine)
	var loop [][3]float32
	var corners []uint32
	inLoop := false
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for len(line) > 0 {
			var word []byte
			word, line = nextField(line)
			switch {
			case len(word) == 0:
			case equalWord(word, "vertex"):
				var v [3]float32
				if v, line, err = threeNumbers(line, lines.number); err != nil {
					return err
				}
				if !b.inRange(v) {
					return outOfRange(b.lim, "Line "+grouped(lines.number))
				}
				if len(loop) >= b.lim.Polygon {
					return polygonTooLarge(b.lim, lines.number)
				}
				loop = append(loop, v)
			case equalWord(word, "outer"):
				loop, inLoop = loop[:0], true
			case equalWord(word, "endloop"), equalWord(word, "endfacet"):
				if !inLoop && len(loop) == 0 {
					continue
				}
				if len(loop) < 3 {
					return fail(fault.CodeDamaged, "The triangle that ends on line %s has only %s. Export the model again.", grouped(lines.number), plural(len(loop), "corner"))
				}
				corners = corners[:0]
				for _, v := range loop {
					corners = append(corners, b.vertex(v))
				}
				if err := b.polygon(corners); err != nil {
					return err
				}
				loop, inLoop = loop[:0], false
			case equalWord(word, "solid"), equalWord(word, "endsolid"):
				line = nil // the rest is a name, which may hold any word
			}
		}
	}
	if len(loop) > 0 || inLoop {
		return &fault.Error{Code: fault.CodeTruncated, Message: "The file ends in the middle of a triangle. Export or upload it again."}
	}
	return nil
}

func threeNumbers(line []byte, number int) (v [3]float32, rest []byte, err error) {
	for k := range v {
		var word []byte
		word, line = nextField(line)
		x, err := parseNumber(word)
		if err != nil {
			return v, nil, notANumber(word, number)
		}
		v[k] = float32(x)
	}
	return v, line, nil
}

func notANumber(word []byte, line int) *fault.Error {
	if len(word) == 0 {
		return fail(fault.CodeDamaged, "Line %s has too few numbers. Export the model again.", grouped(line))
	}
	return fail(fault.CodeDamaged, "Line %s has %q where a number should be. Export the model again.", grouped(line), clip(word))
}

// parseNumber reads a decimal number without copying it. NaN, infinities and
// hexadecimal pass here as strconv reads them; the range check refuses what is
// not finite.
func parseNumber(word []byte) (float64, error) {
	if len(word) == 0 || len(word) > 64 {
		return 0, strconv.ErrSyntax
	}
	x, err := strconv.ParseFloat(unsafe.String(&word[0], len(word)), 64)
	if errors.Is(err, strconv.ErrRange) {
		return x, nil // infinite, or so small that it is zero
	}
	return x, err
}

// clip cuts a word of the file for use in a message.
func clip(word []byte) string {
	if len(word) > 24 {
		return string(bytes.ToValidUTF8(word[:24], nil)) + "…"
	}
	return string(bytes.ToValidUTF8(word, []byte("�")))
}

// lineReader cuts a stream into lines that end in LF, CR or both.
type lineReader struct {
	r      *bufio.Reader
	limit  int
	number int // of the line last returned
	buf    []byte
	skipLF bool
}

func newLineReader(r io.Reader, limit int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 64<<10), limit: limit}
}

// next returns a line without its end, valid until the next call, or io.EOF.
func (l *lineReader) next() ([]byte, error) {
	l.buf = l.buf[:0]
	for {
		window, err := l.r.Peek(1)
		if len(window) == 0 {
			if errors.Is(err, io.EOF) {
				if len(l.buf) == 0 {
					return nil, io.EOF
				}
				l.number++
				return l.buf, nil
			}
			return nil, readFailure(err)
		}
		window, _ = l.r.Peek(l.r.Buffered())
		if l.skipLF {
			l.skipLF = false
			if window[0] == '\n' {
				_, _ = l.r.Discard(1)
				continue
			}
		}
		end := bytes.IndexByte(window, '\n')
		if end < 0 {
			end = len(window)
		}
		if cr := bytes.IndexByte(window[:end], '\r'); cr >= 0 {
			end = cr
		}
		if len(l.buf)+end > l.limit {
			return nil, fail(fault.CodeDamaged, "Line %s is longer than %s, which no model needs. Check that this is a 3D model, and export it again.", grouped(l.number+1), bytesInWords(int64(l.limit)))
		}
		if end == len(window) {
			l.buf = append(l.buf, window...)
			_, _ = l.r.Discard(end)
			continue
		}
		l.skipLF = window[end] == '\r'
		line := window[:end]
		if len(l.buf) > 0 {
			l.buf = append(l.buf, line...)
			line = l.buf
		}
		// The window stays valid until the next Peek.
		_, _ = l.r.Discard(end + 1)
		l.number++
		return line, nil
	}
}

// nextField cuts the first word off a line.
func nextField(line []byte) (word, rest []byte) {
	i := 0
	for i < len(line) && isSpace(line[i]) {
		i++
	}
	j := i
	for j < len(line) && !isSpace(line[j]) {
		j++
	}
	return line[i:j], line[j:]
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\v' || c == '\f' }

// equalWord compares ASCII words whatever their case.
func equalWord(word []byte, lower string) bool {
	return len(word) == len(lower) && string(bytes.ToLower(word)) == lower
}
