package mesh

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"buildplate/slicer/internal/fault"
)

// read3MF reads all that a 3MF's build prints, as placed (3MF core
// specification 1.3, production extension 1.1 for objects in other parts).
func read3MF(ctx context.Context, a *archive, lim Limits) (*Mesh, error) {
	root, assumed, err := a.rootModel(ctx)
	if err != nil {
		return nil, err
	}
	p := &package3MF{ctx: ctx, archive: a, lim: lim, builder: newBuilder(lim), parts: make(map[string]*modelPart)}
	if assumed {
		p.warn(rootAssumed)
	}
	if p.helpers, err = readHelpers(ctx, a); err != nil {
		return nil, err
	}
	p.root = root
	model, err := p.part(root)
	if err != nil {
		return nil, err
	}
	return p.build(model)
}

// package3MF is a 3MF while it is read.
type package3MF struct {
	ctx      context.Context
	archive  *archive
	lim      Limits
	builder  *builder
	root     string
	parts    map[string]*modelPart // by part name
	helpers  helpers
	warnings []Finding

	// What all parts hold together, bounded so that many small pieces cannot
	// do what one large one may not.
	triangles, objects, references int
	excluded                       bool
}

// modelPart is one XML part.
type modelPart struct {
	name    string
	unit    Unit
	mm      float64 // millimetres in the unit
	objects map[int]*object3MF
	order   []*object3MF
	items   []reference
}

// reference is a build item or a component: an object, moved.
type reference struct {
	part      *modelPart // nil until resolved
	path      string     // the part's name if it is another one
	id        int
	transform affine
}

func (p *package3MF) warn(f Finding) {
	if !slices.Contains(p.warnings, f) {
		p.warnings = append(p.warnings, f)
	}
}

// part returns the named part, reading it the first time.
func (p *package3MF) part(name string) (*modelPart, error) {
	if m, ok := p.parts[name]; ok {
		return m, nil
	}
	e, ok := p.archive.find(name)
	if !ok {
		return nil, fail(fault.CodeDamaged, "The 3MF file is incomplete: %q is not in it. Export it again.", displayName(name))
	}
	m := &modelPart{name: e.name, unit: UnitMillimeter, mm: 1, objects: make(map[int]*object3MF)}
	p.parts[name] = m
	if err := p.archive.readXML(p.ctx, e, func(x *xmlReader) error { return p.readModel(x, m) }); err != nil {
		return nil, err
	}
	return m, nil
}

// children calls f at each child element of the one that just began. f must
// read to the child's end, or return false to have it skipped.
func children(x *xmlReader, f func() (bool, error)) error {
	for {
		token, err := x.next()
		if err != nil {
			return err
		}
		if token == xmlEnd {
			return nil
		}
		read, err := f()
		if err != nil {
			return err
		}
		if !read {
			if err := x.skip(); err != nil {
				return err
			}
		}
	}
}

func (p *package3MF) readModel(x *xmlReader, m *modelPart) error {
	if _, err := x.next(); err != nil {
		return err
	}
	if string(x.name) != "model" {
		return x.damaged("there is no model")
	}
	if unit := x.attr("unit"); unit != nil {
		m.unit = Unit(unit)
		if m.mm = m.unit.Millimetres(); m.mm == 0 || m.unit == UnitUnknown {
			return fail(fault.CodeDamaged, "The 3MF file is in %q, which is no unit of length we know. Export it in millimetres.", clip(unit))
		}
	}
	for _, extension := range bytes.Fields(x.attr("requiredextensions")) {
		if f, ok := extensionWarnings[string(extension)]; ok {
			p.warn(f)
		}
	}
	err := children(x, func() (bool, error) {
		switch string(x.name) {
		case "resources":
			return true, children(x, func() (bool, error) {
				if string(x.name) != "object" {
					return false, nil
				}
				return true, p.readObject(x, m)
			})
		case "build":
			return true, children(x, func() (bool, error) { return false, p.readItem(x, m) })
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	if _, err := x.next(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = x.damaged("something follows the end")
		}
		return err
	}
	return nil
}

// extensionWarnings are for extensions that add to the shape; a file that
// requires them is only partly read. Colours, slices and build identifiers do
// not change what is printed here.
var extensionWarnings = map[string]Finding{
	"b":  latticeLeftOut,
	"bl": latticeLeftOut,
	"v":  formulasLeftOut,
	"i":  formulasLeftOut,
	"d":  reliefLeftOut,
	"sc": encryptedLeftOut,
}

func (p *package3MF) readItem(x *xmlReader, m *modelPart) error {
	if string(x.name) != "item" {
		return nil
	}
	// Bambu Studio and OrcaSlicer keep what is not to be printed in the build.
	if string(x.attr("printable")) == "0" {
		p.excluded = true
		p.warn(unprintedLeftOut)
		return nil
	}
	r, err := p.readReference(x, m)
	if err == nil {
		m.items = append(m.items, r)
	}
	return err
}

func (p *package3MF) readReference(x *xmlReader, m *modelPart) (r reference, err error) {
	if p.references++; p.references > p.lim.Instances {
		return r, tooManyCopies(p.lim)
	}
	var ok bool
	if r.id, ok = number(x.attr("objectid")); !ok {
		return r, x.damaged("a reference has no object")
	}
	if r.transform, ok = parseTransform(x.attr("transform"), m.mm); !ok {
		return r, x.damaged("an object is placed by something other than twelve numbers")
	}
	if path := x.attr("path"); path != nil {
		if r.path, err = p.archive.partName(string(path), x.part); err != nil {
			return r, err
		}
	} else {
		r.part = m
	}
	return r, nil
}

func tooManyCopies(lim Limits) *fault.Error {
	return fail(fault.CodeTooLarge, "The 3MF file places more than %s objects. Export what you want printed as one model.", grouped(lim.Instances))
}
