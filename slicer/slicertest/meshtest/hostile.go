package meshtest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
)

// Hostile is a file built to hurt a reader, and the kind of failure it must end in.
type Hostile struct {
	Name string
	Data []byte
	Code string // as mesh.Code; "" where any orderly end will do
}

// HostileFiles returns the corpus: the same bytes every time, made once. Do not
// change them.
func HostileFiles() []Hostile { return hostileFiles() }

var hostileFiles = sync.OnceValue(func() []Hostile {
	files := append(hostileSTL(), hostileOBJ()...)
	files = append(files, hostileXML()...)
	files = append(files, hostileComponents()...)
	return append(files, hostileZIP()...)
})

func hostileSTL() []Hostile {
	cube := BinarySTL(Cube())
	lying := bytes.Clone(cube[:84])
	binary.LittleEndian.PutUint32(lying[80:], 4_290_000_000)
	short := bytes.Clone(cube)
	binary.LittleEndian.PutUint32(short[80:], 13)
	withCorner := func(x float32) []byte {
		out := bytes.Clone(cube)
		binary.LittleEndian.PutUint32(out[84+50*3+16:], math.Float32bits(x))
		return out
	}
	loop := func(lines string) []byte {
		return []byte("solid x\nfacet normal 0 0 1\nouter loop\n" + lines + "endloop\nendfacet\nendsolid\n")
	}
	text := TextSTL(Cube())
	return []Hostile{
		{"count-4e9.stl", lying, "damaged"},
		{"count-13-of-12.stl", short, "truncated"},
		{"cut.stl", cube[:len(cube)-7], "truncated"},
		{"header-only.stl", cube[:40], "unknown"},
		{"no-triangles.stl", append(bytes.Clone(cube[:80]), 0, 0, 0, 0), "no_model"},
		{"nan.stl", withCorner(float32(math.NaN())), "damaged"},
		{"infinite.stl", withCorner(float32(math.Inf(-1))), "damaged"},
		{"far-away.stl", withCorner(3e38), "damaged"},
		{"text-nan.stl", loop("vertex 0 0 0\nvertex nan 0 0\nvertex 0 1 0\n"), "damaged"},
		{"text-1e999.stl", loop("vertex 0 0 0\nvertex 1e999 0 0\nvertex 0 1 0\n"), "damaged"},
		{"text-word.stl", loop("vertex 0 0 0\nvertex one 0 0\nvertex 0 1 0\n"), "damaged"},
		{"text-two-corners.stl", loop("vertex 0 0 0\nvertex 1 0 0\n"), "damaged"},
		{"text-cut.stl", text[:bytes.LastIndex(text, []byte("vertex"))], "truncated"},
		{"text-long-line.stl", append(TextSTL(Cube()), bytes.Repeat([]byte("facet "), 10_000)...), "damaged"},
		{"text-empty.stl", []byte("solid nothing\nendsolid nothing\n"), "no_model"},
		{"step.stl", []byte("ISO-10303-21;\nHEADER;\n"), "unsupported"},
		{"page.stl", []byte("<!DOCTYPE html><html><body>404</body></html>"), "unknown"},
	}
}

func hostileOBJ() []Hostile {
	corners := "v 0 0 0\nv 1 0 0\nv 0 1 0\n"
	many := strings.Repeat("1 2 3 ", 1000)
	return []Hostile{
		{"corner-9-of-3.obj", []byte(corners + "f 1 2 9\n"), "damaged"},
		{"corner-0.obj", []byte(corners + "f 0 1 2\n"), "damaged"},
		{"corner-minus-4.obj", []byte(corners + "f -4 -2 -1\n"), "damaged"},
		{"corner-4e9.obj", []byte(corners + "f 1 2 4294967297\n"), "damaged"},
		{"corner-1e30.obj", []byte(corners + "f 1 2 1000000000000000000000000000000\n"), "damaged"},
		{"two-corners.obj", []byte(corners + "f 1 2\n"), "damaged"},
		{"3000-corners.obj", []byte(corners + "f " + many + "\n"), "too_large"},
		{"long-line.obj", []byte(corners + "f " + strings.Repeat(many, 20) + "\n"), "damaged"},
		{"endless-line.obj", []byte(corners + strings.Repeat("f 1 2 3 \\\n", 20_000)), "damaged"},
		{"infinite.obj", []byte("v inf 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"), "damaged"},
		{"huge.obj", []byte("v 1e7 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"), "damaged"},
		{"no-faces.obj", []byte(corners), "no_model"},
		{"spiral.obj", spiral(), ""},
	}
}

