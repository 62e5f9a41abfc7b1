package mesh_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// askew are rotations that no file's maker meant.
func askew(seed uint64, n int) []mesh.Quaternion {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]mesh.Quaternion, n)
	for i := range out {
		out[i] = mesh.Quaternion{r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}.Then(mesh.NoRotation)
	}
	return out
}

func within(a, b, by float64) bool { return math.Abs(a-b) <= by }

// However a model was drawn, the best way to print it is the same.
func TestTheBestPoseDoesNotDependOnTheFile(t *testing.T) {
	for name, c := range map[string]struct {
		solid             meshtest.Solid
		height            float64
		contact, overhang float64
		poses             int // 0: not asked
	}{
		"cube":            {meshtest.Cube(), 20, 400, 0, 1},
		"plate on edge":   {meshtest.Box(4, 60, 80), 4, 4800, 0, 3},
		"bracket":         {meshtest.TBracket(), 10, 700, 0, 3},
		"clip":            {meshtest.Clip(), 12, 100, 0, 3},
		"stands":          {meshtest.Cylinder(10, 12, 90), 12, 313.9, 0, 0},
		"two bodies":      {meshtest.TwoBodies(), 10, 200, 0, 0},
		"hollow":          {meshtest.HollowBox(), 40, 1600, 1296, 1}, // the roof of the hollow is held however it lies
		"inside out":      {meshtest.TBracket().InsideOut(), 10, 700, 0, 3},
		"four feet":       {feet(), 30, 3600, 400, 0}, // the inner ends of its feet look like overhangs
		"fine and curved": {meshtest.Cylinder(30, 20, 2000), 20, 2827, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for i, q := range append(askew(7, 4), mesh.NoRotation) {
				m := solid(t, c.solid).Outward().Oriented(q)
				poses := m.Poses()
				best := poses[0]
				if !within(best.HeightMM, c.height, 0.01) || !within(best.ContactMM2, c.contact, 0.002*c.contact) || !within(best.OverhangMM2, c.overhang, 0.002*c.overhang+0.01) {
					t.Errorf("turned by %v the best is %+v", q, best)
				}
				if i == 4 && c.poses > 0 && len(poses) != c.poses {
					t.Errorf("%d poses: %+v", len(poses), poses)
				}
			}
		})
	}
}

// A model of fine facets has more of them than its hull may: the flat it should stand on is found all the same.
func TestAFineRoundModelStandsOnItsFlat(t *testing.T) {
	for _, rings := range []int{200, 300} {
		dome := meshtest.Sphere(50, rings).Each(func(p meshtest.Point) meshtest.Point {
			return meshtest.Point{p[0], p[1], max(p[2], 10)}
		})
		for _, q := range askew(13, 1) {
			m := solid(t, dome).Outward().Oriented(q)
			if best := m.Poses()[0]; !within(best.ContactMM2, 2780, 120) || !within(best.HeightMM, 90, 0.1) {
				t.Errorf("of %d triangles, turned by %v, the best is %+v", len(m.Faces), q, best)
			}
		}
	}
}

// feet is a table, which prints upside down.
func feet() meshtest.Solid {
	out := meshtest.Box(60, 60, 5).Moved(0, 0, 25)
	for _, at := range [][2]float64{{0, 0}, {50, 0}, {0, 50}, {50, 50}} {
		out = out.And(meshtest.Box(10, 10, 25).Moved(at[0], at[1], 0))
	}
	return out
}

// What is said of a pose is what an inspection finds of the mesh turned that way: what is overhang is decided once.
func TestPosesAgreeWithInspections(t *testing.T) {
	for name, s := range map[string]meshtest.Solid{
		"bracket": meshtest.Bracket(), "sphere": meshtest.Sphere(20, 40), "clip": meshtest.Clip(), "leaky": meshtest.LeakyCube(), "table": feet(),
	} {
		m := solid(t, s).Outward()
		poses := m.Poses()
		for _, q := range askew(3, 8) {
			poses = append(poses, m.Pose(q))
		}
		for _, p := range poses {
			turned := m.Oriented(p.Quaternion)
			in := mesh.Inspect(turned)
			if !within(in.OverhangMM2, p.OverhangMM2, 0.002*in.AreaMM2) || !within(in.ContactMM2, p.ContactMM2, 0.002*in.AreaMM2) || !within(in.SizeMM[2], p.HeightMM, 0.001) {
				t.Errorf("%s: %+v, inspected: overhang %g, contact %g, %g high", name, p, in.OverhangMM2, in.ContactMM2, in.SizeMM[2])
			}
			if q := p.Quaternion; !within(q[0]*q[0]+q[1]*q[1]+q[2]*q[2]+q[3]*q[3], 1, 1e-12) || q[3] < 0 {
				t.Errorf("%s: %v is no rotation as we write them", name, q)
			}
		}
	}
}

// A pose that is proposed lies square on the bed: its box is the smallest.
func TestPosesAreSquare(t *testing.T) {
	for _, q := range askew(5, 12) {
		m := solid(t, meshtest.Box(40, 60, 5)).Oriented(q)
		p := m.Poses()[0]
		size := m.Oriented(p.Quaternion).Size()
		if !within(size[0]*size[1], 2400, 1) || !within(size[2], 5, 0.001) {
			t.Errorf("turned by %v it takes %v", q, size)
		}
	}
}

