package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"syscall"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// Limits of what one visitor may leave with the shop before an order.
const (
	MaxFileBytes  = 256 << 20
	MaxCartFiles  = 50
	MaxCartBytes  = 2 << 30
	MaxOpen       = 4
	MaxTmpBytes   = 64 << 30
	UploadPart    = 4 << 20
	uploadPatient = 24 * time.Hour
	// uploadQuiet is how long nothing may arrive of an upload before its cart can be ordered without it: longer than a
	// piece may take and a page waits between its tries.
	uploadQuiet = 3 * time.Minute
)

var uploadQuota = db.Quota{FileBytes: MaxFileBytes, OwnerFiles: MaxCartFiles, OwnerBytes: MaxCartBytes, OwnerParallel: MaxOpen, AllBytes: MaxTmpBytes}

// CreateUpload begins a file of known length. Errors: TooLarge, Conflict or TooMany by the quota, NoSpace, Unavailable
// while the shop takes no files.
func (a *App) CreateUpload(ctx context.Context, cartID, name string, length int64) (uploadID string, err error) {
	name = shop.CleanFileName(name)
	if length <= 0 {
		return "", shop.Invalidf("file_empty", "file", "%s is empty. Please choose the file again.", name)
	}
	uploadID = shop.NewID()
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := openCart(ctx, tx, cartID); err != nil {
			return err
		}
		if err := tx.TouchCart(ctx, cartID); err != nil {
			return err
		}
		return tx.ReserveUpload(ctx, db.Upload{ID: uploadID, CartID: cartID, Name: name, Expected: length, Expires: shop.TimeOf(tx.Now.Add(uploadPatient))}, uploadQuota)
	})
	if err != nil {
		return "", err
	}
	if err := a.files.CreateStaging(uploadID, length); err != nil {
		_ = a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error { return tx.DeleteUpload(ctx, uploadID) })
		return "", diskError(err)
	}
	return uploadID, nil
}

// Upload tells how far a cart's upload is. One that has become a part is at its full length. Errors: NotFound;
// those of an upload that is all here and could not become a part.
func (a *App) Upload(ctx context.Context, cartID, uploadID string) (UploadView, error) {
	v, whole, err := a.uploadState(ctx, cartID, uploadID)
	if whole {
		// Its last piece came, and then something broke. A client that hears the full length sends nothing more.
		err = a.finishUpload(context.WithoutCancel(ctx), cartID, uploadID)
		if shop.IsKind(err, shop.Conflict) {
			err = nil // another request is at it
		}
	}
	return v, err
}

// uploadState reads how far an upload is, and whether it is all here and not yet a part.
func (a *App) uploadState(ctx context.Context, cartID, uploadID string) (v UploadView, whole bool, err error) {
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		u, err := tx.Upload(ctx, uploadID)
		if shop.IsKind(err, shop.NotFound) {
			b, err := tx.Blob(ctx, uploadID)
			if err == nil && b.CartID != cartID {
				err = shop.NotFoundf("upload_not_found", "This upload is not here any more.")
			}
			v = UploadView{Length: b.Size, Offset: b.Size, Expires: shop.TimeOf(tx.Now.Add(uploadPatient))}
			return err
		}
		if err == nil && u.CartID != cartID {
			err = shop.NotFoundf("upload_not_found", "This upload is not here any more.")
		}
		v = UploadView{Length: u.Expected, Offset: u.Durable, Expires: u.Expires}
		whole = err == nil && u.Durable == u.Expected
		return err
	})
	return v, whole, err
}

// resumeUploads makes parts of the uploads that were complete when the shop stopped before it could: their browsers may
// have seen the last byte arrive and gone.
func (a *App) resumeUploads(ctx context.Context) {
	var whole []db.Upload
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		whole, err = tx.WholeUploads(ctx)
		return err
	})
	if err != nil {
		a.log.Error("complete uploads cannot be read", "err", err)
	}
	for _, u := range whole {
		if err := a.finishUpload(ctx, u.CartID, u.ID); err != nil {
			a.log.Error("a complete upload could not become a part", "upload", u.ID, "err", err)
		}
	}
}

