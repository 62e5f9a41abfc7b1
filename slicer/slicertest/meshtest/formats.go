package meshtest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"

	"buildplate/slicer/shape"
)

// BinarySTL writes the solid as a binary STL whose header begins with "solid".
func BinarySTL(s Solid) []byte { return shape.BinarySTL(shape.Solid(s)) }

// TextSTL writes each solid as an ASCII STL's solid.
func TextSTL(solids ...Solid) []byte {
	var b bytes.Buffer
	for i, s := range solids {
		fmt.Fprintf(&b, "solid part %d\n", i+1)
		for _, t := range s {
			b.WriteString("facet normal 0 0 0\nouter loop\n")
			for _, p := range t {
				fmt.Fprintf(&b, "vertex %v %v %v\n", float32(p[0]), float32(p[1]), float32(p[2]))
			}
			b.WriteString("endloop\nendfacet\n")
		}
		fmt.Fprintf(&b, "endsolid part %d\n", i+1)
	}
	return b.Bytes()
}

// OBJ writes the solid with shared corners, numbered from 1.
func OBJ(s Solid) []byte {
	corners, faces := indexed(s)
	var b bytes.Buffer
	b.WriteString("# a test\nmtllib /etc/passwd\no part\n")
	for _, p := range corners {
		fmt.Fprintf(&b, "v %v %v %v\n", float32(p[0]), float32(p[1]), float32(p[2]))
	}
	b.WriteString("vn 0 0 1\nusemtl none\n")
	for _, f := range faces {
		fmt.Fprintf(&b, "f %d//1 %d//1 %d//1\n", f[0]+1, f[1]+1, f[2]+1)
	}
	return b.Bytes()
}

// ClipOBJ is the Clip drawn with two faces of eight corners, which must be cut
// as the concave shape they are.
func ClipOBJ() []byte {
	var b bytes.Buffer
	u := []Point{{0, 0}, {20, 0}, {20, 2}, {2, 2}, {2, 12}, {20, 12}, {20, 14}, {0, 14}}
	for _, z := range []float64{0, 12} {
		for _, p := range u {
			fmt.Fprintf(&b, "v %v %v %v\n", p[0], p[1], z)
		}
	}
	b.WriteString("f 8 7 6 5 4 3 2 1\nf -8 -7 -6 -5 -4 -3 \\\n-2 -1\n")
	for i := range 8 {
		j := (i + 1) % 8
		fmt.Fprintf(&b, "f %d %d %d %d\n", i+1, j+1, j+9, i+9)
	}
	return b.Bytes()
}

func indexed(s Solid) (corners []Point, faces [][3]int) {
	at := make(map[Point]int)
	for _, t := range s {
		var f [3]int
		for k, p := range t {
			i, ok := at[p]
			if !ok {
				i = len(corners)
				at[p] = i
				corners = append(corners, p)
			}
			f[k] = i
		}
		faces = append(faces, f)
	}
	return corners, faces
}

// File is a file in a ZIP.
type File struct {
	Name string
	Data []byte
}

// ZIP packs files, compressed.
func ZIP(files ...File) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = w.Write(f.Data)
		}
		if err != nil {
			panic(err) // names and sizes are this package's own
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// Object is an object of a 3MF: a mesh, or what Components says.
type Object struct {
	ID         int
	Type       string // "model" if empty
	Solid      Solid
	Components []Placed
	Metadata   map[string]string
}

// Placed is a component or a build item.
type Placed struct {
	ID        int
	Transform string // twelve numbers, or nothing
	Path      string // another part, for the production extension
	Attrs     string // more attributes, as written
}

// Model is one model part of a 3MF.
type Model struct {
	Unit    string
	Objects []Object
	Items   []Placed
}

const (
	coreSpace       = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
	productionSpace = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
	relationSpace   = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// XML writes the model part.
func (m Model) XML() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<model")
	if m.Unit != "" {
		fmt.Fprintf(&b, " unit=%q", m.Unit)
	}
	fmt.Fprintf(&b, " xml:lang=\"en-US\" xmlns=%q xmlns:p=%q>\n<!-- a test --><resources>\n", coreSpace, productionSpace)
	for _, o := range m.Objects {
		kind := o.Type
		if kind == "" {
			kind = "model"
		}
		fmt.Fprintf(&b, "<object id=\"%d\" type=%q>", o.ID, kind)
		if len(o.Metadata) > 0 {
			b.WriteString("<metadatagroup>")
			for name, value := range o.Metadata {
				fmt.Fprintf(&b, "<metadata name=%q>%s</metadata>", name, value)
			}
			b.WriteString("</metadatagroup>")
		}
		if o.Components != nil {
			b.WriteString("<components>")
			for _, c := range o.Components {
				c.write(&b, "component")
			}
			b.WriteString("</components>")
		} else {
			writeMesh(&b, o.Solid)
		}
		b.WriteString("</object>\n")
	}
	b.WriteString("</resources><build>")
	for _, i := range m.Items {
		i.write(&b, "item")
	}
	b.WriteString("</build></model>\n")
	return b.Bytes()
}

func writeMesh(b *bytes.Buffer, s Solid) {
	corners, faces := indexed(s)
	b.WriteString("<mesh><vertices>")
	for _, p := range corners {
		fmt.Fprintf(b, `<vertex x="%v" y="%v" z="%v"/>`, float32(p[0]), float32(p[1]), float32(p[2]))
	}
	b.WriteString("</vertices><triangles>")
	for _, f := range faces {
		fmt.Fprintf(b, `<triangle v1="%d" v2="%d" v3="%d"/>`, f[0], f[1], f[2])
	}
	b.WriteString("</triangles></mesh>")
}

func (p Placed) write(b *bytes.Buffer, element string) {
	fmt.Fprintf(b, "<%s objectid=\"%d\"", element, p.ID)
	if p.Transform != "" {
		fmt.Fprintf(b, " transform=%q", p.Transform)
	}
	if p.Path != "" {
		fmt.Fprintf(b, " p:path=%q", p.Path)
	}
	if p.Attrs != "" {
		b.WriteString(" " + p.Attrs)
	}
	b.WriteString("/>")
}

// Package wraps a model part's XML and further files into a 3MF.
func Package(model []byte, more ...File) []byte {
	return ZIP(append([]File{
		{"[Content_Types].xml", []byte(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>`)},
		{"_rels/.rels", []byte(fmt.Sprintf(`<Relationships xmlns=%q><Relationship Target="/3D/3dmodel.model" Id="rel0" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>`, relationSpace))},
		{"3D/3dmodel.model", model},
	}, more...)...)
}

// ThreeMF is a 3MF in millimetres that builds the solids as they lie.
func ThreeMF(solids ...Solid) []byte {
	m := Model{Unit: "millimeter"}
	for i, s := range solids {
		m.Objects = append(m.Objects, Object{ID: i + 1, Solid: s})
		m.Items = append(m.Items, Placed{ID: i + 1})
	}
	return Package(m.XML())
}

// Shift is the transform that moves by (x, y, z).
func Shift(x, y, z float64) string {
	return strings.Join([]string{"1 0 0 0 1 0 0 0 1", fmt.Sprint(x), fmt.Sprint(y), fmt.Sprint(z)}, " ")
}
