package gcode

import (
	"encoding/binary"
	"math"
)

const (
	// pathSteps are the steps of a coordinate in one millimetre.
	pathSteps = 40
	// straight is how far a line may be from the points that are left out of it, in mm.
	straight = 0.02
	// arcMost is the radius of an arc at most, in mm; a larger one is drawn as a straight line.
	arcMost = 10_000
	// kept is how many points are left out of one straight line at most.
	kept = 64
)

// endPath writes a path that was traced, without the points that its lines do not need.
func (t *tracer) endPath() {
	if len(t.path) < 2 || t.layer.Len() > layerMost {
		t.path, t.volume, t.length = t.path[:0], 0, 0
		return
	}
	points := t.thinned()
	width := 0.4
	if h := t.height(); t.length > 0 && h > 0 {
		width = t.volume / t.length / h
	}
	head := [4]byte{byte(t.kind), byte(min(max(math.Round(width*100), 10), 255))}
	binary.LittleEndian.PutUint16(head[2:], uint16(len(points)))
	t.layer.Write(head[:])
	for _, p := range points {
		var at [4]byte
		binary.LittleEndian.PutUint16(at[:], step(p[0]))
		binary.LittleEndian.PutUint16(at[2:], step(p[1]))
		t.layer.Write(at[:])
	}
	t.path, t.volume, t.length = t.path[:0], 0, 0
}

func step(mm float64) uint16 {
	return uint16(int16(min(max(math.Round(mm*pathSteps), math.MinInt16), math.MaxInt16)))
}

// thinned leaves out of the path what lies on a straight line between its neighbours.
func (t *tracer) thinned() [][2]float64 {
	out, anchor := t.path[:1:1], 0
	for i := 1; i < len(t.path); i++ {
		last := i == len(t.path)-1
		if !last && i-anchor < kept && t.near(anchor, i+1) {
			continue
		}
		out = append(out, t.path[i])
		anchor = i
	}
	return out
}

// near says whether all points between two lie near the line that joins them.
func (t *tracer) near(a, b int) bool {
	p, q := t.path[a], t.path[b]
	dx, dy := q[0]-p[0], q[1]-p[1]
	length := math.Hypot(dx, dy)
	for _, m := range t.path[a+1 : b] {
		mx, my := m[0]-p[0], m[1]-p[1]
		if length == 0 || math.Abs(dx*my-dy*mx)/length > t.tolerance || mx*dx+my*dy < 0 || mx*dx+my*dy > length*length {
			return false
		}
	}
	return true
}

// arc are the points between the ends of a move: of G2 and G3, about half a millimetre apart; none of a straight one.
func arc(from, to [3]float64, centre [2]float64, number int) [][2]float64 {
	radius := math.Hypot(centre[0], centre[1])
	if number < 2 || radius == 0 || radius > arcMost {
		return nil
	}
	x, y := from[0]+centre[0], from[1]+centre[1]
	begin := math.Atan2(-centre[1], -centre[0])
	turn := math.Atan2(to[1]-y, to[0]-x) - begin
	if number == 2 && turn >= 0 {
		turn -= 2 * math.Pi
	} else if number == 3 && turn <= 0 {
		turn += 2 * math.Pi
	}
	steps := min(int(math.Abs(turn)*radius/0.5), 720)
	points := make([][2]float64, 0, max(steps, 0))
	for i := 1; i < steps; i++ {
		angle := begin + turn*float64(i)/float64(steps)
		points = append(points, [2]float64{x + radius*math.Cos(angle), y + radius*math.Sin(angle)})
	}
	return points
}
