package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/slicer/mesh"
	"buildplate/storage"
)

// inspectParts looks at every part that waits for it, one after another: a large mesh needs the memory.
func (a *App) inspectParts(ctx context.Context) {
	for {
		for {
			var parts []shop.Part
			err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
				parts, err = tx.PartsInState(ctx, shop.PartInspecting)
				return err
			})
			if err != nil && ctx.Err() == nil {
				a.log.Error("parts to inspect cannot be read", "err", err)
			}
			if len(parts) == 0 || err != nil {
				break
			}
			for _, p := range parts {
				if ctx.Err() != nil {
					return
				}
				a.inspectPart(ctx, p)
			}
		}
		if !waitKick(ctx, a.inspectKick, 30*time.Second) {
			return
		}
	}
}

// inspected is what looking at one model gave.
type inspected struct {
	slicer.Model
	unit shop.Unit // that the look was taken in
	look partLook
	err  error
}

func (a *App) inspectPart(ctx context.Context, p shop.Part) {
	err := a.look(ctx, p, func(found []inspected) error { return a.keepLooks(ctx, p, found) })
	if ctx.Err() != nil {
		return // a restart looks again
	}
	if err != nil {
		a.log.Error("an inspection could not be kept", "part", p.ID, "err", err)
		time.Sleep(time.Second)
		return
	}
	a.tellCart(p.CartID)
	if err := a.sliceCart(ctx, p.CartID); err != nil && ctx.Err() == nil {
		a.log.Error("a cart could not be queued", "cart", p.CartID, "err", err)
	}
}

// look reads the models of a part, from the mesh that was read before or from the file as it came, and hands them to
// keep while their meshes are there.
func (a *App) look(ctx context.Context, p shop.Part, keep func([]inspected) error) error {
	blob, unit := p.RawBlob, shop.Millimetre
	if p.MeshBlob != "" {
		blob, unit = p.MeshBlob, p.Choices.Unit
	}
	failed := func(err error) error { return keep([]inspected{{Model: slicer.Model{Name: p.Name}, err: err}}) }
	file, err := a.files.Open(storage.Tmp, blob)
	if err != nil {
		return failed(diskError(err))
	}
	defer file.Close()
	models, err := a.slicer.Read(ctx, p.Name, file, unit.Scale())
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return failed(diskError(err))
	}
	defer func() { _ = models.Close() }() // in a folder that goes with the process
	var found []inspected
	for _, m := range models.All {
		i := inspected{Model: m, unit: unit, look: partLook{Units: m.Inspection.Units, Mesh: m.Inspection}}
		if m.Err != nil {
			i.err = m.Err
		}
		found = append(found, i)
	}
	if p.MeshBlob != "" && len(found) == 1 {
		old, _ := lookOf(p)
		found[0].Name, found[0].look.Units, found[0].STL = p.Name, old.Units, ""
	}
	return keep(found)
}

// looked is a part as an inspection leaves it, with the mesh that was written for it, if any.
type looked struct {
	part shop.Part
	mesh *db.Blob
}

