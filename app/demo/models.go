package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"

	"buildplate/slicer/shape"
)

// sampleFiles are the files that customers send, by name: models of our own drawing, small and quickly sliced, and two files
// that a person has to look at.
var sampleFiles = sync.OnceValue(func() map[string][]byte {
	files := map[string][]byte{"gearbox-housing.step": []byte(stepFile), "sketch.png": sketch()}
	for name, s := range map[string]shape.Solid{
		"shelf-bracket.stl": bracket(), "wall-hook.stl": hook(), "control-knob.stl": knob(), "gear-20.stl": gear(20), "ribbed-vase.stl": vase(),
		"house-number-27.stl": houseNumber(), "cable-clip.stl": clip(), "key-tag.stl": tag(), "phone-stand.stl": stand(), "spacer-12mm.stl": spacer(),
		"lamp-foot.stl": knob().Times(1.5).Without(7, 8, 40), // its surface is not closed
	} {
		files[name] = shape.BinarySTL(s)
	}
	return files
})

// upright lays an outline that was pulled up on its side, so that it stands as it was drawn.
func upright(s shape.Solid, depth float64) shape.Solid {
	return s.Each(func(p shape.Point) shape.Point { return shape.Point{p[0], depth - p[2], p[1]} })
}

// bracket holds a shelf: two legs, a brace between them, and holes for screws along its flat side.
func bracket() shape.Solid {
	outline := shape.Outline(0, 0, 46, 0, 46, 5, 40, 5, 5, 40, 5, 46, 0, 46)
	return shape.Pierced(10, outline, shape.Outline(6, 6, 27, 6, 6, 27), shape.Circle(40.5, 2.5, 1.2, 16), shape.Circle(2.5, 40.5, 1.2, 16))
}

// hook is for a coat on a wall.
func hook() shape.Solid {
	outline := shape.Outline(0, 0, 24, 0, 30, 6, 30, 16, 25, 16, 25, 8, 22, 5, 8, 5, 5, 8, 5, 44, 0, 44)
	return shape.Pierced(12, outline)
}

// knob turns a potentiometer: six grips around, a bore for the shaft.
func knob() shape.Solid {
	profile := [][2]float64{{3, 0}, {13, 0}, {14, 1}, {14, 10}, {11, 14}, {3, 14}}
	return shape.Turned(profile, 72, func(r, angle, _ float64) float64 {
		if r < 10 {
			return r
		}
		return r * (1 + 0.06*math.Cos(6*angle))
	})
}

// gear is a spur gear with a bore and four holes in its web.
func gear(teeth int) shape.Solid {
	var outline []shape.Point
	for i := range teeth {
		for _, t := range [4][2]float64{{0, 17}, {0.18, 20}, {0.42, 20}, {0.6, 17}} {
			sin, cos := math.Sincos(2 * math.Pi * (float64(i) + t[0]) / float64(teeth))
			outline = append(outline, shape.Point{t[1] * cos, t[1] * sin})
		}
	}
	holes := [][]shape.Point{shape.Circle(0, 0, 3, 24)}
	for i := range 4 {
		sin, cos := math.Sincos(math.Pi/4 + float64(i)*math.Pi/2)
		holes = append(holes, shape.Circle(10*cos, 10*sin, 3, 16))
	}
	return shape.Pierced(7, outline, holes...)
}

// vase is open above, with twisted ribs.
func vase() shape.Solid {
	profile := [][2]float64{{0, 0}, {12, 0}, {15, 12}, {12, 28}, {11, 34}, {13.5, 40}, {11.1, 40}, {8.6, 34}, {9.6, 28}, {12.6, 12}, {10, 2.4}, {0, 2.4}}
	return shape.Turned(profile, 48, func(r, angle, z float64) float64 { return r + 0.5*math.Cos(8*angle+z/9) })
}

// houseNumber is a plate with a number cut out of it.
func houseNumber() shape.Solid {
	two := shape.Outline(0, 0, 16, 0, 16, 5, 5, 5, 5, 12, 16, 12, 16, 29, 0, 29, 0, 24, 11, 24, 11, 17, 0, 17)
	seven := shape.Outline(6, 0, 11, 0, 16, 24, 16, 29, 0, 29, 0, 24, 11, 24)
	return shape.Pierced(3, shape.Rounded(66, 45, 6), shape.Shifted(two, 14, 8), shape.Shifted(seven, 36, 8), shape.Circle(6, 22.5, 1.8, 16), shape.Circle(60, 22.5, 1.8, 16))
}

// clip holds a cable along a desk.
func clip() shape.Solid {
	var outline []shape.Point
	ring := func(radius, from, to float64) {
		const steps = 20
		for i := range steps + 1 {
			sin, cos := math.Sincos(from + (to-from)*float64(i)/steps)
			outline = append(outline, shape.Point{radius * cos, radius * sin})
		}
	}
	ring(7, math.Pi/4, 2*math.Pi-math.Pi/4)
	ring(5, 2*math.Pi-math.Pi/4, math.Pi/4)
	return shape.Pierced(8, outline)
}

// tag is for a bunch of keys.
func tag() shape.Solid {
	return shape.Pierced(2.4, shape.Rounded(44, 20, 5), shape.Circle(6, 10, 2.2, 20), shape.Outline(14, 6, 38, 6, 38, 8, 14, 8), shape.Outline(14, 12, 32, 12, 32, 14, 14, 14))
}

// stand leans a telephone back.
func stand() shape.Solid {
	outline := shape.Outline(0, 0, 52, 0, 52, 12, 48, 12, 48, 5, 36, 5, 18, 42, 13, 42, 30, 5, 5, 5, 0, 5)
	return upright(shape.Pierced(34, outline), 34)
}

// spacer is a tube that a bolt goes through.
func spacer() shape.Solid {
	return shape.Pierced(12, shape.Circle(0, 0, 6, 48), shape.Circle(0, 0, 3.2, 32))
}

const stepFile = "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('Gearbox housing, sample'),'2;1');\nFILE_NAME('gearbox-housing.step','',(''),(''),'','','');\n" +
	"FILE_SCHEMA(('AUTOMOTIVE_DESIGN'));\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n"

// sketch is a drawing on squared paper, as somebody photographs it.
func sketch() []byte {
	const w, h = 320, 220
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	paper, line, ink := color.RGBA{250, 248, 240, 255}, color.RGBA{205, 220, 230, 255}, color.RGBA{40, 50, 90, 255}
	for y := range h {
		for x := range w {
			c := paper
			if x%20 == 0 || y%20 == 0 {
				c = line
			}
			outside, inside := x >= 60 && x < 260 && y >= 50 && y < 170, x >= 66 && x < 254 && y >= 56 && y < 164
			bore := math.Abs(math.Hypot(float64(x-160), float64(y-110)) - 32)
			if outside && !inside || bore < 3 {
				c = ink
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // of memory alone
	}
	return b.Bytes()
}
