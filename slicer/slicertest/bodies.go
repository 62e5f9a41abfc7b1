package slicertest

import "buildplate/slicer"

// mostBodies is how many bodies have a box each; more are taken for one.
const mostBodies = 512

// rectangle is a box seen from above: its lowest corner and its highest, in mm.
type rectangle struct{ low, high [2]float64 }

// bodies are the boxes of what hangs together in a mesh, in the order of its triangles.
func bodies(m *slicer.Mesh) []rectangle {
	root := make([]uint32, len(m.Vertices))
	for i := range root {
		root[i] = uint32(i)
	}
	find := func(v uint32) uint32 {
		for root[v] != v {
			root[v] = root[root[v]]
			v = root[v]
		}
		return v
	}
	for _, f := range m.Faces {
		root[find(f[1])] = find(f[0])
		root[find(f[2])] = find(f[0])
	}
	var out []rectangle
	at := map[uint32]int{}
	for _, f := range m.Faces {
		for _, v := range f {
			x, y := float64(m.Vertices[v][0]), float64(m.Vertices[v][1])
			i, known := at[find(v)]
			if !known {
				i = len(out)
				at[find(v)] = i
				out = append(out, rectangle{[2]float64{x, y}, [2]float64{x, y}})
			}
			r := &out[i]
			r.low, r.high = [2]float64{min(r.low[0], x), min(r.low[1], y)}, [2]float64{max(r.high[0], x), max(r.high[1], y)}
		}
	}
	if len(out) > mostBodies {
		for _, r := range out[1:] {
			for k := range r.low {
				out[0].low[k], out[0].high[k] = min(out[0].low[k], r.low[k]), max(out[0].high[k], r.high[k])
			}
		}
		out = out[:1]
	}
	return out
}
