package gcode

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"
)

// The kinds of lines that a viewer tells apart.
const (
	kindOuter = iota
	kindInner
	kindSkin
	kindInfill
	kindSupport
	kindSkirt
	kinds
)

const (
	// toolpathsMagic begins the stream, and names its version.
	toolpathsMagic = "BPL1"
	// thinnedFrom is how large G-code may be, in bytes, before its lines are made straighter than can be seen from near.
	thinnedFrom = 16 << 20
	// layerMost are the bytes of a layer at most: what is more of it is not drawn. A bed full of fine lines has a tenth of them.
	layerMost = 1 << 20
	// pathMost are the points of a path at most; a longer one is two.
	pathMost = 1 << 15
	// steadily is how many lines are followed at a time: about a millisecond's work.
	steadily = 2000
	// layerHead are the bytes of a layer before its paths: its size, z, height, seconds, and seconds by kind.
	layerHead = 4 + 4 + 4 + 4 + 4*kinds
)

// Toolpaths is what G-code extrudes, as a viewer draws it: a reader that follows the print as it is read from, and that holds one
// layer at a time. The stream is little-endian. It begins with "BPL1". A layer is its size in bytes after these four (uint32), the
// nozzle's z and its height over the layer below in mm, the seconds into the print at its end, and the seconds that each kind of
// line takes (float32 each: outer walls, inner walls, top and bottom, infill, supports, skirt); then its paths: kind and width in
// 1/100 mm (uint8 each), points (uint16), and each point's x and y in 1/40 mm, as the machine counts (int16 each).
type Toolpaths struct {
	lines *bufio.Reader
	trace tracer
	done  error // io.EOF after the last layer
}

// NewToolpaths follows G-code of a size in bytes, printed with a filament of a diameter. Points on a straight line are left out, the
// more freely the larger the G-code is. It reads what CuraEngine writes and, by their own marks, what Prusa's, Orca's and Bambu's
// slicers do; without any, layers begin where the nozzle rises.
func NewToolpaths(r io.Reader, size int64, diameterMM float64) *Toolpaths {
	t := &Toolpaths{lines: bufio.NewReaderSize(r, maxLine), trace: tracer{
		letter: 'E', area: math.Pi * diameterMM * diameterMM / 4, tolerance: straight * max(1, float64(size)/thinnedFrom), kind: kindSkirt,
	}}
	t.trace.out.WriteString(toolpathsMagic)
	return t
}

// Read gives what is known, or follows the print to the end of its next layer.
func (t *Toolpaths) Read(p []byte) (int, error) {
	for t.Follow() {
	}
	if t.trace.out.Len() == 0 {
		return 0, t.done
	}
	return t.trace.out.Read(p)
}

// Follow goes some lines on, unless a layer waits to be read or there are no more, and says whether it is to be called again
// before Read has something to give: whoever shares a processor may do that in turn.
func (t *Toolpaths) Follow() bool {
	for range steadily {
		if t.trace.out.Len() > 0 || t.done != nil {
			return false
		}
		raw, err := t.lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) { // a picture in a comment, say
			continue
		}
		if err == nil || errors.Is(err, io.EOF) {
			t.trace.line(parse(raw))
		}
		if t.done = err; errors.Is(err, io.EOF) {
			t.trace.endLayer()
		}
	}
	return true
}

// tracer follows the nozzle and keeps the lines that it leaves.
type tracer struct {
	out       bytes.Buffer // layers that are whole
	letter    byte         // of the extruder's axis
	area      float64      // mm³ per unit of that axis
	tolerance float64

	at        [3]float64
	e, feed   float64 // feed in mm a minute
	relative  bool
	relativeE bool
	marked    bool // layers are marked: what comes before the first is the machine's own
	printing  bool

	kind    int
	layer   bytes.Buffer
	seconds [kinds]float64
	z, low  float64 // of this layer, and of the one below
	stated  float64 // seconds into the print, as the engine says
	counted float64 // the same, as the moves add up

	path   [][2]float64
	volume float64 // of the path, in mm³
	length float64
}

func (t *tracer) line(l line) {
	if len(l.code) == 0 {
		t.comment(bytes.TrimSpace(l.comment))
		return
	}
	switch letter, number := l.command(); {
	case letter == 'G' && number <= 3:
		t.move(l, number)
	case letter == 'G' && (number == 90 || number == 91):
		t.relative, t.relativeE = number == 91, number == 91
	case letter == 'G' && number == 92:
		l.words(func(letter byte, value float64, ok bool) {
			if ok && letter == t.letter {
				t.e = value
			}
		})
	case letter == 'M' && (number == 82 || number == 83):
		t.relativeE = number == 83
	}
}

