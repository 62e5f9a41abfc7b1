package gcode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// drawn is what a viewer makes of a layer.
type drawn struct {
	z, height, seconds float32
	byKind             [kinds]float32
	paths              []drawnPath
}

type drawnPath struct {
	kind, width byte
	points      [][2]float64
}

// drawnOf reads a stream of toolpaths as its pages do.
func drawnOf(t *testing.T, gcode string) (layers []drawn) {
	t.Helper()
	stream, err := io.ReadAll(iotest.OneByteReader(NewToolpaths(strings.NewReader(gcode), int64(len(gcode)), diameter)))
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := bytes.CutPrefix(stream, []byte("BPL1"))
	if !ok {
		t.Fatalf("the stream begins %.8q", stream)
	}
	f32 := func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
	for len(rest) > 0 {
		size := binary.LittleEndian.Uint32(rest)
		body := rest[4 : 4+size]
		rest = rest[4+size:]
		l := drawn{z: f32(body), height: f32(body[4:]), seconds: f32(body[8:])}
		for k := range kinds {
			l.byKind[k] = f32(body[12+4*k:])
		}
		for body = body[12+4*kinds:]; len(body) > 0; {
			p := drawnPath{kind: body[0], width: body[1]}
			n := int(binary.LittleEndian.Uint16(body[2:]))
			for i := range n {
				at := body[4+4*i:]
				p.points = append(p.points, [2]float64{float64(int16(binary.LittleEndian.Uint16(at))) / 40, float64(int16(binary.LittleEndian.Uint16(at[2:]))) / 40})
			}
			body = body[4+4*n:]
			l.paths = append(l.paths, p)
		}
		layers = append(layers, l)
	}
	return layers
}

func TestToolpathsOfCura(t *testing.T) {
	t.Parallel()
	layers := drawnOf(t, square)
	if len(layers) != 2 {
		t.Fatalf("%d layers", len(layers))
	}
	first, second := layers[0], layers[1]
	if first.z != 0.2 || first.seconds != 10.5 || second.z != 0.4 || second.height != 0.2 || second.seconds != 20.25 {
		t.Errorf("%+v, %+v", first, second)
	}
	if len(first.paths) != 2 || first.paths[0].kind != kindSkirt || first.paths[1].kind != kindOuter {
		t.Fatalf("%+v", first.paths)
	}
	if want := [][2]float64{{20, 10}, {20, 20}}; !slices.Equal(first.paths[1].points, want) {
		t.Errorf("the wall goes %v", first.paths[1].points)
	}
	if first.byKind[kindOuter] != 0.5 { // 10 mm at 1200 mm a minute
		t.Errorf("the wall takes %v s", first.byKind)
	}
	for _, p := range second.paths {
		if p.kind != kindSupport {
			t.Errorf("the second layer has %+v", p)
		}
	}
}

func TestToolpathsLeaveOutWhatLiesOnALine(t *testing.T) {
	t.Parallel()
	var g strings.Builder
	g.WriteString("M82\n;LAYER:0\n;TYPE:WALL-OUTER\nG0 F6000 X0 Y0 Z0.2\n")
	for i := 1; i <= 50; i++ { // a straight line, and a corner after it
		fmt.Fprintf(&g, "G1 F1200 X%d Y0 E%.3f\n", i, float64(i)*0.0333)
	}
	g.WriteString("G1 X50 Y50 E3.4\n;TIME_ELAPSED:60\n")
	paths := drawnOf(t, g.String())[0].paths
	if want := [][2]float64{{0, 0}, {50, 0}, {50, 50}}; len(paths) != 1 || !slices.Equal(paths[0].points, want) {
		t.Errorf("%+v", paths)
	}
	if w := paths[0].width; w < 38 || w > 44 { // 3.4 mm of filament over 100 mm, 0.2 mm high
		t.Errorf("it is %d/100 mm wide", w)
	}
}