// AppendUpload adds a piece at the offset that is durable, and finishes the file with its last byte. What arrived
// before an error of body is kept. Errors: NotFound; Conflict for another offset; TooLarge; NoSpace; Unavailable.
func (a *App) AppendUpload(ctx context.Context, cartID, uploadID string, offset int64, body io.Reader) (newOffset int64, err error) {
	v, err := a.Upload(ctx, cartID, uploadID)
	if err != nil {
		return 0, err
	}
	if v.Offset != offset {
		return v.Offset, shop.Conflictf("upload_offset_moved", "The upload goes on at another place.")
	}
	if offset < v.Length {
		defer a.receiving.begin(uploadID)()
		newOffset, err = a.files.AppendAt(ctx, uploadID, offset, body, min(v.Length-offset, UploadPart))
		if newOffset > offset {
			kept := a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
				return tx.AdvanceUpload(ctx, uploadID, offset, newOffset, tx.Now.Add(uploadPatient))
			})
			if kept != nil {
				return offset, kept
			}
		}
		if err != nil {
			return newOffset, diskError(err)
		}
	} else {
		newOffset = offset
	}
	if newOffset == v.Length {
		return newOffset, a.finishUpload(context.WithoutCancel(ctx), cartID, uploadID)
	}
	return newOffset, nil
}

// finishUpload makes a complete upload a part. It may be repeated after a crash at any point.
func (a *App) finishUpload(ctx context.Context, cartID, uploadID string) error {
	var u db.Upload
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		u, err = tx.Upload(ctx, uploadID)
		return err
	})
	if shop.IsKind(err, shop.NotFound) {
		return nil // it is a part already
	}
	if err != nil {
		return err
	}
	obj, err := a.files.Finish(ctx, uploadID, storage.Tmp, uploadID)
	if err != nil {
		return diskError(err)
	}
	var unheard []string
	banned := false
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		unheard = nil
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
		s, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		if banned, err = tx.FileBanned(ctx, obj.SHA256); err != nil {
			return err
		}
		if banned {
			return tx.DeleteUpload(ctx, uploadID)
		}
		if err := tx.InsertBlob(ctx, db.Blob{ID: uploadID, Bucket: string(storage.Tmp), CartID: cartID, Name: u.Name, Size: obj.Size, SHA256: obj.SHA256}); err != nil {
			return err
		}
		part := shop.Part{ID: shop.NewID(), CartID: cartID, UploadID: uploadID, Name: u.Name, Kind: shop.KindModel, State: shop.PartInspecting, RawBlob: uploadID, Choices: s.Defaults}
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
			if a.receiving.has(e.ID) { // the same file twice, side by side
				continue
			}
			if err := tx.DeleteUpload(ctx, e.ID); err != nil {
				return err
			}
			unheard = append(unheard, e.ID)
		}
		return tx.TouchCart(ctx, cartID)
	})
	if err != nil {
		return err
	}
	for _, id := range unheard {
		a.dropStaging(id)
	}
	if banned {
		if err := a.files.Remove(storage.Tmp, uploadID); err != nil {
			a.log.Warn("a refused file is left for the sweep", "upload", uploadID, "err", err)
		}
		return shop.Invalidf("file_banned", "file", "We cannot take %s. If you think that is a mistake, please write to us.", u.Name)
	}
	kick(a.inspectKick)
	a.tellCart(cartID)
	return nil
}

// receiving knows of which uploads a piece is arriving right now. The zero value is ready.
type receiving struct {
	mu     sync.Mutex
	pieces map[string]int
}

// begin notes a piece and returns what ends it.
func (r *receiving) begin(uploadID string) (end func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pieces == nil {
		r.pieces = map[string]int{}
	}
	r.pieces[uploadID]++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.pieces[uploadID]--; r.pieces[uploadID] == 0 {
			delete(r.pieces, uploadID)
		}
	}
}

