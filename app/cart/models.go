package cart

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"

	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
	"buildplate/storage/packed"
)

// inspectedPart is a part as an inspection leaves it, with the mesh that was written for it, if any.
type inspectedPart struct {
	part shop.Part
	mesh *db.Blob
}

// keepModels writes the meshes that were read to the bucket, then all rows that name them in one transaction: an archive
// of several models becomes all of its parts or, after a crash, is inspected again.
func (s *Service) keepModels(ctx context.Context, p shop.Part, models []found) error {
	var full *slicer.Error
	err := s.db.Read(ctx, func(tx *db.Tx) error { return s.checkRoom(ctx, tx, p, models) })
	if err == nil {
		err = s.keepFitting(ctx, p, models)
	}
	if errors.As(err, &full) {
		return s.keepFitting(ctx, p, []found{{Model: slicer.Model{Name: p.Name}, err: full}})
	}
	return err
}

// keepFitting keeps the models of a file that fits into its cart. Errors: *slicer.Error when it does not fit any more.
func (s *Service) keepFitting(ctx context.Context, p shop.Part, models []found) error {
	all := make([]inspectedPart, len(models))
	for i, f := range models {
		part := p
		if i > 0 {
			part = shop.Part{ID: shop.NewID(), CartID: p.CartID, UploadID: p.UploadID, Kind: shop.KindModel, RawBlob: p.RawBlob, Choices: p.Choices}
		}
		part.Name = shop.CleanFileName(path.Base(f.Name))
		all[i] = s.keepMesh(ctx, part, f)
	}
	kept := false
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		kept = false
		cart, err := tx.Cart(ctx, p.CartID)
		if err != nil || cart.Order != "" {
			return err
		}
		now, err := tx.Part(ctx, p.CartID, p.ID)
		if shop.IsKind(err, shop.NotFound) {
			return nil
		}
		if err != nil || now.MeshBlob != p.MeshBlob { // its mesh came meanwhile, and is to be read in its place
			return err
		}
		if err := s.checkRoom(ctx, tx, p, models); err != nil { // more files came meanwhile
			return err
		}
		for i, l := range all {
			if i == 0 && p.MeshHash != "" { // it was read before, and others of its model have the name too
				l.part.Name = now.Name
			} else if l.part.Name, err = ownName(ctx, tx, p.CartID, l.part.Name, l.part.ID); err != nil {
				return err
			}
			if l.mesh != nil {
				if err := tx.InsertBlob(ctx, *l.mesh); err != nil {
					return err
				}
				refused, err := tx.FileRefused(ctx, l.mesh.SHA256)
				if err != nil {
					return err
				}
				if refused { // a model that was refused before, in another file
					set, err := tx.Settings(ctx)
					if err != nil {
						return err
					}
					l.part.State, l.part.Message = shop.PartFailed, set.NotAccepted(l.part.Name)
				}
			}
			l.part.Choices, l.part.UnitAnswered = now.Choices, now.UnitAnswered || l.part.UnitAnswered
			l.part.Chosen, l.part.ChosenAt, l.part.PrintChosen, l.part.PrintAnyway = now.Chosen, now.ChosenAt, now.PrintChosen, now.PrintAnyway
			if i == 0 && l.part.Kind == shop.KindModel {
				l.part.Pose = now.Pose
			}
			if l.part.State != shop.PartFailed && l.part.MeshBlob != "" && (now.Choices.Unit != models[i].unit || l.part.Pose != models[i].pose) {
				l.part.State = shop.PartInspecting // it lies otherwise by now, or is of another size: inspect again
			}
			if err := s.keepPicture(ctx, tx, l, models[i]); err != nil {
				return err
			}
			if i == 0 && brought(p) && l.part.MeshBlob != p.MeshBlob { // it was read: what the browser sent goes
				if err := s.files.Trash(ctx, tx, p.MeshBlob); err != nil {
					return err
				}
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
		return s.touch(ctx, tx, p.CartID)
	})
	if !kept { // ordered or taken out meanwhile, or the shop is closing: no row came to name the meshes
		for _, l := range all {
			if l.mesh != nil {
				s.files.Discard(ctx, *l.mesh)
			}
		}
	}
	return err
}

// keepMesh writes a mesh that was read, and sets what becomes of its part.
func (s *Service) keepMesh(ctx context.Context, p shop.Part, f found) (l inspectedPart) {
	sent := brought(p)
	if f.err == nil && f.STL != "" {
		b, err := s.putMesh(ctx, f.STL)
		if err != nil {
			f.err = err
		} else {
			l.mesh = &b
			p.MeshBlob, p.MeshHash = b.ID, hex.EncodeToString(f.Hash[:])
		}
	}
	if f.err != nil && sent && slicer.ErrorOf(f.err).AboutPart() {
		l.part = withoutMesh(p)
		return l
	}
	s.applyInspection(ctx, &p, f)
	l.part = p
	return l
}

// putMesh stores a mesh that was read. Its row belongs to no cart: the part's row leads to it.
func (s *Service) putMesh(ctx context.Context, stl string) (db.Blob, error) {
	f, err := os.Open(stl)
	if err != nil {
		return db.Blob{}, file.Error(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return db.Blob{}, file.Error(err)
	}
	mesh, err := packed.NewReader(f, info.Size())
	if err != nil {
		return db.Blob{}, err
	}
	return s.files.PutPacked(ctx, storage.Tmp, "mesh.stl", func(w io.Writer) error {
		_, err := io.Copy(w, mesh)
		return err
	})
}
