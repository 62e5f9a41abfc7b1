package mesh

import "math"

// maxBodies bounds the bodies that are measured one by one. A file of more is
// loose triangles, and is measured as a whole.
const maxBodies = 1 << 16

// body is one piece of connected surface. Figures that depend on which side is
// out are kept for both, since that is only known at the end.
type body struct {
	volume    float64 // six times, signed
	area      float64
	low, high [3]float32
	turned    uint32 // faces against the body's first one; after settle, against most
	faces     uint32
	overhang  [2]float64 // as wound, and inside out
	below     [2]float64
	contact   [2]float64

	// Set by settle.
	rootTurned uint32 // 1 if most faces lie the other way round than the first
	insideOut  bool
	cavity     bool
}

// flip is 1 if the faces that lie as the body's first one face the wrong way.
func (b *body) flip() uint32 {
	if b.insideOut {
		return b.rootTurned ^ 1
	}
	return b.rootTurned
}

// measure walks all triangles once. Coordinates are taken from the middle of
// the box, where the sums lose least.
func measure(vertices [][3]float32, faces [][3]uint32, g groups, shells int, center [3]float64, floor, angle float64) (bodies []body, degenerate int) {
	bodies = make([]body, min(max(shells, 1), maxBodies))
	if shells > maxBodies {
		bodies = bodies[:1]
	}
	for i := range bodies {
		inf := float32(math.Inf(1))
		bodies[i].low, bodies[i].high = [3]float32{inf, inf, inf}, [3]float32{-inf, -inf, -inf}
	}
	steep := math.Sin(angle * math.Pi / 180)
	floor -= center[2]
	for i := range faces {
		t := &faces[i]
		va, vb, vc := &vertices[t[0]], &vertices[t[1]], &vertices[t[2]]
		ax, ay, az := float64(va[0])-center[0], float64(va[1])-center[1], float64(va[2])-center[2]
		bx, by, bz := float64(vb[0])-center[0], float64(vb[1])-center[1], float64(vb[2])-center[2]
		cx, cy, cz := float64(vc[0])-center[0], float64(vc[1])-center[1], float64(vc[2])-center[2]
		ux, uy, uz := bx-ax, by-ay, bz-az
		wx, wy, wz := cx-ax, cy-ay, cz-az
		nx, ny, nz := uy*wz-uz*wy, uz*wx-ux*wz, ux*wy-uy*wx

		b := &bodies[0]
		if len(bodies) > 1 {
			b = &bodies[g[i]>>1]
		}
		turned := g[i] & 1
		double := math.Sqrt(nx*nx + ny*ny + nz*nz)
		volume := ax*nx + ay*ny + az*nz
		if turned == 1 {
			volume, nz = -volume, -nz
		}
		b.volume += volume
		b.area += double / 2
		b.turned += turned
		b.faces++
		for _, v := range [3]*[3]float32{va, vb, vc} {
			for k, x := range v {
				b.low[k] = min(b.low[k], x)
				b.high[k] = max(b.high[k], x)
			}
		}
		if double < 1e-12 {
			degenerate++
			continue
		}
		down := 0 // the side on which this face looks down
		if nz > 0 {
			down, nz = 1, -nz
		}
		if -nz <= steep*double {
			continue
		}
		if max(az, bz, cz) <= floor+bedContact {
			b.contact[down] += double / 2
		} else {
			b.overhang[down] += double / 2
			b.below[down] += -nz / 2 * ((az+bz+cz)/3 - floor)
		}
	}
	return bodies, degenerate
}

// settle decides for each shell of surface what it is. The larger part of a
// shell is taken to be the right way round. A shell wound inward is the wall of
// a cavity if it lies in the box of a larger one wound outward, else it is a
// piece turned inside out; where the sum is negative, everything is.
func settle(bodies []body) {
	total, area := 0.0, 0.0
	for i := range bodies {
		b := &bodies[i]
		if 2*b.turned > b.faces {
			b.rootTurned = 1
			b.turned = b.faces - b.turned
			b.volume = -b.volume
		}
		total += b.volume
		area += b.area
	}
	outward := 1.0
	if -total > area*minThickness {
		outward = -1
	}
	hosts := largestBodies(bodies, outward)
	for i := range bodies {
		b := &bodies[i]
		inward := b.volume*outward < -b.area*minThickness
		b.cavity = inward && insideAny(b, hosts)
		b.insideOut = (outward < 0) != (inward && !b.cavity)
	}
}

// sumBodies adds the settled shells up.
func (r *Inspection) sumBodies(bodies []body, shells int) {
	for i := range bodies {
		b := &bodies[i]
		r.AreaMM2 += b.area
		r.InvertedFaces += int(b.turned)
		r.Inverted = r.Inverted || b.insideOut
		volume := math.Abs(b.volume) / 6
		if b.cavity {
			r.VolumeMM3 -= volume
			r.Cavities++
		} else {
			r.VolumeMM3 += volume
			r.Bodies++
		}
		side := b.flip()
		r.OverhangMM2 += b.overhang[side]
		r.SupportMM3 += b.below[side]
		r.ContactMM2 += b.contact[side]
	}
	r.VolumeMM3 = max(0, r.VolumeMM3)
	if shells > maxBodies {
		r.Bodies = shells
	}
}

// largestBodies returns the outward bodies that may hold cavities, at most 256.
func largestBodies(bodies []body, outward float64) []*body {
	const enough = 256
	var hosts []*body
	least := 0
	for i := range bodies {
		b := &bodies[i]
		if b.volume*outward <= 0 {
			continue
		}
		if len(hosts) < enough {
			hosts = append(hosts, b)
		} else if b.volume*outward > hosts[least].volume*outward {
			hosts[least] = b
		} else {
			continue
		}
		if len(hosts) == enough {
			least = 0
			for k := range hosts {
				if hosts[k].volume*outward < hosts[least].volume*outward {
					least = k
				}
			}
		}
	}
	return hosts
}

func insideAny(b *body, hosts []*body) bool {
	for _, h := range hosts {
		inside := math.Abs(h.volume) > math.Abs(b.volume)
		for k := range b.low {
			inside = inside && b.low[k] >= h.low[k] && b.high[k] <= h.high[k]
		}
		if inside {
			return true
		}
	}
	return false
}
