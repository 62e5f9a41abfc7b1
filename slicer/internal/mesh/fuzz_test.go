package mesh

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"buildplate/slicer/internal/fault"
	"buildplate/slicer/slicertest/meshtest"
)

// fuzzLimits are tight, so that an input which finds a way past a check shows
// as time or memory.
var fuzzLimits = Limits{FileBytes: 1 << 20, Triangles: 20_000, UnpackedBytes: 4 << 20, Instances: 1000}

// fuzz feeds one input to the readers without the net that Part.Read and Parts
// spread under them, so that a panic is seen. What can be read must survive
// everything that is done with it.
func fuzz(t *testing.T, name string, data []byte) {
	ctx := context.Background()
	lim := fuzzLimits.withDefaults()
	p := newPart(ctx, name, sourceAt(name, bytes.NewReader(data), int64(len(data))), lim)
	parts := []Part{p}
	if p.Format == FormatZIP {
		parts = nil
		for _, e := range p.pack.models() {
			parts = append(parts, newPart(ctx, e.name, p.pack.source(e), lim))
		}
	}
	for _, p := range parts {
		m, err := p.read(ctx)
		if err != nil {
			var e *fault.Error
			if !errors.As(err, &e) || e.Code == "" || e.Message == "" {
				t.Fatalf("%v is not an error for people", err)
			}
			continue
		}
		checkMesh(t, m, lim)
	}
}

func checkMesh(t *testing.T, m *Mesh, lim Limits) {
	if len(m.Faces) == 0 || len(m.Faces) > lim.Triangles {
		t.Fatalf("%d faces", len(m.Faces))
	}
	used := make([]bool, len(m.Vertices))
	for _, f := range m.Faces {
		if f[0] == f[1] || f[1] == f[2] || f[2] == f[0] {
			t.Fatalf("face %v has a corner twice", f)
		}
		for _, i := range f {
			used[i] = true
		}
	}
	for i, v := range m.Vertices {
		if !used[i] || !newBuilder(lim).inRange(v) {
			t.Fatalf("vertex %d, %v: used %v", i, v, used[i])
		}
	}
	i := Inspect(m)
	if !finite(i.VolumeMM3, i.AreaMM2, i.OverhangMM2, i.SupportMM3, i.ThicknessMM, i.SizeMM[0], i.SizeMM[1], i.SizeMM[2]) || i.VolumeMM3 < 0 || i.Bodies < 1 {
		t.Fatalf("inspection %+v", i)
	}
	if i.Watertight && i.Holes+i.OpenEdges+i.InvertedFaces > 0 {
		t.Fatalf("watertight with %d holes", i.Holes)
	}
	bed := Bed{Width: 200, Depth: 200, Height: 200}
	i.Fit(bed)
	placed := m.Outward().Oriented(Quaternion{0.5, 0.5, 0.5, 0.5}).Placed(bed)
	var b bytes.Buffer
	if err := placed.WriteSTL(&b); err != nil || b.Len() != 84+50*len(m.Faces) {
		t.Fatalf("wrote %d bytes: %v", b.Len(), err)
	}
}

func FuzzSTL(f *testing.F) {
	for _, s := range []meshtest.Solid{meshtest.Cube(), meshtest.LeakyCube(), meshtest.TouchingCubes(), meshtest.HollowBox().InsideOut()} {
		f.Add(meshtest.BinarySTL(s))
		f.Add(meshtest.TextSTL(s, s))
	}
	seed(f, ".stl")
	f.Fuzz(func(t *testing.T, data []byte) { fuzz(t, "a.stl", data) })
}

func FuzzOBJ(f *testing.F) {
	f.Add(meshtest.OBJ(meshtest.Bracket()))
	f.Add(meshtest.ClipOBJ())
	seed(f, ".obj")
	f.Fuzz(func(t *testing.T, data []byte) { fuzz(t, "a.obj", data) })
}

// Fuzz3MF changes the model part: a fuzzer cannot get past a ZIP's checksums.
func Fuzz3MF(f *testing.F) {
	group := meshtest.Model{Unit: "inch", Objects: []meshtest.Object{
		{ID: 1, Solid: meshtest.Cube(), Metadata: map[string]string{"cura:infill_mesh": "False"}},
		{ID: 2, Components: []meshtest.Placed{{ID: 1, Transform: meshtest.Shift(1, 2, 3)}, {ID: 1}}},
		{ID: 3, Type: "support", Solid: meshtest.Clip()},
	}, Items: []meshtest.Placed{{ID: 2}, {ID: 2, Transform: "-1 0 0 0 1 0 0 0 1 0 0 0"}, {ID: 3}}}
	f.Add(group.XML())
	f.Add([]byte(`<model><!-- --><?a?><resources><![CDATA[<]]><object id="1"><mesh/></object></resources><build/></model>`))
	f.Fuzz(func(t *testing.T, data []byte) { fuzz(t, "a.3mf", meshtest.Package(data)) })
}

func FuzzZIP(f *testing.F) {
	cube := meshtest.BinarySTL(meshtest.Cube())
	f.Add(meshtest.ZIP(meshtest.File{Name: "a/cube.stl", Data: cube}, meshtest.File{Name: "b.obj", Data: meshtest.ClipOBJ()}))
	f.Add(meshtest.ThreeMF(meshtest.Cube()))
	f.Add(meshtest.ZIP(meshtest.File{Name: "a.3mf", Data: meshtest.ThreeMF(meshtest.Cube())}))
	seed(f, ".zip")
	f.Fuzz(func(t *testing.T, data []byte) { fuzz(t, "a.zip", data) })
}

// seed adds the small files of the hostile corpus with that extension.
func seed(f *testing.F, extension string) {
	for _, h := range meshtest.HostileFiles() {
		if len(h.Data) < 20_000 && len(h.Name) > len(extension) && h.Name[len(h.Name)-len(extension):] == extension {
			f.Add(h.Data)
		}
	}
}