// keepLooks writes the meshes that were read to the bucket, then all rows that name them in one transaction: an archive
// of several models becomes all of its parts or, after a crash, is looked at again.
func (a *App) keepLooks(ctx context.Context, p shop.Part, found []inspected) error {
	all := make([]looked, len(found))
	for i, f := range found {
		part := p
		if i > 0 {
			part = shop.Part{ID: shop.NewID(), CartID: p.CartID, UploadID: p.UploadID, Kind: shop.KindModel, RawBlob: p.RawBlob, Choices: p.Choices}
		}
		part.Name = shop.CleanFileName(path.Base(f.Name))
		all[i] = a.keepMesh(ctx, part, f)
	}
	kept := false
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		kept = false
		cart, err := tx.Cart(ctx, p.CartID)
		if err != nil || cart.Order != "" {
			return err
		}
		now, err := tx.Part(ctx, p.CartID, p.ID)
		if shop.IsKind(err, shop.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, l := range all {
			if l.mesh != nil {
				if err := tx.InsertBlob(ctx, *l.mesh); err != nil {
					return err
				}
			}
			l.part.Choices, l.part.UnitAnswered = now.Choices, now.UnitAnswered || l.part.UnitAnswered
			if l.part.State != shop.PartFailed && l.part.MeshBlob != "" && now.Choices.Unit != found[i].unit {
				l.part.State = shop.PartInspecting // another unit was chosen meanwhile: look again
			}
			if i > 0 {
				err = tx.InsertPart(ctx, l.part)
			} else {
				err = tx.SavePart(ctx, l.part)
			}
			if err != nil {
				return err
			}
		}
		kept = true
		return tx.TouchCart(ctx, p.CartID)
	})
	if err == nil && !kept { // ordered or taken out meanwhile: nobody wants the meshes
		for _, l := range all {
			if l.mesh != nil {
				err = errors.Join(err, a.files.Remove(storage.Tmp, l.mesh.ID))
			}
		}
	}
	return err
}

// keepMesh writes a mesh that was read, and judges its part.
func (a *App) keepMesh(ctx context.Context, p shop.Part, f inspected) (l looked) {
	if f.err == nil && f.STL != "" {
		b, err := a.putMesh(ctx, f.STL)
		if err != nil {
			f.err = diskError(err)
		} else {
			l.mesh = &b
			p.MeshBlob, p.MeshHash = b.ID, hex.EncodeToString(f.Hash[:])
		}
	}
	a.judge(&p, f)
	l.part = p
	return l
}

// judge decides what becomes of a part that was looked at.
func (a *App) judge(p *shop.Part, f inspected) {
	p.Message = ""
	if f.err != nil {
		var bad *mesh.Error
		errors.As(f.err, &bad)
		switch {
		case bad != nil && (bad.Code == mesh.CodeUnsupported || bad.Code == mesh.CodeUnknown) && !modelName(p.Name):
			p.Kind, p.State = shop.KindReviewFile, shop.PartReview
			p.Message = "A person will look at this file. Nothing is charged until you agree to a price."
		default:
			_, p.Message = slicer.Sentence(f.err)
			p.State = shop.PartFailed
			if bad == nil {
				a.log.Error("a part cannot be read", "part", p.ID, "err", f.err)
				p.Message = shop.MessageOf(f.err)
			}
		}
		return
	}
	doc, _ := json.Marshal(f.look)
	p.Inspection = doc
	p.State, p.SliceKey = shop.PartQueued, ""
	if f.look.Units.Ask && !p.UnitAnswered {
		p.State = shop.PartNeedsUnits
	}
	if !f.look.Units.Ask {
		p.UnitAnswered = true
	}
}

// modelName says whether a name promises a mesh: then a file that holds none is broken, not a drawing for a person.
func modelName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".stl", ".obj", ".3mf", ".zip":
		return true
	}
	return false
}

// putMesh stores a mesh that was read. Its row belongs to no cart: the part's row leads to it.
func (a *App) putMesh(ctx context.Context, stl string) (db.Blob, error) {
	f, err := os.Open(stl)
	if err != nil {
		return db.Blob{}, err
	}
	defer f.Close()
	return a.putStream(ctx, "mesh.stl", func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

// putStream stores what write produces in the tmp bucket, without holding it in memory.
func (a *App) putStream(ctx context.Context, name string, write func(io.Writer) error) (db.Blob, error) {
	r, w := io.Pipe()
	go func() { w.CloseWithError(write(w)) }()
	id := shop.NewID()
	obj, err := a.files.Put(ctx, storage.Tmp, id, r)
	r.CloseWithError(err)
	return db.Blob{ID: id, Bucket: string(storage.Tmp), Name: name, Size: obj.Size, SHA256: obj.SHA256}, err
}