func TestToolpathsOfOtherSlicers(t *testing.T) {
	t.Parallel()
	prusa := "M83\nG1 Z0.2 F9000\nG1 X0 Y0\nG1 X60 E9 F1000 ; primes\n;LAYER_CHANGE\n;Z:0.2\n;TYPE:External perimeter\nG1 X10 Y10\nG1 X20 Y10 E1 F1200\n;TYPE:Support material\nG1 X20 Y20 E1\n" +
		";LAYER_CHANGE\nG1 Z0.4\n;TYPE:Internal infill\nG1 X30 Y20 E1\n"
	bambu := strings.NewReplacer(";LAYER_CHANGE", "; CHANGE_LAYER", ";TYPE:External perimeter", "; FEATURE: Outer wall", ";TYPE:Support material", "; FEATURE: Support", ";TYPE:Internal infill", "; FEATURE: Sparse infill").Replace(prusa)
	for name, g := range map[string]string{"PrusaSlicer": prusa, "Bambu Studio": bambu} {
		layers := drawnOf(t, g)
		if len(layers) != 2 || len(layers[0].paths) != 2 || layers[0].paths[0].kind != kindOuter || layers[0].paths[1].kind != kindSupport || layers[1].paths[0].kind != kindInfill || layers[1].z != 0.4 {
			t.Errorf("%s: %+v", name, layers)
		}
		if layers[0].seconds <= 0 || layers[1].seconds <= layers[0].seconds {
			t.Errorf("%s takes %v, %v s", name, layers[0].seconds, layers[1].seconds)
		}
	}
	if layers := drawnOf(t, "M83\nG1 Z0.2 F600\nG1 X10 E1\nG1 Y10 E1\nG1 Z0.5\nG1 X0 E1\n"); len(layers) != 2 || layers[1].z != 0.5 {
		t.Errorf("without marks: %+v", layers)
	}
	if layers := drawnOf(t, "PK\x03\x04 a ZIP\n\n\x00\x00"); len(layers) != 0 {
		t.Errorf("a ZIP: %+v", layers)
	}
}

func TestToolpathsOfArcs(t *testing.T) {
	t.Parallel()
	layers := drawnOf(t, "M83\n;LAYER:0\n;TYPE:WALL-OUTER\nG0 X10 Y0 Z0.2 F3000\nG3 X-10 Y0 I-10 J0 E1\nG2 X10 Y0 I10 J0 E1\n")
	if len(layers) != 1 || len(layers[0].paths) != 1 {
		t.Fatalf("%+v", layers)
	}
	points := layers[0].paths[0].points
	if len(points) < 30 {
		t.Errorf("two half circles have %d points", len(points))
	}
	for _, p := range points {
		if r := math.Hypot(p[0], p[1]); math.Abs(r-10) > 0.1 || p[1] < -0.1 {
			t.Errorf("%v is %.2f mm from the middle", p, r)
		}
	}
}

// What a viewer is given of hostile G-code is bounded, and following it comes to an end in small steps.
func TestToolpathsOfHostileGCode(t *testing.T) {
	t.Parallel()
	var huge strings.Builder
	huge.WriteString("M83\n;LAYER:0\n;TYPE:WALL-OUTER\nG0 X0 Y0 Z0.2 F3000\n")
	for i := range 400_000 {
		fmt.Fprintf(&huge, "G1 X%d Y%d E1\n", i%2*9, i%7)
	}
	follower := NewToolpaths(strings.NewReader(huge.String()), int64(huge.Len()), diameter)
	buffer := make([]byte, 8)
	if n, err := follower.Read(buffer); string(buffer[:n]) != "BPL1" || err != nil {
		t.Fatalf("%q %v", buffer[:n], err)
	}
	steps := 0
	for follower.Follow() {
		steps++
	}
	if steps < 100 {
		t.Errorf("400,000 lines were followed in %d steps", steps)
	}
	rest, err := io.ReadAll(follower)
	if err != nil || len(rest) < layerMost || len(rest) > layerMost+8*pathMost {
		t.Errorf("one layer has %d bytes: %v", len(rest), err)
	}
	digits := strings.Repeat("9", 400)
	for _, line := range []string{
		"G2 X5 Y9 I99999999999999999999 J99999999999999999999 E2", "G3 X" + digits + " Y1 I" + digits + " J-" + digits + " E" + digits, "G1 X" + digits + " E1", "G1 X1 Y1 Z" + digits + " E1",
	} {
		if layers := drawnOf(t, "M83\n;LAYER:0\n;TYPE:WALL-OUTER\nG0 X1 Y1 Z0.2 F3000\n"+line+"\nG1 X2 Y2 E1\n"); len(layers) != 1 {
			t.Errorf("%.40s: %d layers", line, len(layers))
		}
	}
}
