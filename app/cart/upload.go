package cart

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/db"
)

// CreateUpload begins a file of known length, and the cart of whoever has none yet. It is gone again when no byte of it comes within minutes. Errors: TooLarge,
// Conflict or TooMany by the quota, NoSpace, Unavailable while the shop takes no files.
func (s *Service) CreateUpload(ctx context.Context, who shop.Actor, name string, length int64) (uploadID string, err error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return "", err
	}
	return s.createUpload(ctx, who, db.Upload{Name: shop.CleanFileName(name), Expected: length})
}

// createUpload begins an upload with the name, length and media type of u.
func (s *Service) createUpload(ctx context.Context, who shop.Actor, u db.Upload) (uploadID string, err error) {
	if u.Expected <= 0 {
		return "", shop.Invalidf("file_empty", "file", "%s is empty. Choose the file again.", u.Name)
	}
	cartID := who.CartID
	uploadID = shop.NewID()
	var unbegun []string
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if unbegun, err = s.dropUnbegun(ctx, tx); err != nil {
			return err
		}
		if err := s.begin(ctx, tx, who); err != nil {
			return err
		}
		if err := editable(ctx, tx, cartID); err != nil {
			return err
		}
		if err := worksOn(ctx, tx, who); err != nil {
			return err
		}
		if err := tx.TouchCart(ctx, cartID); err != nil {
			return err
		}
		u.ID, u.CartID, u.Expires = uploadID, cartID, tx.Now.Add(uploadBegins)
		if atCounter(who) {
			u.UserID = who.ID
		}
		return tx.ReserveUpload(ctx, u, s.quota(atCounter(who)))
	})
	if err != nil {
		return "", err
	}
	for _, id := range unbegun {
		s.DropStaging(ctx, id)
	}
	if err := s.store.CreateStaging(uploadID, u.Expected); err != nil {
		_ = s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := tx.DeleteUpload(ctx, uploadID); err != nil {
				return err
			}
			return unbegin(ctx, tx, who)
		})
		return "", file.Error(err)
	}
	return uploadID, nil
}

// Upload tells how far a cart's upload is. One that has become a part is at its full length. Errors: NotFound;
// those of an upload that is all here and could not become a part.
func (s *Service) Upload(ctx context.Context, who shop.Actor, uploadID string) (UploadView, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return UploadView{}, err
	}
	cartID := who.CartID
	v, whole, err := s.uploadState(ctx, cartID, uploadID)
	if whole {
		// Its last piece came, and then something broke. A client that hears the full length sends nothing more.
		err = s.finishUpload(context.WithoutCancel(ctx), who, cartID, uploadID)
		if shop.IsCode(err, "upload_offset_moved") {
			err = nil // another request is at it
		}
	}
	return v, err
}

// uploadState reads how far an upload is, and whether it is all here and not yet a part.
func (s *Service) uploadState(ctx context.Context, cartID, uploadID string) (v UploadView, whole bool, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		u, err := tx.Upload(ctx, uploadID)
		if shop.IsKind(err, shop.NotFound) {
			b, err := tx.Blob(ctx, uploadID)
			if err == nil && b.CartID != cartID {
				err = shop.NotFoundf("upload_not_found", "This upload is no longer here.")
			}
			v = UploadView{Length: b.Size, Offset: b.Size, Expires: tx.Now.Add(uploadPatient)}
			return shop.IfNotFound(err, "upload_not_found", "This upload is no longer here.")
		}
		if err == nil && u.CartID != cartID {
			err = shop.NotFoundf("upload_not_found", "This upload is no longer here.")
		}
		v = UploadView{Length: u.Expected, Offset: u.Durable, Expires: u.Expires}
		whole = err == nil && u.Durable == u.Expected
		return err
	})
	return v, whole, err
}

// AppendUpload adds a piece at the offset that is durable, and finishes the file with its last byte. What arrived
// before an error of body is kept. Errors: NotFound; Conflict for another offset; TooLarge; NoSpace; Unavailable.
func (s *Service) AppendUpload(ctx context.Context, who shop.Actor, uploadID string, offset int64, body io.Reader) (newOffset int64, err error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return 0, err
	}
	cartID := who.CartID
	v, err := s.Upload(ctx, who, uploadID)
	if err != nil {
		return 0, err
	}
	if v.Offset != offset {
		return v.Offset, shop.Conflictf("upload_offset_moved", "The upload continues from another place.")
	}
	if offset < v.Length {
		defer s.receiving.begin(uploadID)()
		most := min(v.Length-offset, shop.MaxUploadPiece)
		if err := s.roomForPiece(ctx, uploadID, most); err != nil {
			return offset, err
		}
		newOffset, err = s.store.AppendAt(ctx, uploadID, offset, body, most)
		if newOffset > offset {
			kept := s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
				return tx.AdvanceUpload(ctx, uploadID, offset, newOffset, tx.Now.Add(uploadPatient))
			})
			if kept != nil {
				return offset, kept
			}
		}
		if err != nil {
			return newOffset, file.Error(err)
		}
	} else {
		newOffset = offset
	}
	if newOffset == v.Length {
		return newOffset, s.finishUpload(context.WithoutCancel(ctx), who, cartID, uploadID)
	}
	return newOffset, nil
}

// roomForPiece says whether the next piece of an upload may be kept. Errors: Conflict, TooMany, Unavailable.
func (s *Service) roomForPiece(ctx context.Context, uploadID string, bytes int64) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		u, err := tx.Upload(ctx, uploadID)
		if err != nil {
			return shop.IfNotFound(err, "upload_not_found", "This upload is no longer here.")
		}
		return tx.RoomFor(ctx, u.CartID, u.ClientID, 0, bytes, s.quota(u.UserID != ""))
	})
}

// unbegunBatch is how many uploads without a byte one that begins takes away: more than one, so that they get fewer.
const unbegunBatch = 10

// dropUnbegun gives up uploads of which no byte came in time. Their files are for the caller to remove after the commit.
func (s *Service) dropUnbegun(ctx context.Context, tx *db.Tx) (ids []string, err error) {
	old, err := tx.UnbegunUploads(ctx, unbegunBatch)
	for _, u := range old {
		if s.receiving.has(u.ID) {
			continue
		}
		if err := tx.DeleteUpload(ctx, u.ID); err != nil {
			return nil, err
		}
		ids = append(ids, u.ID)
	}
	return ids, err
}

// AbortUpload gives an upload up. Errors: NotFound.
func (s *Service) AbortUpload(ctx context.Context, who shop.Actor, uploadID string) error {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return err
	}
	cartID := who.CartID
	if _, _, err := s.uploadState(ctx, cartID, uploadID); err != nil {
		return err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error { return tx.DeleteUpload(ctx, uploadID) })
	if err != nil {
		return err
	}
	s.DropStaging(ctx, uploadID)
	return nil
}

// DropStaging removes the file of an upload whose row is gone.
func (s *Service) DropStaging(ctx context.Context, uploadID string) {
	if err := s.store.RemoveStaging(uploadID); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.WarnContext(ctx, "an upload's file is left for the sweep", "upload", uploadID, "err", err)
	}
}

// UploadView is how far an upload is: bytes promised, bytes safely kept, and when it is given up.
type UploadView struct {
	Length  int64
	Offset  int64
	Expires shop.Time
}