// spiral is many faces of 1,024 corners in the shape that ear clipping likes least.
func spiral() []byte {
	var b bytes.Buffer
	const n = 512
	for i := range n {
		sin, cos := math.Sincos(float64(i) / 8)
		fmt.Fprintf(&b, "v %.4f %.4f 0\nv %.4f %.4f 0\n", float64(i+9)*cos, float64(i+9)*sin, float64(i+8)*cos, float64(i+8)*sin)
	}
	face := "f"
	for i := range n {
		face += fmt.Sprint(" ", 2*i+1)
	}
	for i := range n {
		face += fmt.Sprint(" ", 2*(n-i))
	}
	b.WriteString(strings.Repeat(face+"\n", 100))
	return b.Bytes()
}

func hostileXML() []Hostile {
	whole := string(Model{Objects: []Object{{ID: 1, Solid: Cube()}}, Items: []Placed{{ID: 1}}}.XML())
	change := func(from, to string) []byte {
		out := strings.Replace(whole, from, to, 1)
		if out == whole {
			panic("meshtest: " + from + " does not occur")
		}
		return Package([]byte(out))
	}
	return []Hostile{
		{"doctype.3mf", change("<model", `<!DOCTYPE model [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><model`), "unsafe"},
		{"entity.3mf", change(`x="0"`, `x="&zero;"`), "damaged"},
		// Noise, so that it is the attribute and not the ratio that is refused.
		{"attribute-50MB.3mf", change(`type="model"`, `type="model" note="`+noise(50<<20)+`"`), "unsafe"},
		{"attribute-5kB.3mf", change(`type="model"`, `type="model" note="`+noise(5<<10)+`"`), "unsafe"},
		{"deep.3mf", change("<resources>", "<metadata>"+strings.Repeat("<a>", 70)+strings.Repeat("</a>", 70)+"</metadata><resources>"), "unsafe"},
		{"overlap.3mf", change("</mesh></object>", "</object></mesh>"), "damaged"},
		{"cut.3mf", Package([]byte(whole[:len(whole)/2])), "truncated"},
		{"not-xml.3mf", Package([]byte("PNG")), "damaged"},
		{"two-roots.3mf", Package([]byte(whole + "<model/>")), "damaged"},
		{"corner-99.3mf", change(`v1="0"`, `v1="99"`), "damaged"},
		{"corner-minus.3mf", change(`v1="0"`, `v1="-1"`), "damaged"},
		{"corner-missing.3mf", change(`v1="0" `, ``), "damaged"},
		{"nan.3mf", change(`x="0"`, `x="NaN"`), "damaged"},
		{"infinite.3mf", change(`x="0"`, `x="1e400"`), "damaged"},
		{"unit.3mf", change(`<model`, `<model unit="furlong"`), "damaged"},
		{"transform-nan.3mf", change(`<item objectid="1"`, `<item objectid="1" transform="1 0 0 0 1 0 0 0 1 NaN 0 0"`), "damaged"},
		{"transform-11.3mf", change(`<item objectid="1"`, `<item objectid="1" transform="1 0 0 0 1 0 0 0 1 0 0"`), "damaged"},
		{"transform-huge.3mf", change(`<item objectid="1"`, `<item objectid="1" transform="1e9 0 0 0 1 0 0 0 1 0 0 0"`), "damaged"},
		{"item-7.3mf", change(`<item objectid="1"`, `<item objectid="7"`), "damaged"},
		{"twice-1.3mf", change("</resources>", `<object id="1"/></resources>`), "damaged"},
		{"no-triangles.3mf", Package(Model{Objects: []Object{{ID: 1}}, Items: []Placed{{ID: 1}}}.XML()), "no_model"},
		{"only-support.3mf", Package(Model{Objects: []Object{{ID: 1, Type: "support", Solid: Cube()}}, Items: []Placed{{ID: 1}}}.XML()), "no_model"},
		{"path-outside.3mf", change(`<item objectid="1"`, `<item objectid="1" p:path="/../../etc/passwd"`), "damaged"},
		{"million-objects.3mf", change("</resources>", objects(200_000)+"</resources>"), "too_large"},
	}
}

