package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
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
	name string
	mesh *mesh.Mesh
	look partLook
	err  error
}

func (a *App) inspectPart(ctx context.Context, p shop.Part) {
	found, err := a.look(ctx, p)
	if ctx.Err() != nil {
		return // a restart looks again
	}
	if err != nil {
		found = []inspected{{name: p.Name, err: err}}
	}
	for i, f := range found {
		part := p
		if i > 0 {
			part = shop.Part{ID: shop.NewID(), CartID: p.CartID, UploadID: p.UploadID, Kind: shop.KindModel, RawBlob: p.RawBlob, Choices: p.Choices}
		}
		part.Name = shop.CleanFileName(path.Base(f.name))
		if err := a.keepLook(ctx, part, f, i > 0); err != nil && ctx.Err() == nil {
			a.log.Error("an inspection could not be kept", "part", part.ID, "err", err)
			time.Sleep(time.Second)
			return
		}
	}
	a.tellCart(p.CartID)
	if err := a.sliceCart(ctx, p.CartID); err != nil && ctx.Err() == nil {
		a.log.Error("a cart could not be queued", "cart", p.CartID, "err", err)
	}
}

// look reads the models of a part: from the mesh that was read before, or from the file as it came.
func (a *App) look(ctx context.Context, p shop.Part) ([]inspected, error) {
	if p.MeshBlob != "" {
		old, _ := lookOf(p)
		m, err := a.readMesh(ctx, storage.Tmp, p.MeshBlob)
		if err != nil {
			return nil, err
		}
		scaled := m.Scaled(p.Choices.Unit.Scale())
		return []inspected{{name: p.Name, look: partLook{Units: old.Units, Mesh: mesh.Inspect(scaled)}}}, nil
	}
	f, err := a.files.Open(storage.Tmp, p.RawBlob)
	if err != nil {
		return nil, diskError(err)
	}
	defer f.Close()
	models, err := mesh.Parts(ctx, p.Name, f, p.Bytes, mesh.Limits{})
	if err != nil {
		return nil, err
	}
	var out []inspected
	for _, model := range models {
		i := inspected{name: model.Name}
		if i.mesh, i.err = model.Read(ctx); i.err == nil {
			in := mesh.Inspect(i.mesh)
			i.look = partLook{Units: in.Units, Mesh: in}
		}
		out = append(out, i)
	}
	return out, nil
}

// keepLook writes the mesh that was read to the bucket, then the row that names it.
func (a *App) keepLook(ctx context.Context, p shop.Part, f inspected, isNew bool) error {
	var blob *db.Blob
	if f.err == nil && f.mesh != nil {
		b, err := a.putMesh(ctx, f.mesh)
		if err != nil {
			f.err = diskError(err)
		} else {
			blob = &b
			hash := f.mesh.Hash()
			p.MeshBlob, p.MeshHash = b.ID, hex.EncodeToString(hash[:])
		}
	}
	a.judge(&p, f)
	return a.db.Write(ctx, func(tx *db.Tx) error {
		cart, err := tx.Cart(ctx, p.CartID)
		if err != nil || cart.Order != "" {
			return err // ordered or gone meanwhile; the sweep takes the mesh
		}
		if blob != nil {
			if err := tx.InsertBlob(ctx, *blob); err != nil {
				return err
			}
		}
		if isNew {
			err = tx.InsertPart(ctx, p)
		} else {
			var now shop.Part
			if now, err = tx.Part(ctx, p.CartID, p.ID); err == nil {
				p.Choices, p.UnitAnswered = now.Choices, now.UnitAnswered || p.UnitAnswered
				err = tx.SavePart(ctx, p)
			}
		}
		if err != nil {
			return err
		}
		return tx.TouchCart(ctx, p.CartID)
	})
}

// judge decides what becomes of a part that was looked at.
func (a *App) judge(p *shop.Part, f inspected) {
	p.Sentence = ""
	if f.err != nil {
		var bad *mesh.Error
		errors.As(f.err, &bad)
		switch {
		case bad != nil && (bad.Code == mesh.CodeUnsupported || bad.Code == mesh.CodeUnknown) && !modelName(p.Name):
			p.Kind, p.State = shop.KindReviewFile, shop.PartReview
			p.Sentence = "A person will look at this file. Nothing is charged until you agree to a price."
		default:
			_, p.Sentence = slicer.Sentence(f.err)
			p.State = shop.PartFailed
			if bad == nil {
				a.log.Error("a part cannot be read", "part", p.ID, "err", f.err)
				p.Sentence = shop.MessageOf(f.err)
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

// putMesh stores a mesh as binary STL. Its row belongs to no cart: the part's row leads to it.
func (a *App) putMesh(ctx context.Context, m *mesh.Mesh) (db.Blob, error) {
	return a.putStream(ctx, "mesh.stl", func(w io.Writer) error { return m.WriteSTL(w) })
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

// readMesh reads a mesh the shop wrote.
func (a *App) readMesh(ctx context.Context, b storage.Bucket, id string) (*mesh.Mesh, error) {
	f, err := a.files.Open(b, id)
	if err != nil {
		return nil, diskError(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return mesh.Read(ctx, "mesh.stl", f, info.Size(), mesh.Limits{})
}
