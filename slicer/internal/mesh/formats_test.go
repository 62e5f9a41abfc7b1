package mesh_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"buildplate/slicer/internal/fault"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

const coreNamespace = `xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"`

func TestReadFormats(t *testing.T) {
	cube := meshtest.Cube()
	text := string(meshtest.TextSTL(cube))
	corners := "v 0 0 0\nv 20 0 0\nv 20 20 0\nv 0 20 0\n"
	cases := []struct {
		name      string
		data      []byte
		triangles int
		volume    float64
		watertight,
		warns bool
	}{
		{"binary.stl", meshtest.BinarySTL(cube), 12, 8000, true, false},
		{"text.stl", []byte(text), 12, 8000, true, false},
		{"crlf.stl", []byte(strings.ReplaceAll(text, "\n", "\r\n")), 12, 8000, true, false},
		{"cr.stl", []byte(strings.ReplaceAll(text, "\n", "\r")), 12, 8000, true, false},
		{"capitals.STL", []byte(strings.ToUpper(text)), 12, 8000, true, false},
		{"byte-order-mark.stl", []byte("\ufeff" + text), 12, 8000, true, false},
		{"no-solid.stl", []byte(strings.ReplaceAll(text, "solid part 1\n", "")), 12, 8000, true, false},
		{"name-of-words.stl", []byte(strings.Replace(text, "solid part 1", "solid vertex 1 2 outer loop", 1)), 12, 8000, true, false},
		{"two-solids.stl", meshtest.TextSTL(cube, meshtest.Clip().Moved(30, 0, 0)), 12 + 28, 9200, true, false},
		{"wrong-extension.obj", []byte(text), 12, 8000, true, false},
		{"no-extension", meshtest.BinarySTL(cube), 12, 8000, true, false},
		{"quad.stl", []byte("solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 1 1 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid\n"), 2, 0, false, false},
		{"shared.obj", meshtest.OBJ(cube), 12, 8000, true, false},
		{"concave.obj", meshtest.ClipOBJ(), 28, 1200, true, false},
		{"obj-as.stl", meshtest.OBJ(cube), 12, 8000, true, false},
		{"colours.obj", []byte(strings.ReplaceAll(corners, "\n", " 0.5 0.5 0.5\n") + "f 1/1/1 2/2/2 3/3/3 4/4/4\n"), 2, 0, false, false},
		{"plain.3mf", meshtest.ThreeMF(cube), 12, 8000, true, false},
		{"3mf-as.zip", meshtest.ThreeMF(cube), 12, 8000, true, false},
		{"one.zip", meshtest.ZIP(meshtest.File{Name: "a/b/cube.stl", Data: meshtest.BinarySTL(cube)}), 12, 8000, true, false},
		{"nested.zip", meshtest.ZIP(meshtest.File{Name: "cube.3mf", Data: meshtest.ThreeMF(cube)}), 12, 8000, true, false},
		{"touching.3mf", meshtest.ThreeMF(meshtest.Box(10, 10, 10), meshtest.Box(10, 10, 10).Moved(10, 0, 0)), 24, 2000, true, false},
		{"utf-16.3mf", meshtest.Package(utf16(meshtest.Model{Objects: []meshtest.Object{{ID: 1, Solid: cube}}, Items: []meshtest.Placed{{ID: 1}}}.XML())), 12, 8000, true, false},
		{"no-rels.3mf", meshtest.ZIP(
			meshtest.File{Name: "[Content_Types].xml", Data: []byte("<Types/>")},
			meshtest.File{Name: "3D/3dmodel.model", Data: meshtest.Model{Objects: []meshtest.Object{{ID: 1, Solid: cube}}, Items: []meshtest.Placed{{ID: 1}}}.XML()}), 12, 8000, true, true},
		{"no-items.3mf", meshtest.Package(meshtest.Model{Objects: []meshtest.Object{
			{ID: 1, Solid: cube}, {ID: 2, Components: []meshtest.Placed{{ID: 1}}}}}.XML()), 12, 8000, true, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := read(t, c.name, c.data)
			i := mesh.Inspect(m)
			if i.Triangles != c.triangles || !near(i.VolumeMM3, c.volume, 1e-5) || i.Watertight != c.watertight || (len(m.Warnings) > 0) != c.warns {
				t.Errorf("%d triangles, %v mm³, watertight %v, warnings %q; want %d, %v, %v, %v", i.Triangles, i.VolumeMM3, i.Watertight, m.Warnings, c.triangles, c.volume, c.watertight, c.warns)
			}
		})
	}
}

