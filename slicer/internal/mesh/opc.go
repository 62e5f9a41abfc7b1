package mesh

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"buildplate/slicer/internal/fault"
)

// modelRelation ends the type of the relationship from a package to its root
// model; the part before it has changed with the format's editions.
const modelRelation = "/3dmodel"

// rootModel returns the name of the part a 3MF's relationships call its model.
func (a *archive) rootModel(ctx context.Context) (name string, assumed bool, err error) {
	if e, ok := a.find("_rels/.rels"); ok {
		name, err := a.modelTarget(ctx, e)
		if err != nil || name != "" {
			return name, false, err
		}
	}
	// Some programs forget the relationships; the usual name is then safe.
	if e, ok := a.find("3D/3dmodel.model"); ok {
		return e.name, true, nil
	}
	return "", false, fail(fault.CodeDamaged, "The 3MF file does not say which part of it is the model. Export it again.")
}

func (a *archive) modelTarget(ctx context.Context, rels entry) (string, error) {
	target := ""
	err := a.readXML(ctx, rels, func(x *xmlReader) error {
		for {
			token, err := x.next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if token != xmlStart || string(x.name) != "Relationship" || !strings.HasSuffix(string(x.attr("Type")), modelRelation) {
				continue
			}
			if strings.EqualFold(string(x.attr("TargetMode")), "External") {
				return x.unsafe("its model lies outside the file")
			}
			if target == "" {
				if target, err = a.partName(string(x.attr("Target")), x.part); err != nil {
					return err
				}
			}
		}
	})
	return target, err
}

// partName resolves a reference from inside the package to a part in it.
func (a *archive) partName(reference, from string) (string, error) {
	name := strings.TrimPrefix(path.Clean("/"+reference), "/")
	e, ok := a.find(name)
	if !ok {
		return "", fail(fault.CodeDamaged, "The 3MF file is incomplete: %s refers to %q, which is not in it. Export it again.", from, displayName(reference))
	}
	return e.name, nil
}

// readXML walks one part with f, then reads what is left, so that the ZIP's
// checksum is compared.
func (a *archive) readXML(ctx context.Context, e entry, f func(x *xmlReader) error) error {
	file, err := e.Open()
	if err != nil {
		return readFailure(err)
	}
	defer file.Close()
	r := contextReader{ctx, file}
	if err := f(newXMLReader(r, displayName(e.name), a.lim)); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return readFailure(err)
	}
	return nil
}