func (r *receiving) has(uploadID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pieces[uploadID] > 0
}

// arriving splits a cart's open uploads by what an order has to do about them. It waits for those that brought a byte
// in the last minutes, and for those that are all here: their bytes were acknowledged and are never dropped. The others
// stopped, as when a page is closed halfway; the cart can be ordered without them.
func arriving(ctx context.Context, tx *db.Tx, cartID string) (awaited, stopped []db.Upload, err error) {
	all, err := tx.UploadsOfCart(ctx, cartID)
	for _, u := range all {
		if u.Durable == u.Expected || shop.TimeOf(tx.Now).Sub(u.Expires.Add(-uploadPatient)) < uploadQuiet {
			awaited = append(awaited, u)
		} else {
			stopped = append(stopped, u)
		}
	}
	return awaited, stopped, err
}

// stillArriving says which file an order waits for. Conflict.
func stillArriving(awaited []db.Upload) error {
	who := awaited[0].Name + " has"
	switch more := len(awaited) - 1; {
	case more == 1:
		who = awaited[0].Name + " and another file have"
	case more > 1:
		who = fmt.Sprintf("%s and %d other files have", awaited[0].Name, more)
	}
	return shop.Conflictf("upload_not_complete", "%s not arrived yet. Please wait until the upload is complete, or remove what you do not need, and then order. An upload that has stopped is left out after %d minutes.",
		who, int(uploadQuiet.Minutes()))
}

// finishWhole makes parts of a cart's uploads that are all here and did not become parts when they should have. One that
// cannot is left: whoever orders hears of it.
func (a *App) finishWhole(ctx context.Context, cartID string) {
	var open []db.Upload
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		open, err = tx.UploadsOfCart(ctx, cartID)
		return err
	})
	for _, u := range open {
		if u.Durable == u.Expected {
			err = errors.Join(err, a.finishUpload(context.WithoutCancel(ctx), cartID, u.ID))
		}
	}
	if err != nil {
		a.log.Warn("a complete upload could not become a part", "cart", cartID, "err", err)
	}
}

// AbortUpload gives an upload up. Errors: NotFound.
func (a *App) AbortUpload(ctx context.Context, cartID, uploadID string) error {
	if _, _, err := a.uploadState(ctx, cartID, uploadID); err != nil {
		return err
	}
	err := a.db.Write(ctx, func(tx *db.Tx) error { return tx.DeleteUpload(ctx, uploadID) })
	if err != nil {
		return err
	}
	a.dropStaging(uploadID)
	return nil
}

// dropStaging removes the file of an upload whose row is gone.
func (a *App) dropStaging(uploadID string) {
	if err := a.files.RemoveStaging(uploadID); err != nil && !errors.Is(err, fs.ErrNotExist) {
		a.log.Warn("an upload's file is left for the sweep", "upload", uploadID, "err", err)
	}
}

// diskError puts what the disk said into words for people.
func diskError(err error) error {
	switch {
	case errors.Is(err, storage.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		return shop.NoSpacef("disk_full", "Our disk is full, so we cannot take this file now. What you sent before is safe. Please try again later.").Because(err)
	case errors.Is(err, storage.ErrDegraded):
		return shop.Unavailablef("storage_unavailable", "We cannot take files at the moment. Please try again later.").Because(err)
	case errors.Is(err, storage.ErrOffset), errors.Is(err, storage.ErrBusy):
		return shop.Conflictf("upload_offset_moved", "The upload goes on at another place.").Because(err)
	case errors.Is(err, storage.ErrTooLarge):
		return shop.TooLargef("upload_over_length", "This piece is larger than the file was said to be. Please choose the file again.").Because(err)
	case errors.Is(err, fs.ErrNotExist):
		return shop.NotFoundf("file_not_found", "This file is not here any more.").Because(err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled):
		return shop.Unavailablef("upload_interrupted", "The connection broke. The upload goes on where it stopped.").Because(err)
	}
	return err
}