// objects are n empty objects with numbers that do not compress to nothing.
func objects(n int) string {
	var b strings.Builder
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		fmt.Fprintf(&b, `<object id="%d" name="%x"/>`, i+2, random.Uint64())
	}
	return b.String()
}

func noise(n int) string {
	random := rand.New(rand.NewPCG(3, 4))
	out := make([]byte, n)
	var bits uint64
	for i := range out {
		if i%16 == 0 {
			bits = random.Uint64()
		}
		out[i] = 'a' + byte(bits&15)
		bits >>= 4
	}
	return string(out)
}

// ComponentBomb is a 3MF of levels objects, each made of width copies of the
// one below: width^levels copies of one triangle or, if hollow, of nothing.
func ComponentBomb(levels, width int, hollow bool) []byte {
	m := Model{Items: []Placed{{ID: levels + 1}}}
	leaf := Object{ID: 1, Solid: Solid{{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}}}}
	if hollow {
		leaf.Solid = nil
	}
	m.Objects = append(m.Objects, leaf)
	for i := range levels {
		o := Object{ID: i + 2}
		for range width {
			o.Components = append(o.Components, Placed{ID: i + 1})
		}
		m.Objects = append(m.Objects, o)
	}
	return Package(m.XML())
}

func hostileComponents() []Hostile {
	cycle := Model{Items: []Placed{{ID: 1}}, Objects: []Object{
		{ID: 1, Components: []Placed{{ID: 2}}}, {ID: 2, Components: []Placed{{ID: 3}}}, {ID: 3, Components: []Placed{{ID: 1}}},
	}}
	self := Model{Items: []Placed{{ID: 1}}, Objects: []Object{{ID: 1, Components: []Placed{{ID: 1}}}}}
	ring := Model{Items: []Placed{{ID: 1, Path: "/3D/other.model"}}, Objects: []Object{{ID: 1, Components: []Placed{{ID: 1, Path: "/3D/other.model"}}}}}
	other := Model{Objects: []Object{{ID: 1, Components: []Placed{{ID: 1, Path: "/3D/3dmodel.model"}}}}}
	return []Hostile{
		{"bomb-30x2.3mf", ComponentBomb(30, 2, false), "unsafe"},
		{"bomb-14x4.3mf", ComponentBomb(14, 4, false), "too_large"},
		{"bomb-14x4-hollow.3mf", ComponentBomb(14, 4, true), "too_large"},
		{"bomb-3x500.3mf", ComponentBomb(3, 500, false), "too_large"},
		{"chain-5000.3mf", ComponentBomb(5000, 1, false), "unsafe"},
		{"cycle.3mf", Package(cycle.XML()), "unsafe"},
		{"self.3mf", Package(self.XML()), "unsafe"},
		{"cycle-of-parts.3mf", Package(ring.XML(), File{"3D/other.model", other.XML()}), "unsafe"},
	}
}

