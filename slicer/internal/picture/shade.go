package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// Where light comes from, in the world: most of it from the upper left front, some from the right.
var (
	keyLight  = asSeen(vector{-0.5, -1.2, 1.9}.unit())
	fillLight = asSeen(vector{1.5, 0.6, 0.8}.unit())
	sky       = asSeen(vector{0, 0, 1})
)

func asSeen(v vector) vector { return vector{v.dot(right), v.dot(up), v.dot(toward)} }

// How much of its light an edge keeps: the outline, what lies before something else, and a bend of the surface.
const (
	outline = 0.50
	step    = 0.62
	crease  = 0.74
)

const (
	reach  = 3    // points that the outline is wide
	behind = 9    // points that something lies farther away to be behind
	bend   = 0.82 // cosine of the angle between two sides that meet in an edge
)

// light is how bright a surface is, from 0 to 1: never black, so that it is seen on a dark page, nor white.
func light(n vector) float64 {
	return 0.29 + 0.55*max(0, n.dot(keyLight)) + 0.14*max(0, n.dot(fillLight)) + 0.04*(1+n.dot(sky))
}

// grey is how bright a point is that something is drawn at.
func (r *raster) grey(x, y int) float64 {
	i := y*fine + x
	n := unpack(r.normal[i])
	return light(n) * r.edge(x, y, i, n)
}

// edge is how much of its light a point keeps beside an edge.
func (r *raster) edge(x, y, i int, n vector) float64 {
	kept := 1.0
	for _, d := range [4][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		for far := 1; far <= reach; far++ {
			u, v := x+far*d[0], y+far*d[1]
			if u < 0 || v < 0 || u >= fine || v >= fine || r.normal[v*fine+u] == 0 {
				return outline
			}
		}
		at := i + d[1]*fine + d[0]
		// What its own plane would come to there.
		slope := (-float64(d[0])*n[0] + float64(d[1])*n[1]) / max(n[2], 0.05)
		switch away := float64(r.near[i]-r.near[at]) + slope; {
		case away > behind:
			kept = min(kept, step)
		case n.dot(unpack(r.normal[at])) < bend:
			kept = min(kept, crease)
		}
	}
	return kept
}

// A picture has a palette of one entry for nothing, of greys that cover a pixel, and of fewer for each of the three ways that
// they cover some of it.
const (
	greys = 160
	edges = 31
)

var palette = makePalette()

func makePalette() color.Palette {
	p := color.Palette{color.NRGBA{}}
	for i := range greys {
		p = append(p, greyOf(float64(i)/(greys-1), 255))
	}
	for covered := 1; covered < 4; covered++ {
		for i := range edges {
			p = append(p, greyOf(float64(i)/(edges-1), uint8(covered*255/4)))
		}
	}
	return p
}

// greyOf is a grey with a little green in it, as all that the pages draw has.
func greyOf(bright float64, alpha uint8) color.NRGBA {
	v := 255 * bright
	return color.NRGBA{R: uint8(0.975*v + 0.5), G: uint8(v + 0.5), B: uint8(0.985*v + 0.5), A: alpha}
}

// encode makes the PNG.
func (r *raster) encode() []byte {
	img := image.NewPaletted(image.Rect(0, 0, Size, Size), palette)
	for y := range Size {
		for x := range Size {
			covered, sum := 0, 0.0
			for _, d := range [4][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				if u, v := 2*x+d[0], 2*y+d[1]; r.normal[v*fine+u] != 0 {
					covered++
					sum += r.grey(u, v)
				}
			}
			if covered > 0 {
				img.Pix[y*img.Stride+x] = entry(covered, min(sum/float64(covered), 1))
			}
		}
	}
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if e.Encode(&b, img) != nil || b.Len() > MostBytes {
		return nil
	}
	return b.Bytes()
}

// entry is the palette's entry for a brightness that so many of a pixel's four points have.
func entry(covered int, bright float64) uint8 {
	if covered == 4 {
		return uint8(1 + bright*(greys-1) + 0.5)
	}
	return uint8(1 + greys + (covered-1)*edges + int(bright*(edges-1)+0.5))
}
