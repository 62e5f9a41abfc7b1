package cart

import (
	"context"
	"errors"

	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// finishUpload makes a complete upload a part. It may be repeated after a crash at any point.
func (s *Service) finishUpload(ctx context.Context, who shop.Actor, cartID, uploadID string) error {
	var u db.Upload
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		u, err = tx.Upload(ctx, uploadID)
		return err
	})
	if shop.IsKind(err, shop.NotFound) {
		return nil // it is a part already
	}
	if err != nil {
		return err
	}
	obj, err := s.store.Finish(ctx, uploadID, storage.Tmp, uploadID)
	if err != nil {
		return file.Error(err)
	}
	var unheard []string
	var refusal error
	unwanted := false
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		unheard, refusal, unwanted = nil, nil, false
		cart, err := tx.Cart(ctx, cartID)
		if err != nil {
			return err
		}
		if _, err := tx.Upload(ctx, uploadID); shop.IsKind(err, shop.NotFound) {
			return nil
		}
		if cart.Order != "" { // ordered while this was on its way: nobody waits for it any more
			return tx.DeleteUpload(ctx, uploadID)
		}
		if of, _ := conversionOf(u.MIME); of != "" {
			wanted, err := s.attachMesh(ctx, tx, u, obj)
			if unwanted = !wanted; err != nil || unwanted {
				return err
			}
			return s.touch(ctx, tx, cartID)
		}
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		refused, err := tx.FileRefused(ctx, obj.SHA256)
		if err != nil {
			return err
		}
		if refused {
			if refusal = RefusalOfFile(ctx, tx, who, u.Name, obj.SHA256); !shop.IsCode(refusal, "file_refused") {
				return refusal
			}
			return tx.DeleteUpload(ctx, uploadID)
		}
		name, err := ownName(ctx, tx, cartID, u.Name, "")
		if err != nil {
			return err
		}
		if err := tx.InsertBlob(ctx, db.Blob{ID: uploadID, Bucket: string(storage.Tmp), CartID: cartID, Name: name, Size: obj.Size, SHA256: obj.SHA256}); err != nil {
			return err
		}
		part := shop.Part{ID: shop.NewID(), CartID: cartID, UploadID: uploadID, Name: name, Kind: shop.KindModel, State: shop.PartInspecting, RawBlob: uploadID, Choices: set.Defaults}
		if err := tx.InsertPart(ctx, part); err != nil {
			return err
		}
		if err := tx.DeleteUpload(ctx, uploadID); err != nil {
			return err
		}
		earlier, err := tx.UnheardUploads(ctx, u)
		if err != nil {
			return err
		}
		for _, e := range earlier {
			if s.receiving.has(e.ID) { // the same file twice, side by side
				continue
			}
			if err := tx.DeleteUpload(ctx, e.ID); err != nil {
				return err
			}
			unheard = append(unheard, e.ID)
		}
		return s.touch(ctx, tx, cartID)
	})
	if err != nil {
		return err
	}
	for _, id := range unheard {
		s.DropStaging(ctx, id)
	}
	if refusal != nil || unwanted {
		if err := s.store.Remove(storage.Tmp, uploadID); err != nil {
			s.log.WarnContext(ctx, "a file that nobody wants is left for the sweep", "upload", uploadID, "err", err)
		}
		return refusal
	}
	s.inspect.Wake()
	return nil
}

// ownName is a name for a part that no other of its cart has, but for the one with the id.
func ownName(ctx context.Context, tx *db.Tx, cartID, name, id string) (string, error) {
	parts, err := tx.Parts(ctx, cartID)
	if err != nil {
		return "", err
	}
	taken := []string{}
	for _, p := range parts {
		if p.ID != id {
			taken = append(taken, p.Name)
		}
	}
	return shop.OwnFileName(name, taken), nil
}

// FinishWhole makes parts of a cart's uploads that are all here and did not become parts when they should have. One that
// cannot is left: whoever orders hears of it.
func (s *Service) FinishWhole(ctx context.Context, cartID string) {
	var open []db.Upload
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		open, err = tx.UploadsOfCart(ctx, cartID)
		return err
	})
	for _, u := range open {
		if u.Durable == u.Expected {
			err = errors.Join(err, s.finishUpload(context.WithoutCancel(ctx), shop.Visitor(cartID), cartID, u.ID))
		}
	}
	if err != nil {
		s.log.WarnContext(ctx, "a complete upload could not become a part", "cart", cartID, "err", err)
	}
}

// resumeUploads makes parts of the uploads that were complete when the shop stopped before it could: their browsers may
// have seen the last byte arrive and gone.
func (s *Service) resumeUploads(ctx context.Context) {
	var whole []db.Upload
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		whole, err = tx.WholeUploads(ctx)
		return err
	})
	if err != nil {
		s.log.ErrorContext(ctx, "complete uploads cannot be read", "err", err)
	}
	for _, u := range whole {
		if err := s.finishUpload(ctx, shop.Visitor(u.CartID), u.CartID, u.ID); err != nil {
			s.log.ErrorContext(ctx, "a complete upload could not become a part", "upload", u.ID, "err", err)
		}
	}
}