// The file's own pose is kept as it is where nothing is better, and no other is called better without being so.
func TestTheFilesOwnPose(t *testing.T) {
	for name, s := range map[string]meshtest.Solid{"cube": meshtest.Cube(), "plate": meshtest.Box(60, 80, 4), "table upside down": feet().Each(func(p meshtest.Point) meshtest.Point {
		return meshtest.Point{p[0], -p[1], -p[2]}
	})} {
		m := solid(t, s).Outward()
		poses := m.Poses()
		if poses[0].Quaternion != mesh.NoRotation {
			t.Errorf("%s: %+v", name, poses[0])
		}
		for i := 1; i < len(poses); i++ {
			if poses[i].Score < poses[i-1].Score {
				t.Errorf("%s: %+v comes after %+v", name, poses[i], poses[i-1])
			}
		}
	}
	// A sheet has no hull: it stays as it is.
	flat := solid(t, meshtest.Box(20, 20, 10).Each(func(p meshtest.Point) meshtest.Point { return meshtest.Point{p[0], p[1], 0} }))
	if poses := flat.Poses(); len(poses) != 1 || poses[0].Quaternion != mesh.NoRotation {
		t.Errorf("a sheet: %+v", poses)
	}
}

// Rotations one after another are as one, and the shortest way back is the rotation turned round.
func TestRotationsAddUp(t *testing.T) {
	m := solid(t, meshtest.Bracket())
	all := askew(9, 20)
	for i, q := range all {
		next := all[(i+7)%len(all)]
		once, twice := m.Oriented(q.Then(next)), m.Oriented(q).Oriented(next)
		for k, v := range once.Vertices {
			for a := range v {
				if !within(float64(v[a]), float64(twice.Vertices[k][a]), 1e-4) {
					t.Fatalf("%v then %v: %v and %v", q, next, v, twice.Vertices[k])
				}
			}
		}
		back := mesh.Quaternion{-q[0], -q[1], -q[2], q[3]}
		if p := q.Then(back); !within(p[3], 1, 1e-12) {
			t.Errorf("%v and back is %v", q, p)
		}
	}
	half := math.Sqrt2 / 2
	quarter := mesh.Quaternion{0, 0, half, half}
	if got := (mesh.Quaternion{}).Then(quarter); got != quarter { // in the keys of slices that were made
		t.Errorf("a quarter turn of what lies as it is became %v", got)
	}
	if got := quarter.Then(quarter).Then(quarter).Then(quarter); got != mesh.NoRotation && !within(got[3], 1, 1e-15) {
		t.Errorf("four quarter turns are %v", got)
	}
}

func FuzzPoses(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"), uint8(1))
	f.Add(bytes.Repeat([]byte{0, 0, 1, 255, 9}, 40), uint8(3))
	f.Fuzz(func(t *testing.T, corners []byte, grain uint8) {
		m := &mesh.Mesh{}
		for i := 0; i+9 <= len(corners); i += 9 {
			n := uint32(len(m.Vertices))
			for k := 0; k < 9; k += 3 {
				var v [3]float32
				for a := range v {
					v[a] = float32(int8(corners[i+k+a])) / (1 + float32(grain))
				}
				m.Vertices = append(m.Vertices, v)
			}
			m.Faces = append(m.Faces, [3]uint32{n, n + 1, n + 2})
		}
		if len(m.Faces) == 0 {
			return
		}
		for _, p := range m.Poses() {
			size := m.Oriented(p.Quaternion).Size()
			if math.IsNaN(p.Score) || !within(size[2], p.HeightMM, 1e-3*(1+p.HeightMM)) {
				t.Fatalf("%+v, and it is %v", p, size)
			}
		}
	})
}

// BenchmarkPoses scores a model of a million triangles, none of which lies in one plane with another.
func BenchmarkPoses(b *testing.B) {
	m := solid(b, meshtest.Sphere(50, 500))
	b.ReportAllocs()
	for b.Loop() {
		if p := m.Poses(); len(p) == 0 {
			b.Fatal("no pose")
		}
	}
}

// Proposals are the file's own pose and others that are not like it; rounded they turn as they did.
func TestProposals(t *testing.T) {
	for name, c := range map[string]struct {
		solid  meshtest.Solid
		others int
	}{"cube": {meshtest.Cube(), 0}, "bracket": {meshtest.TBracket(), 3}, "plate": {meshtest.Box(60, 80, 4), 2}} {
		m := solid(t, c.solid).Outward()
		own, others := m.Proposals()
		if own.Quaternion != mesh.NoRotation || len(others) != c.others {
			t.Errorf("%s: %+v, %+v", name, own, others)
		}
		for i, p := range others {
			if p.Quaternion == mesh.NoRotation || i > 0 && p.Score < others[i-1].Score {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
	for _, q := range append(askew(11, 50), mesh.Quaternion{-1, 1e-12, 0, 1e-12}, mesh.Quaternion{0, -3, 0, 0}, mesh.NoRotation) {
		r := q.Rounded()
		first := r[3]
		for k := 0; first == 0 && k < 3; k++ {
			first = r[k]
		}
		if first < 0 {
			t.Errorf("%v rounded is %v", q, r)
		}
		if way := q.Then(mesh.Quaternion{-r[0], -r[1], -r[2], r[3]}); !within(math.Abs(way[3]), 1, 1e-8) {
			t.Errorf("%v and %v differ by %v", q, r, way)
		}
	}
}