// comment understands the marks of slicers.
func (t *tracer) comment(c []byte) {
	name, value, _ := bytes.Cut(c, []byte{':'})
	value = bytes.TrimSpace(value)
	switch string(name) {
	case "FLAVOR":
		switch string(value) {
		case "UltiGCode", "Marlin(Volumetric)":
			t.area = 1
		case "Mach3":
			t.letter = 'A'
		}
	case "LAYER", "LAYER_CHANGE", "CHANGE_LAYER":
		first := !t.marked
		t.marked, t.printing = true, true
		if first { // what was traced so far only primed the nozzle
			t.drop()
			return
		}
		t.endLayer()
	case "TIME_ELAPSED":
		if seconds, ok := decimal(value); ok {
			t.stated = seconds
		}
		t.endPath()
		t.printing = false // the machine's end code follows the last
	case "TYPE", "FEATURE":
		t.endPath()
		t.kind = kindOf(string(bytes.ToUpper(value)))
		t.printing = true
	}
}

// kindOf knows the names that slicers give their lines.
func kindOf(name string) int {
	switch name {
	case "WALL-OUTER", "EXTERNAL PERIMETER", "OUTER WALL", "OVERHANG PERIMETER", "OVERHANG WALL":
		return kindOuter
	case "WALL-INNER", "PERIMETER", "INTERNAL PERIMETER", "INNER WALL":
		return kindInner
	case "SKIN", "SOLID INFILL", "TOP SOLID INFILL", "INTERNAL SOLID INFILL", "TOP SURFACE", "BOTTOM SURFACE", "BRIDGE", "BRIDGE INFILL", "IRONING":
		return kindSkin
	case "FILL", "INTERNAL INFILL", "SPARSE INFILL", "GAP FILL", "GAP INFILL":
		return kindInfill
	}
	if strings.HasPrefix(name, "SUPPORT") {
		return kindSupport
	}
	return kindSkirt
}

// move follows G0 to G3.
func (t *tracer) move(l line, number int) {
	from, along, moved := t.at, 0.0, false
	var centre [2]float64
	l.words(func(letter byte, value float64, ok bool) {
		switch {
		case !ok:
		case letter == t.letter:
			if along = value; !t.relativeE {
				along -= t.e
			}
			t.e += along
		case letter == 'F':
			t.feed = value
		case letter == 'I' || letter == 'J':
			centre[letter-'I'] = value
		case letter >= 'X' && letter <= 'Z':
			if t.relative {
				value += t.at[letter-'X']
			}
			t.at[letter-'X'] = value
			moved = moved || letter != 'Z'
		}
	})
	if !moved || along <= 0 || t.marked && !t.printing {
		t.endPath()
		t.count(from, false)
		return
	}
	if !t.marked && t.at[2] > t.z+1e-4 && t.z > 0 {
		t.endLayer()
	}
	if t.z == 0 {
		t.z = t.at[2]
	}
	if len(t.path) == 0 {
		t.path = append(t.path, [2]float64{from[0], from[1]})
	}
	for _, p := range arc(from, t.at, centre, number) {
		t.draw(p)
	}
	t.draw([2]float64{t.at[0], t.at[1]})
	t.volume += along * t.area
	t.count(from, true)
}

// draw goes on with the path.
func (t *tracer) draw(to [2]float64) {
	last := t.path[len(t.path)-1]
	t.length += math.Hypot(to[0]-last[0], to[1]-last[1])
	if t.path = append(t.path, to); len(t.path) >= pathMost {
		t.endPath()
		t.path = append(t.path, to)
	}
}

// count adds the time of a move, as its feed says.
func (t *tracer) count(from [3]float64, extrudes bool) {
	if t.feed <= 0 {
		return
	}
	seconds := math.Sqrt(sq(t.at[0]-from[0])+sq(t.at[1]-from[1])+sq(t.at[2]-from[2])) / t.feed * 60
	t.counted += seconds
	if extrudes {
		t.seconds[t.kind] += seconds
	}
}

func sq(x float64) float64 { return x * x }

// drop forgets a layer that is not one.
func (t *tracer) drop() {
	t.path, t.volume, t.length = t.path[:0], 0, 0
	t.layer.Reset()
	t.z, t.seconds = 0, [kinds]float64{}
}

// endLayer gives out the layer that was traced, if anything was.
func (t *tracer) endLayer() {
	t.endPath()
	if t.layer.Len() > 0 {
		elapsed := t.stated
		if elapsed == 0 {
			elapsed = t.counted
		}
		head := binary.LittleEndian.AppendUint32(make([]byte, 0, layerHead), uint32(layerHead-4+t.layer.Len()))
		for _, v := range append([]float64{t.z, t.height(), elapsed}, t.seconds[:]...) {
			head = binary.LittleEndian.AppendUint32(head, math.Float32bits(float32(v)))
		}
		t.out.Write(head)
		t.out.Write(t.layer.Bytes())
		t.low = t.z
	}
	t.drop()
}

// height is how high the layer stands over the one below; one that is not higher stands on the bed.
func (t *tracer) height() float64 {
	if h := t.z - t.low; h > 0 {
		return h
	}
	return t.z
}
