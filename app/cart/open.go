package cart

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

const uploadsPerPage = 50

// OpenUploads lists a page of the uploads under way, so that staff see who fills the shop. After is the next of the page before,
// "" for the first one. Errors: Forbidden; Invalid for an after that is no next.
func (s *Service) OpenUploads(ctx context.Context, who shop.Actor, after string) (UploadListView, error) {
	v := UploadListView{Uploads: []OpenUploadView{}}
	if err := who.Must(shop.SeeTasks, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		var open []db.OpenUpload
		open, v.Next, v.Total, err = tx.OpenUploads(ctx, after, uploadsPerPage)
		for _, u := range open {
			v.Uploads = append(v.Uploads, OpenUploadView{ID: u.ID, Name: u.Name, Length: u.Expected, Kept: u.Durable, Begun: u.Created, Heard: u.Heard, By: u.User, Address: u.Address})
		}
		return err
	})
	return v, err
}

// ClearUpload gives an upload under way up for its sender, who may begin it again. Errors: NotFound.
func (s *Service) ClearUpload(ctx context.Context, who shop.Actor, uploadID string) error {
	if err := who.Must(shop.ClearUploads, shop.TheShop); err != nil {
		return err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		u, err := tx.Upload(ctx, uploadID)
		if err != nil {
			return shop.IfNotFound(err, "upload_not_found", "This upload is no longer here.")
		}
		if err := tx.DeleteUpload(ctx, u.ID); err != nil {
			return err
		}
		return tx.Log(ctx, who.Activity(shop.VerbUploadCleared, u.ID, shop.ActivityParams{Name: u.Name}))
	})
	if err != nil {
		return err
	}
	s.DropStaging(ctx, uploadID)
	return nil
}

// addressesPerPage is how many addresses are shown at once.
const addressesPerPage = 50

// WaitingCarts lists what visitors sent and have not ordered, by the address that they came from: who fills the shop without an
// order. After is the next of the page before, "" for the first one. Errors: Forbidden; Invalid for an after that is no next.
func (s *Service) WaitingCarts(ctx context.Context, who shop.Actor, after string) (WaitingCartsView, error) {
	v := WaitingCartsView{Carts: []CartsFromView{}}
	if err := who.Must(shop.SeeTasks, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		var from []db.CartsFrom
		from, v.Next, v.Total, err = tx.WaitingCarts(ctx, after, addressesPerPage)
		for _, f := range from {
			v.Carts = append(v.Carts, CartsFromView(f))
		}
		return err
	})
	return v, err
}

// ClearCarts empties the carts that visitors began from an address, "" for those of which it is not known, and did not order:
// their files go at once, for good. Uploads under way go on, and staff's own carts stay. It says how many carts there were.
func (s *Service) ClearCarts(ctx context.Context, who shop.Actor, address string) (ClearedView, error) {
	if err := who.Must(shop.ClearUploads, shop.TheShop); err != nil {
		return ClearedView{}, err
	}
	var v ClearedView
	for {
		var ids []string
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if ids, err = tx.UnorderedCarts(ctx, address, cartBatch); err != nil {
				return err
			}
			for _, id := range ids {
				if err := s.Empty(ctx, tx, id); err != nil {
					return err
				}
				if err := s.touch(ctx, tx, id); err != nil {
					return err
				}
			}
			if len(ids) == 0 {
				return nil
			}
			return tx.Log(ctx, who.Activity(shop.VerbCartsCleared, "", shop.ActivityParams{Copies: len(ids)}))
		})
		v.Carts += len(ids)
		if err != nil || len(ids) == 0 {
			s.slices.DropUnwanted()
			return v, err
		}
	}
}

// WaitingCartsView is what visitors sent and have not ordered.
type WaitingCartsView struct {
	Carts []CartsFromView `json:"carts" doc:"The most bytes first"`
	Next  string          `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
	Total int             `json:"total" doc:"How many addresses there are"`
}

// CartsFromView is what waits from one address.
type CartsFromView struct {
	Address string    `json:"address" doc:"Where the carts were begun from; empty where that is not known"`
	Carts   int       `json:"carts"`
	Files   int       `json:"files"`
	Bytes   int64     `json:"bytes" doc:"On the disk, with what was read and sliced from the files"`
	Seen    shop.Time `json:"seen" doc:"When one of them was last used"`
}

// ClearedView says how many carts were emptied.
type ClearedView struct {
	Carts int `json:"carts"`
}

// UploadListView is what is under way.
type UploadListView struct {
	Uploads []OpenUploadView `json:"uploads" doc:"The latest begun first"`
	Next    string           `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
	Total   int              `json:"total" doc:"How many there are; 1001 stands for more than a thousand"`
}

// OpenUploadView is an upload under way as staff see it.
type OpenUploadView struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Length  int64     `json:"bytes" doc:"Bytes that were announced"`
	Kept    int64     `json:"kept_bytes" doc:"Bytes that are here"`
	Begun   shop.Time `json:"begun"`
	Heard   shop.Time `json:"heard" doc:"When its last piece came; its beginning before the first"`
	By      string    `json:"by,omitempty" doc:"The member of staff who began it"`
	Address string    `json:"address,omitempty" doc:"Where its cart was begun from, where that is known"`
}