func utf16(text []byte) []byte {
	text = bytes.Replace(text, []byte("UTF-8"), []byte("UTF-16"), 1)
	out := []byte{0xff, 0xfe}
	for _, c := range text {
		out = append(out, c, 0)
	}
	return out
}

func TestRead3MF(t *testing.T) {
	box := meshtest.Box(10, 20, 30)
	const turned = "0 1 0 -1 0 0 0 0 1 100 0 0" // a quarter turn about z, then 100 to the right
	cases := []struct {
		name   string
		model  meshtest.Model
		more   []meshtest.File
		low    [3]float64
		high   [3]float64
		volume float64
		unit   mesh.Unit
		warn   string // its code
	}{
		{"inches", meshtest.Model{Unit: "inch", Objects: []meshtest.Object{{ID: 1, Solid: meshtest.Box(2, 1, 0.5)}}, Items: []meshtest.Placed{{ID: 1, Transform: meshtest.Shift(1, 0, 0)}}}, nil,
			[3]float64{25.4, 0, 0}, [3]float64{76.2, 25.4, 12.7}, 16387.064, mesh.UnitInch, ""},
		{"no unit means millimetres", meshtest.Model{Objects: []meshtest.Object{{ID: 1, Solid: box}}, Items: []meshtest.Placed{{ID: 1}}}, nil,
			[3]float64{}, [3]float64{10, 20, 30}, 6000, mesh.UnitMillimeter, ""},
		{"turned item", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box}}, Items: []meshtest.Placed{{ID: 1, Transform: turned}}}, nil,
			[3]float64{80, 0, 0}, [3]float64{100, 10, 30}, 6000, mesh.UnitMillimeter, ""},
		{"mirrored item", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box}}, Items: []meshtest.Placed{{ID: 1, Transform: "-1 0 0 0 1 0 0 0 1 0 0 0"}}}, nil,
			[3]float64{-10, 0, 0}, [3]float64{0, 20, 30}, 6000, mesh.UnitMillimeter, ""},
		{"components move first, items after", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{
			{ID: 1, Solid: box}, {ID: 2, Components: []meshtest.Placed{{ID: 1, Transform: meshtest.Shift(50, 0, 0)}, {ID: 1}}}}, Items: []meshtest.Placed{{ID: 2, Transform: turned}}}, nil,
			[3]float64{80, 0, 0}, [3]float64{100, 60, 30}, 12000, mesh.UnitMillimeter, ""},
		{"several items", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box}}, Items: []meshtest.Placed{{ID: 1}, {ID: 1, Transform: meshtest.Shift(40, 0, 0)}, {ID: 1, Transform: meshtest.Shift(0, 0, 40)}}}, nil,
			[3]float64{}, [3]float64{50, 20, 70}, 18000, mesh.UnitMillimeter, ""},
		{"another part, in centimetres", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 5, Components: []meshtest.Placed{{ID: 1, Path: "/3D/Objects/Part 1.model", Transform: meshtest.Shift(5, 0, 0)}}}}, Items: []meshtest.Placed{{ID: 5}}},
			[]meshtest.File{{Name: "3D/Objects/part 1.model", Data: meshtest.Model{Unit: "centimeter", Objects: []meshtest.Object{{ID: 1, Solid: meshtest.Box(1, 2, 3)}}}.XML()}},
			[3]float64{5, 0, 0}, [3]float64{15, 20, 30}, 6000, mesh.UnitMillimeter, ""},
		{"support objects", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box}, {ID: 2, Type: "support", Solid: meshtest.Box(99, 1, 1)}, {ID: 3, Components: []meshtest.Placed{{ID: 1}, {ID: 2}}}}, Items: []meshtest.Placed{{ID: 3}, {ID: 2}}}, nil,
			[3]float64{}, [3]float64{10, 20, 30}, 6000, mesh.UnitMillimeter, "supports_left_out"},
		{"other objects", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box}, {ID: 2, Type: "other", Solid: meshtest.Box(99, 1, 1)}}, Items: []meshtest.Placed{{ID: 1}, {ID: 2}}}, nil,
			[3]float64{}, [3]float64{10, 20, 30}, 6000, mesh.UnitMillimeter, "unprinted_left_out"},
		{"unprintable items", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box}}, Items: []meshtest.Placed{{ID: 1, Attrs: `printable="1"`}, {ID: 1, Transform: meshtest.Shift(99, 0, 0), Attrs: `printable="0"`}}}, nil,
			[3]float64{}, [3]float64{10, 20, 30}, 6000, mesh.UnitMillimeter, "unprinted_left_out"},
		{"Cura's support blocker", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box}, {ID: 2, Solid: meshtest.Box(99, 1, 1), Metadata: map[string]string{"cura:anti_overhang_mesh": "True"}}}, Items: []meshtest.Placed{{ID: 1}, {ID: 2}}}, nil,
			[3]float64{}, [3]float64{10, 20, 30}, 6000, mesh.UnitMillimeter, "modifiers_left_out"},
		{"Bambu Studio's modifier", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box}, {ID: 2, Solid: meshtest.Box(99, 1, 1)}, {ID: 3, Components: []meshtest.Placed{{ID: 1}, {ID: 2}}}}, Items: []meshtest.Placed{{ID: 3}}},
			[]meshtest.File{{Name: "Metadata/model_settings.config", Data: []byte(`<config><object id="3"><part id="1" subtype="normal_part"/><part id="2" subtype="modifier_part"/></object></config>`)}},
			[3]float64{}, [3]float64{10, 20, 30}, 6000, mesh.UnitMillimeter, "modifiers_left_out"},
		{"PrusaSlicer's modifier", meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: box.And(meshtest.Box(99, 1, 1).Moved(0, 0, 50))}}, Items: []meshtest.Placed{{ID: 1}}},
			[]meshtest.File{{Name: "Metadata/Slic3r_PE_model.config", Data: []byte(`<config><object id="1"><volume firstid="0" lastid="11"><metadata type="volume" key="volume_type" value="ModelPart"/></volume><volume firstid="12" lastid="23"><metadata type="volume" key="modifier" value="1"/><metadata type="volume" key="volume_type" value="ParameterModifier"/></volume></object></config>`)}},
			[3]float64{}, [3]float64{10, 20, 30}, 6000, mesh.UnitMillimeter, "modifiers_left_out"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := read(t, "a.3mf", meshtest.Package(c.model.XML(), c.more...))
			low, high := m.Bounds()
			i := mesh.Inspect(m)
			if !nearSize(low, c.low) || !nearSize(high, c.high) || !near(i.VolumeMM3, c.volume, 1e-5) || i.Inverted || !i.Watertight || m.Unit != c.unit {
				t.Errorf("%v to %v, %v mm³, inverted %v, watertight %v, in %q", low, high, i.VolumeMM3, i.Inverted, i.Watertight, m.Unit)
			}
			warnings := ""
			for _, w := range m.Warnings {
				warnings += w.Code
			}
			if warnings != c.warn {
				t.Errorf("warnings %q, want %q", warnings, c.warn)
			}
			if i.Units.Ask {
				t.Error("asks for the unit of a file that states it")
			}
		})
	}
}

