package cart

import (
	"context"
	"io"
	"net/url"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// AddLink makes a part of a link that a customer gives in the place of a file: a person looks at it. It takes the room of
// a file. Errors: Invalid for what is no link of the web, and for one that was refused for good; those of CreateUpload.
func (s *Service) AddLink(ctx context.Context, who shop.Actor, text string) (View, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return View{}, err
	}
	link, err := shop.CleanWebLink(text)
	if err != nil {
		return View{}, err
	}
	u, err := url.Parse(link)
	if err != nil {
		return View{}, err
	}
	blob, err := s.files.Put(ctx, storage.Tmp, shop.CleanFileName("Link to "+u.Hostname()+".txt"), func(w io.Writer) error {
		_, err := io.WriteString(w, link+"\n")
		return err
	})
	if err != nil {
		s.files.Discard(ctx, blob)
		return View{}, err
	}
	blob.CartID = who.CartID
	err = s.db.Write(ctx, func(tx *db.Tx) error { return s.keepLink(ctx, tx, who, link, blob) })
	if err != nil {
		if k := shop.KindOf(err); k != shop.Internal && k != shop.Unavailable { // else it may have been written
			s.files.Discard(ctx, blob)
		}
		return View{}, err
	}
	return s.Get(ctx, who)
}

// keepLink writes the part of a link, if there is room for it.
func (s *Service) keepLink(ctx context.Context, tx *db.Tx, who shop.Actor, link string, blob db.Blob) error {
	if err := s.begin(ctx, tx, who); err != nil {
		return err
	}
	if err := editable(ctx, tx, who.CartID); err != nil {
		return err
	}
	if refused, err := tx.FileRefused(ctx, blob.SHA256); err != nil || refused {
		if err == nil {
			err = RefusalOfFile(ctx, tx, who, link, blob.SHA256)
		}
		return err
	}
	room := db.Upload{ID: shop.NewID(), CartID: who.CartID, Name: blob.Name, Expected: blob.Size, Expires: tx.Now.Add(uploadBegins)}
	if err := tx.ReserveUpload(ctx, room, s.quota(atCounter(who))); err != nil {
		return err
	}
	if err := tx.DeleteUpload(ctx, room.ID); err != nil { // it asked for the room, and is here already
		return err
	}
	if err := tx.InsertBlob(ctx, blob); err != nil {
		return err
	}
	set, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	part := shop.Part{
		ID: shop.NewID(), CartID: who.CartID, Name: link, Kind: shop.KindReviewFile, State: shop.PartReview, Message: reviewedLink,
		RawBlob: blob.ID, Choices: set.Defaults,
	}
	if err := tx.InsertPart(ctx, part); err != nil {
		return err
	}
	return s.touch(ctx, tx, who.CartID)
}

// What is told of a part that only a person can price.
const (
	reviewed     = "We review this file and set the price."
	reviewedLink = "We look at this page and set the price."
)
