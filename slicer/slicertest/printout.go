package slicertest

import (
	"bytes"
	"fmt"
	"math"

	"buildplate/slicer"
)

// printout is what the stub makes of a model.
type printout struct {
	settings
	size           [3]float64 // of the model, mm
	bodies         []rectangle
	middle         [2]float64 // of the bed, in the machine's mm
	layers         int
	first, layer   float64 // heights, mm
	line           float64 // width, mm
	model, support float64 // filament, mm³

	out bytes.Buffer
	e   float64 // of the extruder's axis, mm
}

// newPrintout takes walls for a shell of the model's surface, and fills the rest as far as the settings say.
func newPrintout(in slicer.Inspection, bodies []rectangle, s settings) *printout {
	p := &printout{settings: s, size: in.SizeMM, bodies: bodies, layer: s.float("layer_height", 0.2), line: s.float("line_width", 0.4)}
	p.first = s.float("layer_height_0", p.layer)
	if height := p.size[2]; height >= p.first/2 {
		p.layers = 1 + max(0, int(math.Round((height-p.first)/p.layer)))
	}
	if !s.on("machine_center_is_zero") {
		p.middle = [2]float64{s.float("machine_width", 0) / 2, s.float("machine_depth", 0) / 2}
	}
	shell := min(in.AreaMM2*s.float("wall_line_count", 0)*p.line, in.VolumeMM3)
	p.model = shell + (in.VolumeMM3-shell)*min(s.float("infill_sparse_density", 0)/100, 1)
	if s.on("support_enable") {
		p.support = in.SupportMM3 * s.float("support_infill_rate", 15) / 100
	}
	return p
}

// seconds is the time to push the filament through at a pace well below the set speed, and some for each layer.
func (p *printout) seconds() float64 {
	flow := p.layer * p.line * p.float("speed_print", 60) * 0.5 // mm³/s
	return math.Round((p.model+p.support)/flow + 2*float64(p.layers) + 60)
}

// header is CuraEngine's, which it writes before it knows anything.
const header = `;FLAVOR:Marlin
;TIME:6666
;Filament used: 0m
;Layer height: %g
;MINX:2.14748e+06
;MINY:2.14748e+06
;MINZ:2.14748e+06
;MAXX:-2.14748e+06
;MAXY:-2.14748e+06
;MAXZ:-2.14748e+06

;Generated with Cura_SteamEngine master
%s
G90 ;absolute positions
M82 ;absolute extrusion mode
G92 E0
;LAYER_COUNT:%d
`

// gcode is the whole file: the machine's start and end code, and in each layer an equal share of the filament.
func (p *printout) gcode(seconds float64) []byte {
	fmt.Fprintf(&p.out, header, p.layer, p.settings["machine_start_gcode"], p.layers)
	n := float64(p.layers)
	for i := range p.layers {
		z := min(p.first+float64(i)*p.layer, max(p.size[2], p.first))
		fmt.Fprintf(&p.out, ";LAYER:%d\n", i)
		if p.support > 0 {
			p.extrude("SUPPORT", p.hatching(2*p.line, 3), z, p.support/n)
		}
		filling := "FILL"
		if i == 0 || i == p.layers-1 {
			filling = "SKIN"
		}
		for _, body := range p.bodies {
			p.extrude("WALL-OUTER", body.outline(p.line/2), z, p.model/n/2/float64(len(p.bodies)))
		}
		p.extrude(filling, p.hatching(p.line, 6), z, p.model/n/2)
		fmt.Fprintf(&p.out, ";TIME_ELAPSED:%.4f\n", seconds*float64(i+1)/n)
	}
	fmt.Fprintf(&p.out, "M107\n%s\n;End of Gcode\n", p.settings["machine_end_gcode"])
	return p.out.Bytes()
}

// outline is the box, so many mm further in, but never nothing.
func (r rectangle) outline(in float64) [][2]float64 {
	var low, high [2]float64
	for k := range low {
		middle, half := (r.low[k]+r.high[k])/2, (r.high[k]-r.low[k])/2
		half = max(half-in, half/2, 0.01)
		low[k], high[k] = middle-half, middle+half
	}
	return [][2]float64{low, {high[0], low[1]}, high, {low[0], high[1]}, low}
}

// hatching is so many lines to and fro within the box.
func (p *printout) hatching(in float64, lines int) (path [][2]float64) {
	x, y := p.half(0, in), p.half(1, in)
	for i := range lines {
		at := -y + 2*y*float64(i)/float64(lines-1)
		path = append(path, [2]float64{-x, at}, [2]float64{x, at})
		x = -x
	}
	return path
}

// half is half the box's side along an axis, so many mm further in, but never nothing.
func (p *printout) half(axis int, in float64) float64 {
	return max(p.size[axis]/2-in, p.size[axis]/4)
}

// retraction is how far the filament is pulled back while the head travels, in mm.
const retraction = 5

// extrude travels to the beginning of a path and lays so many mm³ evenly along it.
func (p *printout) extrude(kind string, path [][2]float64, z, mm3 float64) {
	length := 0.0
	for i, to := range path[1:] {
		length += math.Hypot(to[0]-path[i][0], to[1]-path[i][1])
	}
	diameter := p.float("material_diameter", 1.75)
	perMM := mm3 / (math.Pi * diameter * diameter / 4) / length
	fmt.Fprintf(&p.out, "G1 F2700 E%.5f\nG0 F9000 X%.3f Y%.3f Z%.3f\n;TYPE:%s\nG1 F2700 E%.5f\n",
		p.e-retraction, path[0][0]+p.middle[0], path[0][1]+p.middle[1], z, kind, p.e)
	for i, to := range path[1:] {
		p.e += perMM * math.Hypot(to[0]-path[i][0], to[1]-path[i][1])
		fmt.Fprintf(&p.out, "G1 F1800 X%.3f Y%.3f E%.5f\n", to[0]+p.middle[0], to[1]+p.middle[1], p.e)
	}
}
