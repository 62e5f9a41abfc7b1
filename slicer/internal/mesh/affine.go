package mesh

import "strings"

// affine is a 3MF's affine map: rows of three, the last the shift, for row
// vectors (3MF core specification, 3.3).
type affine [12]float64

var identity = affine{1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}

// parseTransform reads twelve numbers; shift is scaled by unit into millimetres.
func parseTransform(text []byte, unit float64) (affine, bool) {
	if text == nil {
		return identity, true
	}
	var t affine
	fields := strings.Fields(string(text))
	if len(fields) != len(t) {
		return t, false
	}
	for i, f := range fields {
		v, err := parseNumber([]byte(f))
		if err != nil || !finite(v) {
			return t, false
		}
		if i >= 9 {
			v *= unit
		}
		t[i] = v
	}
	return t, true
}

func (t *affine) apply(v [3]float32) [3]float32 {
	x, y, z := float64(v[0]), float64(v[1]), float64(v[2])
	return [3]float32{
		float32(x*t[0]+y*t[3]+z*t[6]+t[9]) + 0,
		float32(x*t[1]+y*t[4]+z*t[7]+t[10]) + 0,
		float32(x*t[2]+y*t[5]+z*t[8]+t[11]) + 0,
	}
}

// then returns the map that applies t first and next after it.
func (t affine) then(next affine) affine {
	var out affine
	for row := range 4 {
		for col := range 3 {
			v := t[3*row]*next[col] + t[3*row+1]*next[3+col] + t[3*row+2]*next[6+col]
			if row == 3 {
				v += next[9+col]
			}
			out[3*row+col] = v
		}
	}
	return out
}

// mirrors says whether the map turns left hands into right hands.
func (t affine) mirrors() bool {
	return t[0]*(t[4]*t[8]-t[5]*t[7])-t[1]*(t[3]*t[8]-t[5]*t[6])+t[2]*(t[3]*t[7]-t[4]*t[6]) < 0
}