// Some programs bind the format's namespace to another prefix than they use,
// others use one everywhere.
func TestNamespacePrefixes(t *testing.T) {
	xml := meshtest.Model{Unit: "millimeter", Objects: []meshtest.Object{{ID: 1, Solid: meshtest.Cube()}}, Items: []meshtest.Placed{{ID: 1}}}.XML()
	xml = bytes.Replace(xml, []byte(coreNamespace), []byte(`xmlns:core="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"`), 1)
	for _, name := range []string{"model", "resources", "object", "mesh", "vertices", "triangles", "build"} {
		xml = bytes.ReplaceAll(xml, []byte("<"+name), []byte("<core:"+name))
		xml = bytes.ReplaceAll(xml, []byte("</"+name+">"), []byte("</core:"+name+">"))
	}
	if i := mesh.Inspect(read(t, "a.3mf", meshtest.Package(xml))); !near(i.VolumeMM3, 8000, 1e-6) {
		t.Errorf("volume %v", i.VolumeMM3)
	}
}

func TestPartsOfZIP(t *testing.T) {
	cube, clip := meshtest.Cube(), meshtest.Clip()
	data := meshtest.ZIP(
		meshtest.File{Name: "readme.txt", Data: []byte("hello")},
		meshtest.File{Name: "print me/", Data: nil},
		meshtest.File{Name: "print me/cube.STL", Data: meshtest.BinarySTL(cube)},
		meshtest.File{Name: "__MACOSX/print me/._cube.STL", Data: []byte("junk")},
		meshtest.File{Name: "print me/.hidden.stl", Data: []byte("junk")},
		meshtest.File{Name: `windows\clip.obj`, Data: meshtest.ClipOBJ()},
		meshtest.File{Name: "group.3mf", Data: meshtest.ThreeMF(cube, clip)},
		meshtest.File{Name: "drawing.step", Data: []byte("ISO-10303-21;")},
		meshtest.File{Name: "evil\u202egnp.stl", Data: meshtest.TextSTL(cube)},
		meshtest.File{Name: "photo.jpg", Data: []byte("\xff\xd8\xff")},
		meshtest.File{Name: "<script>alert(1)<\\script>.stl", Data: []byte("not a model")},
	)
	parts, err := mesh.Parts(t.Context(), "order\r\n.zip", bytes.NewReader(data), int64(len(data)), mesh.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name   string
		volume float64
		code   fault.Code
	}{
		{"order\ufffd\ufffd.zip/print me/cube.STL", 8000, ""},
		{"order\ufffd\ufffd.zip/windows/clip.obj", 1200, ""},
		{"order\ufffd\ufffd.zip/group.3mf", 9200, ""},
		{"order\ufffd\ufffd.zip/drawing.step", 0, fault.CodeUnsupported},
		{"order\ufffd\ufffd.zip/evil\ufffdgnp.stl", 8000, ""},
		{"order\ufffd\ufffd.zip/<script>alert(1)</script>.stl", 0, fault.CodeUnknown},
	}
	if len(parts) != len(want) {
		t.Fatalf("%d parts, want %d: %+v", len(parts), len(want), parts)
	}
	for i, p := range parts {
		if p.Name != want[i].name {
			t.Errorf("part %d is called %q, want %q", i, p.Name, want[i].name)
		}
		m, err := p.Read(t.Context())
		if want[i].code != "" {
			if err == nil || checkError(t, err) != want[i].code {
				t.Errorf("%s: %v, want %q", p.Name, err, want[i].code)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if v := mesh.Inspect(m).VolumeMM3; !near(v, want[i].volume, 1e-5) {
			t.Errorf("%s: %v mm³, want %v", p.Name, v, want[i].volume)
		}
	}
	if _, err := mesh.Read(t.Context(), "order.zip", bytes.NewReader(data), int64(len(data)), mesh.Limits{}); checkError(t, err) != fault.CodeSeveral {
		t.Errorf("Read of several models: %v", err)
	}
}

// Parts of one archive may be read side by side.
func TestPartsSideBySide(t *testing.T) {
	data := meshtest.ZIP(
		meshtest.File{Name: "a.stl", Data: meshtest.BinarySTL(meshtest.Cube())},
		meshtest.File{Name: "b.3mf", Data: meshtest.ThreeMF(meshtest.Cube())},
		meshtest.File{Name: "c.obj", Data: meshtest.OBJ(meshtest.Cube())},
	)
	parts, err := mesh.Parts(t.Context(), "a.zip", bytes.NewReader(data), int64(len(data)), mesh.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 4 {
		for _, p := range parts {
			wait.Go(func() {
				if m, err := p.Read(t.Context()); err != nil || len(m.Faces) != 12 {
					t.Errorf("%s: %v", p.Name, err)
				}
			})
		}
	}
	wait.Wait()
}

// What people send instead of a mesh is refused, and the answer names its format.
func TestOtherFiles(t *testing.T) {
	for name, c := range map[string]struct {
		data   string
		code   fault.Code
		format string
	}{
		"part.step":   {"ISO-10303-21;\nHEADER;", fault.CodeUnsupported, "STEP"},
		"part.sldprt": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", fault.CodeUnsupported, "SLDPRT"},
		"photo.png":   {"\x89PNG\r\n\x1a\n", fault.CodeUnsupported, ""},
		"paper.pdf":   {"%PDF-1.7", fault.CodeUnsupported, "PDF"},
		"out.gcode":   {";FLAVOR:Marlin\nG28\n", fault.CodeUnsupported, "G-code"},
		"all.rar":     {"Rar!\x1a\x07", fault.CodeUnsupported, "RAR"},
		"note.txt":    {"please print my boat", fault.CodeUnknown, ""},
		"empty.stl":   {"", fault.CodeEmpty, ""},
	} {
		_, err := mesh.Parts(t.Context(), name, strings.NewReader(c.data), int64(len(c.data)), mesh.Limits{})
		if err == nil {
			t.Errorf("%s passed as a model", name)
		} else if code := checkError(t, err); code != c.code || !strings.Contains(err.Error(), c.format) {
			t.Errorf("%s: %v; want %q, %q", name, err, c.code, c.format)
		}
	}
}
