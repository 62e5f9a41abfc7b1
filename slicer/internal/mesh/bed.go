package mesh

import (
	"fmt"
	"math"
)

// Bed is where a printer prints, in millimetres.
type Bed struct {
	Width, Depth, Height float64 // x, y, z
	Elliptic             bool    // a round or oval plate, as on delta printers
	CenterIsZero         bool    // the origin is the bed's middle, not its front left corner
	// Disallowed are polygons nothing may be printed on, as Cura's definitions
	// write them (machine_disallowed_areas): from the bed's middle whatever
	// CenterIsZero says, x to the right, y to the front.
	Disallowed [][][2]float64
}

func (b Bed) center() (x, y float64) {
	if b.CenterIsZero {
		return 0, 0
	}
	return b.Width / 2, b.Depth / 2
}

// Fit is the answer to whether a model fits a bed, lying in the middle of it.
type Fit struct {
	AsIs    bool   `json:"as_is"`  // as it lies
	Turned  bool   `json:"turned"` // after a quarter turn about z
	Message string `json:"message"`
}

// Fit says whether the model fits a bed as it lies or after a quarter turn, and
// why not in a message that also tells where the turn would help.
func (i Inspection) Fit(b Bed) Fit {
	plate := "bed of " + decimals(b.Width) + " × " + decimals(b.Depth) + " mm"
	if b.Elliptic {
		plate = "round " + plate
	}
	if i.SizeMM[2] > b.Height+tolerance {
		return Fit{Message: fmt.Sprintf("The model is %s high; this printer reaches %s.", sprint(i.SizeMM[2], "mm"), sprint(b.Height, "mm"))}
	}
	why := i.blocked(b, 0)
	if why == "" {
		return Fit{AsIs: true, Turned: i.blocked(b, reachDirections/4) == "", Message: "The model fits this printer’s " + plate + "."}
	}
	f := Fit{Message: fmt.Sprintf("The model (%s) %s this printer’s %s.", sizeInWords(i.SizeMM), why, plate)}
	if i.blocked(b, reachDirections/4) == "" {
		f.Turned = true
		f.Message += " It fits after a quarter turn."
	}
	return f
}

// Grown is the inspection of a model with a band of so many mm around it, as a
// skirt or a brim is. Only what [Inspection.Fit] measures changes.
func (i Inspection) Grown(mm float64) Inspection {
	i.SizeMM[0] += 2 * mm
	i.SizeMM[1] += 2 * mm
	if i.Reach != ([reachDirections]float64{}) {
		for k := range i.Reach {
			i.Reach[k] += mm
		}
	}
	return i
}

// tolerance forgives what rounding to 32-bit floats adds to a model made
// exactly as large as the bed.
const tolerance = 1e-3

// blocked says what keeps the model, turned by steps of Reach, off the bed's
// middle: a part of a sentence, or nothing if it fits.
func (i Inspection) blocked(b Bed, steps int) string {
	shape := i.outline(steps)
	for _, p := range shape {
		if math.Abs(p[0]) > b.Width/2+tolerance || math.Abs(p[1]) > b.Depth/2+tolerance {
			return "reaches over the edge of"
		}
		if b.Elliptic {
			x, y := p[0]/(b.Width/2+tolerance), p[1]/(b.Depth/2+tolerance)
			if x*x+y*y > 1 {
				return "reaches over the edge of"
			}
		}
	}
	for _, area := range b.Disallowed {
		flipped := make([][2]float64, len(area))
		for k, p := range area {
			flipped[k] = [2]float64{p[0], -p[1]}
		}
		if overlap(shape, flipped) {
			return "covers a spot that must stay free on"
		}
	}
	return ""
}

// outline returns the model's outline from above, from the middle of its box:
// the polygon whose sides Inspection.Reach holds. Its corners lie where the
// sides of neighbouring directions meet.
func (i Inspection) outline(steps int) [][2]float64 {
	r := i.Reach
	if r == ([reachDirections]float64{}) {
		x, y := i.SizeMM[0]/2, i.SizeMM[1]/2
		if steps%(reachDirections/2) != 0 {
			x, y = y, x
		}
		return [][2]float64{{x, y}, {-x, y}, {-x, -y}, {x, -y}}
	}
	out := make([][2]float64, 0, reachDirections)
	step := 2 * math.Pi / reachDirections
	for k := range reachDirections {
		d, e := r[(k-steps+reachDirections)%reachDirections], r[(k+1-steps+reachDirections)%reachDirections]
		// In the frame of direction k the corner is (d, along).
		along := (e - d*math.Cos(step)) / math.Sin(step)
		sin, cos := math.Sincos(step * float64(k))
		out = append(out, [2]float64{d*cos - along*sin, d*sin + along*cos})
	}
	return out
}

// overlap says whether two polygons share area or cross. The first is convex.
func overlap(shape, area [][2]float64) bool {
	if len(area) < 3 || len(shape) < 3 {
		return false
	}
	for i := range shape {
		for k := range area {
			if crossing(shape[i], shape[(i+1)%len(shape)], area[k], area[(k+1)%len(area)]) {
				return true
			}
		}
	}
	return within(area[0], shape) || within(shape[0], area)
}

// crossing says whether the open segments ab and cd cross.
func crossing(a, b, c, d [2]float64) bool {
	return turn(a, b, c)*turn(a, b, d) < 0 && turn(c, d, a)*turn(c, d, b) < 0
}

// within says whether p lies in the polygon, by the even-odd rule.
func within(p [2]float64, polygon [][2]float64) bool {
	in := false
	for i := range polygon {
		a, b := polygon[i], polygon[(i+1)%len(polygon)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}
