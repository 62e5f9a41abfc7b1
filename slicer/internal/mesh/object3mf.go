package mesh

import (
	"bytes"
	"strconv"
)

// object3MF is a mesh or a group of others.
type object3MF struct {
	id         int
	kind       string  // the type attribute
	helper     Finding // why it is no part of the print, if so
	vertices   [][3]float32
	faces      [][3]uint32
	collapsed  int
	components []reference
	used       bool // some component refers to it

	// Figures for limits, worked out before anything is built.
	state     int // 0 new, 1 being weighed, 2 known
	height    int
	size      int // triangles when expanded
	points    int
	instances int
}

func (p *package3MF) readObject(x *xmlReader, m *modelPart) error {
	if p.objects++; p.objects > p.lim.Instances {
		return tooManyCopies(p.lim)
	}
	id, ok := number(x.attr("id"))
	if !ok {
		return x.damaged("an object has no number")
	}
	if m.objects[id] != nil {
		return x.damaged("two objects have one number")
	}
	o := &object3MF{id: id, kind: string(x.attr("type"))}
	m.objects[id] = o
	m.order = append(m.order, o)
	switch o.kind {
	case "support", "solidsupport":
		o.helper = supportsLeftOut
	case "other":
		o.helper = unprintedLeftOut
	}
	return children(x, func() (bool, error) {
		switch string(x.name) {
		case "mesh":
			return true, p.readMesh(x, m, o)
		case "components":
			return true, children(x, func() (bool, error) {
				if string(x.name) != "component" {
					return false, nil
				}
				r, err := p.readReference(x, m)
				if err == nil && !p.helpers.component(m.name == p.root, id, r.id) {
					o.components = append(o.components, r)
				} else if err == nil {
					p.warn(modifiersLeftOut)
				}
				return false, err
			})
		case "metadatagroup", "settings":
			return true, readSettings(x, o)
		}
		return false, nil
	})
}

// readMesh reads vertices and triangles. Vertices are welded within the
// object: some programs write three for each triangle. Objects are not welded
// to each other, since two that touch are still two.
func (p *package3MF) readMesh(x *xmlReader, m *modelPart, o *object3MF) error {
	b := p.builder
	b.forget()
	b.lim.Triangles = p.lim.Triangles - p.triangles
	var index []uint32
	place := 0
	err := children(x, func() (bool, error) {
		switch string(x.name) {
		case "vertices":
			return true, children(x, func() (bool, error) {
				if string(x.name) != "vertex" {
					return false, nil
				}
				v, ok := vertexAttributes(x, m.mm)
				if !ok || !b.inRange(v) {
					return false, outOfRange(p.lim, "Vertex "+grouped(len(index)+1)+" of object "+strconv.Itoa(o.id))
				}
				if len(index) >= 3*p.lim.Triangles {
					return false, tooManyTriangles(p.lim)
				}
				index = append(index, b.vertex(v))
				return false, nil
			})
		case "triangles":
			return true, children(x, func() (bool, error) {
				if string(x.name) != "triangle" {
					return false, nil
				}
				t, ok := triangleAttributes(x, len(index))
				if !ok {
					return false, x.damaged("triangle " + grouped(place+1) + " of object " + strconv.Itoa(o.id) + " has corners that do not exist")
				}
				place++
				if m.name == p.root && p.helpers.triangle(o.id, place-1) {
					p.warn(modifiersLeftOut)
					return false, nil
				}
				err := b.face(index[t[0]], index[t[1]], index[t[2]])
				if err != nil {
					return false, tooManyTriangles(p.lim)
				}
				return false, nil
			})
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	whole := Mesh{Vertices: b.vertices, Faces: b.faces}
	whole.dropUnused()
	o.vertices, o.faces, o.collapsed = whole.Vertices, whole.Faces, b.collapsed
	p.triangles += len(o.faces)
	return nil
}

func vertexAttributes(x *xmlReader, mm float64) (v [3]float32, ok bool) {
	seen := 0
	for i := range x.attrs {
		a := &x.attrs[i]
		if len(a.name) != 1 || a.name[0] < 'x' || a.name[0] > 'z' {
			continue
		}
		f, err := parseNumber(bytes.TrimSpace(a.value))
		if err != nil {
			return v, false
		}
		v[a.name[0]-'x'] = float32(f * mm)
		seen |= 1 << (a.name[0] - 'x')
	}
	return v, seen == 7
}

func triangleAttributes(x *xmlReader, have int) (t [3]int, ok bool) {
	seen := 0
	for i := range x.attrs {
		a := &x.attrs[i]
		if len(a.name) != 2 || a.name[0] != 'v' || a.name[1] < '1' || a.name[1] > '3' {
			continue
		}
		n, ok := number(a.value)
		if !ok || n >= have {
			return t, false
		}
		t[a.name[1]-'1'] = n
		seen |= 1 << (a.name[1] - '1')
	}
	return t, seen == 7
}

// number reads a whole number from zero to 2^31-1.
func number(text []byte) (int, bool) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || len(text) > 10 {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, n < 1<<31
}
