package gcode

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"testing"
)

// BenchmarkToolpaths follows 50 MB of G-code: rings of short lines, as of a finely drawn part.
func BenchmarkToolpaths(b *testing.B) {
	var g bytes.Buffer
	g.WriteString("M82\n")
	e := 0.0
	for layer := 0; g.Len() < 50<<20; layer++ {
		fmt.Fprintf(&g, ";LAYER:%d\n;TYPE:WALL-OUTER\nG0 F6000 X160 Y110 Z%.2f\n", layer, 0.2*float64(layer+1))
		for i := range 2000 {
			angle := 2 * math.Pi * float64(i+1) / 500
			e += 0.02
			fmt.Fprintf(&g, "G1 X%.3f Y%.3f E%.5f\n", 110+50*math.Cos(angle), 110+50*math.Sin(angle), e)
		}
		fmt.Fprintf(&g, ";TIME_ELAPSED:%d\n", layer*60)
	}
	b.SetBytes(int64(g.Len()))
	b.ReportAllocs()
	var out int64
	for b.Loop() {
		n, err := io.Copy(io.Discard, NewToolpaths(bytes.NewReader(g.Bytes()), int64(g.Len()), diameter))
		if err != nil {
			b.Fatal(err)
		}
		out = n
	}
	b.ReportMetric(float64(out)/float64(g.Len()), "out/in")
}
