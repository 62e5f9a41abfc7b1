package mesh

import (
	"errors"
	"io"
	"strconv"
	"unsafe"

	"buildplate/slicer/internal/fault"
)

// readOBJ reads a Wavefront OBJ's corners (v) and faces (f); all else, material
// libraries included, is skipped and never opened. Corner numbers count from 1,
// negative ones back from the last corner read so far.
func readOBJ(r io.Reader, b *builder) error {
	lines := newLineReader(r, b.lim.ObjectLine)
	var index []uint32 // of each v line, its welded vertex
	var corners []uint32
	var joined []byte
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if line, joined, err = lines.continued(line, joined); err != nil {
			return err
		}
		word, rest := nextField(line)
		if len(word) != 1 {
			continue
		}
		switch word[0] {
		case 'v':
			if len(index) >= 3*b.lim.Triangles {
				return tooManyTriangles(b.lim)
			}
			v, _, err := threeNumbers(rest, lines.number)
			if err != nil {
				return err
			}
			if !b.inRange(v) {
				return outOfRange(b.lim, "Line "+grouped(lines.number))
			}
			index = append(index, b.vertex(v))
		case 'f':
			corners = corners[:0]
			for {
				word, rest = nextField(rest)
				if len(word) == 0 {
					break
				}
				i, err := cornerNumber(word, len(index), lines.number)
				if err != nil {
					return err
				}
				if len(corners) >= b.lim.Polygon {
					return polygonTooLarge(b.lim, lines.number)
				}
				corners = append(corners, index[i])
			}
			if len(corners) < 3 {
				return fail(fault.CodeDamaged, "The face on line %s has only %s. Export the model again.", grouped(lines.number), plural(len(corners), "corner"))
			}
			if err := b.polygon(corners); err != nil {
				return err
			}
		}
	}
}

// cornerNumber reads the first part of "7", "7/1" or "-1//3" as an index from 0.
func cornerNumber(word []byte, have, line int) (int, error) {
	end := 0
	for end < len(word) && word[end] != '/' {
		end++
	}
	if end == 0 || end > 20 {
		return 0, notANumber(word, line)
	}
	n, err := strconv.Atoi(unsafe.String(&word[0], end))
	if err != nil {
		return 0, notANumber(word, line)
	}
	if n < 0 {
		n += have
	} else {
		n--
	}
	if n < 0 || n >= have {
		return 0, fail(fault.CodeDamaged, "The face on line %s uses corner %s, but only %s come before it. Export the model again.", grouped(line), clip(word[:end]), plural(have, "corner"))
	}
	return n, nil
}

// continued joins a line that ends in a backslash with those that follow.
func (l *lineReader) continued(line, buf []byte) (whole, reuse []byte, err error) {
	if len(line) == 0 || line[len(line)-1] != '\\' {
		return line, buf, nil
	}
	buf = buf[:0]
	for len(line) > 0 && line[len(line)-1] == '\\' {
		buf = append(append(buf, line[:len(line)-1]...), ' ')
		if len(buf) > l.limit {
			return nil, buf, fail(fault.CodeDamaged, "Line %s goes on for more than %s, which no model needs. Export it again.", grouped(l.number), bytesInWords(int64(l.limit)))
		}
		if line, err = l.next(); errors.Is(err, io.EOF) {
			return buf, buf, nil
		} else if err != nil {
			return nil, buf, err
		}
	}
	buf = append(buf, line...)
	return buf, buf, nil
}