func hostileZIP() []Hostile {
	cube := BinarySTL(Cube())
	named := func(name string) []byte { return ZIP(File{name, cube}) }
	many := make([]File, 300)
	for i := range many {
		many[i] = File{fmt.Sprintf("%d.stl", i), cube}
	}
	big := append(bytes.Clone(cube), make([]byte, 20<<20)...)
	archive := named("cube.stl")
	garbled := bytes.Clone(archive)
	for i := 60; i < 70; i++ {
		garbled[i] ^= 0x55
	}
	return []Hostile{
		{"slip.zip", named("../../etc/cron.d/cube.stl"), "unsafe"},
		{"slip-windows.zip", named(`..\..\windows\cube.stl`), "unsafe"},
		{"absolute.zip", named("/etc/cube.stl"), "unsafe"},
		{"drive.zip", named(`C:\cube.stl`), "unsafe"},
		{"nul.zip", named("cube.stl\x00.png"), "unsafe"},
		{"dots.zip", named("a/./b/../cube.stl"), "unsafe"},
		{"twice.zip", ZIP(File{"a.stl", cube}, File{"A.STL", cube}), "unsafe"},
		{"300-files.zip", ZIP(many...), "too_large"},
		{"60-models.zip", ZIP(many[:60]...), "too_large"},
		{"ratio.zip", ZIP(File{"bomb.stl", big}), "unsafe"},
		{"link.zip", withHeader(cube, func(h *zip.FileHeader) { h.SetMode(0o777 | fs.ModeSymlink) }), "unsafe"},
		{"password.zip", flagged(archive, 1), "encrypted"},
		{"method.zip", method(archive, 99), "unsupported"},
		{"size-lies.zip", declared(archive, uint32(len(cube)-50)), ""},
		{"size-4GB.zip", declared(archive, math.MaxUint32-1), "too_large"},
		{"garbled.zip", garbled, "damaged"},
		{"cut.zip", archive[:len(archive)-30], "damaged"},
		{"cut-half.zip", archive[:len(archive)/2], "damaged"},
		{"empty.zip", ZIP(), "no_model"},
		{"pictures.zip", ZIP(File{"a.png", []byte("\x89PNG")}), "no_model"},
		{"hidden.zip", ZIP(File{"__MACOSX/._cube.stl", cube}, File{".trash/cube.stl", cube}), "no_model"},
		{"zip-in-zip.zip", ZIP(File{"models.zip", archive}), "no_model"},
		{"zip-as-stl.zip", ZIP(File{"models.stl", archive}), "unsupported"},
		{"document.3mf", ZIP(File{"[Content_Types].xml", []byte("<Types/>")}, File{"word/document.xml", []byte("<w/>")}), "no_model"},
		{"million-entries.zip", millionEntries(), "too_large"},
	}
}

func withHeader(data []byte, change func(*zip.FileHeader)) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "cube.stl", Method: zip.Deflate}
	change(h)
	if w, err := z.CreateHeader(h); err == nil {
		_, _ = w.Write(data)
	}
	z.Close()
	return b.Bytes()
}

// directory returns where the only entry's record in a ZIP's directory begins.
func directory(archive []byte) int { return bytes.LastIndex(archive, []byte("PK\x01\x02")) }

func flagged(archive []byte, flag uint16) []byte {
	out := bytes.Clone(archive)
	for _, at := range []int{6, directory(out) + 8} {
		binary.LittleEndian.PutUint16(out[at:], binary.LittleEndian.Uint16(out[at:])|flag)
	}
	return out
}

func method(archive []byte, m uint16) []byte {
	out := bytes.Clone(archive)
	binary.LittleEndian.PutUint16(out[8:], m)
	binary.LittleEndian.PutUint16(out[directory(out)+10:], m)
	return out
}

func declared(archive []byte, size uint32) []byte {
	out := bytes.Clone(archive)
	binary.LittleEndian.PutUint32(out[directory(out)+24:], size)
	return out
}

// millionEntries is a directory of a million entries that point at one file,
// of which its end record admits only the low 16 bits.
func millionEntries() []byte {
	const n = 1_000_000
	one := ZIP(File{"a.stl", nil})
	start := directory(one)
	end := bytes.LastIndex(one, []byte("PK\x05\x06"))
	out := bytes.Clone(one[:start])
	out = append(out, bytes.Repeat(one[start:end], n)...)
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], n&0xffff)
	binary.LittleEndian.PutUint16(tail[10:], n&0xffff)
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*(end-start)))
	return append(out, tail...)
}
