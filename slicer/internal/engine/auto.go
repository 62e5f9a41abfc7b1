package engine

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"
)

// agreement is how far an installed CuraEngine may be from the embedded one
// on the reference part, in time and in filament.
const agreement = 0.02

// Choice is what [Auto] chooses from, and what it compares with.
type Choice struct {
	Native           string    // path or name of a CuraEngine, "" for the usual one
	Global, Extruder []Setting // of an ordinary machine, for the reference part
	Dir              string    // an empty folder
}

// Auto returns the installed CuraEngine where there is one that slices a small
// reference part to within 2 % of the embedded engine's time and filament, for
// it is twice as fast; and the embedded engine otherwise. The reason for not
// taking the installed one is returned beside the engine, for the log: nil
// where it was taken. Where the embedded one does not slice the part, on a
// full disk say, nothing is compared: whichever slices it is taken, for a shop
// that does not start cannot be mended.
//
// Without an embedded engine there is nothing to compare with, and nothing is
// chosen: whoever builds without it names the installed one himself.
//
// It takes about a second: call it once.
func Auto(ctx context.Context, c Choice) (chosen Engine, reason error, err error) {
	inside, err := Embedded()
	if err != nil {
		return nil, nil, err
	}
	installed, err := Native(ctx, c.Native)
	if err != nil {
		return inside, err, ctx.Err()
	}
	want, alone := c.reference(ctx, inside)
	got, err := c.reference(ctx, installed)
	switch {
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case alone != nil && err == nil:
		return installed, fmt.Errorf("it was compared with nothing: the embedded engine: %w", alone), nil
	case err == nil:
		err = disagreement(got, want, agreement)
	}
	if err != nil {
		return inside, err, nil
	}
	return installed, nil, nil
}

// reference slices the reference part.
func (c Choice) reference(ctx context.Context, e Engine) (r Report, err error) {
	dir := filepath.Join(c.Dir, "reference-"+e.Name())
	if err := os.Mkdir(dir, 0o700); err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	model := filepath.Join(dir, "reference.stl")
	if err := writeReference(model); err != nil {
		return Report{}, err
	}
	return e.Slice(ctx, Job{
		Model: model, Out: filepath.Join(dir, "out.gcode"), Dir: dir,
		Global: c.Global, Extruder: c.Extruder,
		Limits: Limits{Wall: time.Minute},
	})
}

// writeReference writes a part that shows what engines do differently: a
// block with a round shaft on it, 24 x 18 x 14 mm, so walls of both kinds,
// skin on two heights, and infill.
func writeReference(path string) error {
	const sides = 48
	var t triangles
	t.box(-12, -9, 0, 12, 9, 6)
	t.shaft(0, 0, 6, 6, 8, sides)
	return t.write(path)
}

// triangles is a mesh in the making.
type triangles [][3][3]float32

func (t *triangles) quad(a, b, c, d [3]float32) {
	*t = append(*t, [3][3]float32{a, b, c}, [3][3]float32{a, c, d})
}

// box adds a box with its faces outwards.
func (t *triangles) box(x0, y0, z0, x1, y1, z1 float32) {
	p := func(x, y, z float32) [3]float32 { return [3]float32{x, y, z} }
	t.quad(p(x0, y0, z0), p(x0, y1, z0), p(x1, y1, z0), p(x1, y0, z0))
	t.quad(p(x0, y0, z1), p(x1, y0, z1), p(x1, y1, z1), p(x0, y1, z1))
	t.quad(p(x0, y0, z0), p(x1, y0, z0), p(x1, y0, z1), p(x0, y0, z1))
	t.quad(p(x1, y0, z0), p(x1, y1, z0), p(x1, y1, z1), p(x1, y0, z1))
	t.quad(p(x1, y1, z0), p(x0, y1, z0), p(x0, y1, z1), p(x1, y1, z1))
	t.quad(p(x0, y1, z0), p(x0, y0, z0), p(x0, y0, z1), p(x0, y1, z1))
}

// shaft adds a standing cylinder of n sides on the point (x, y, z).
func (t *triangles) shaft(x, y, z, radius, height float64, n int) {
	at := func(i int, h float64) [3]float32 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i%n) / float64(n))
		return [3]float32{float32(x + radius*cos), float32(y + radius*sin), float32(z + h)}
	}
	bottom := [3]float32{float32(x), float32(y), float32(z)}
	top := [3]float32{float32(x), float32(y), float32(z + height)}
	for i := range n {
		t.quad(at(i, 0), at(i+1, 0), at(i+1, height), at(i, height))
		*t = append(*t, [3][3]float32{bottom, at(i+1, 0), at(i, 0)}, [3][3]float32{top, at(i, height), at(i+1, height)})
	}
}

// write writes a binary STL. Normals stay zero: the engine computes its own.
func (t triangles) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	header := [80]byte{}
	err = errors.Join(
		binary.Write(w, binary.LittleEndian, header),
		binary.Write(w, binary.LittleEndian, uint32(len(t))),
	)
	for _, corners := range t {
		face := struct {
			Normal  [3]float32
			Corners [3][3]float32
			_       uint16
		}{Corners: corners}
		err = errors.Join(err, binary.Write(w, binary.LittleEndian, face))
	}
	return errors.Join(err, w.Flush(), f.Close())
}
