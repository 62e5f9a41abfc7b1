package mesh

import "buildplate/slicer/internal/fault"

// build puts together what the root model's build section places.
func (p *package3MF) build(root *modelPart) (*Mesh, error) {
	items := root.items
	if len(items) == 0 && !p.excluded {
		items = p.loose(root)
	}
	triangles, points, instances := 0, 0, 0
	for i := range items {
		o, err := p.object(&items[i])
		if err != nil {
			return nil, err
		}
		if err := p.weigh(o, 1); err != nil {
			return nil, err
		}
		triangles, points, instances = triangles+o.size, points+o.points, instances+o.instances
		if err := p.checkTotals(triangles, instances); err != nil {
			return nil, err
		}
	}
	if triangles == 0 {
		if p.excluded {
			return nil, fail(fault.CodeNoModel, "The 3MF file holds nothing to print: only support structures and helper objects.")
		}
		return nil, fail(fault.CodeNoModel, "There are no triangles in this 3MF file, so there is nothing to print.")
	}
	m := &Mesh{
		Vertices: make([][3]float32, 0, points),
		Faces:    make([][3]uint32, 0, triangles),
		Unit:     root.unit,
	}
	for i := range items {
		if err := p.place(m, &items[i], identity); err != nil {
			return nil, err
		}
	}
	m.Warnings = p.warnings
	return m, nil
}

// loose stands in for a build section that lists nothing: all objects that are
// no component of another.
func (p *package3MF) loose(root *modelPart) []reference {
	for _, o := range root.order {
		for _, c := range o.components {
			if c.part == root && root.objects[c.id] != nil {
				root.objects[c.id].used = true
			}
		}
	}
	var items []reference
	for _, o := range root.order {
		if !o.used {
			items = append(items, reference{part: root, id: o.id, transform: identity})
		}
	}
	if len(items) > 0 {
		p.warn(buildAssumed)
	}
	return items
}

// object returns what a reference refers to, reading its part if need be.
func (p *package3MF) object(r *reference) (*object3MF, error) {
	if r.part == nil {
		part, err := p.part(r.path)
		if err != nil {
			return nil, err
		}
		r.part = part
	}
	o := r.part.objects[r.id]
	if o == nil {
		return nil, fail(fault.CodeDamaged, "The 3MF file is incomplete: object %d is used but not described. Export it again.", r.id)
	}
	return o, nil
}

// weigh works out how large an object is with all its components, by
// arithmetic: five kilobytes of components can stand for 2^30 meshes. depth is
// how deep the object lies itself.
func (p *package3MF) weigh(o *object3MF, depth int) error {
	if o.state == 1 {
		return fail(fault.CodeUnsafe, "The 3MF file was refused: an object contains itself. Export it again.")
	}
	if depth+o.height > p.lim.ComponentDepth {
		return fail(fault.CodeUnsafe, "The 3MF file was refused: its objects are nested more than %d deep. Ungroup them and export it again.", p.lim.ComponentDepth)
	}
	if o.state == 2 {
		return nil
	}
	if o.helper != (Finding{}) {
		// Left out, whatever it holds.
		p.warn(o.helper)
		p.excluded = true
		o.state = 2
		return nil
	}
	o.state = 1
	o.size, o.points, o.instances = len(o.faces), len(o.vertices), 1
	for i := range o.components {
		c, err := p.object(&o.components[i])
		if err != nil {
			return err
		}
		if err := p.weigh(c, depth+1); err != nil {
			return err
		}
		o.size, o.points, o.instances = o.size+c.size, o.points+c.points, o.instances+c.instances
		o.height = max(o.height, c.height+1)
		if err := p.checkTotals(o.size, o.instances); err != nil {
			return err
		}
	}
	o.state = 2
	return nil
}

func (p *package3MF) checkTotals(triangles, instances int) error {
	if triangles > p.lim.Triangles {
		return tooManyTriangles(p.lim)
	}
	if instances > p.lim.Instances {
		return tooManyCopies(p.lim)
	}
	return nil
}

// place adds a weighed object to the mesh, moved by its own transform and then
// by outer.
func (p *package3MF) place(m *Mesh, r *reference, outer affine) error {
	if err := p.ctx.Err(); err != nil {
		return readFailure(err)
	}
	o, err := p.object(r)
	if err != nil || o.helper != (Finding{}) {
		return err
	}
	t := r.transform.then(outer)
	first := uint32(len(m.Vertices))
	for _, v := range o.vertices {
		v = t.apply(v)
		if !p.builder.inRange(v) {
			return outOfRange(p.lim, "An object of the 3MF file")
		}
		m.Vertices = append(m.Vertices, v)
	}
	mirrored := t.mirrors()
	for _, f := range o.faces {
		if mirrored {
			f[1], f[2] = f[2], f[1]
		}
		m.Faces = append(m.Faces, [3]uint32{first + f[0], first + f[1], first + f[2]})
	}
	m.Collapsed += o.collapsed
	for i := range o.components {
		if err := p.place(m, &o.components[i], t); err != nil {
			return err
		}
	}
	return nil
}
