package file

import (
	"context"
	"errors"
	"io"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// CopyToOrder gives a blob of a cart a second place in an order's bucket; its row is written by the transaction that
// makes the order. A crash before that leaves a file without a row, which the sweep finds. Errors: Gone while the cart's
// own is missing or damaged; Conflict while it is being removed.
func (s *Service) CopyToOrder(ctx context.Context, from db.Blob, clientID, name string) (db.Blob, error) {
	return s.copyTo(ctx, from, db.Blob{Bucket: string(storage.OrderFiles), ClientID: clientID, Name: name})
}

// CopyToCart gives a blob of an order a second place in a cart, "" for a mesh's, which belongs to its part. Its row is written by the
// transaction that makes the part. Errors: as CopyToOrder.
func (s *Service) CopyToCart(ctx context.Context, from db.Blob, cartID, name string) (db.Blob, error) {
	return s.copyTo(ctx, from, db.Blob{Bucket: string(storage.Tmp), CartID: cartID, Name: name})
}

func (s *Service) copyTo(ctx context.Context, from, to db.Blob) (db.Blob, error) {
	if err := usable(from); err != nil {
		return db.Blob{}, err
	}
	to.ID, to.Size, to.SHA256, to.Packed = shop.NewID(), from.Size, from.SHA256, from.Packed
	err := s.store.Copy(ctx, storage.Bucket(from.Bucket), from.ID, storage.Bucket(to.Bucket), to.ID)
	if errors.Is(err, storage.ErrBusy) {
		return to, shop.Conflictf("file_being_removed", "A file of this order is just being removed. Look at the order and try again.").Because(err)
	}
	return to, Error(err)
}

// Put stores what write produces, without holding it in memory. Write has returned when Put does, also when the store
// refuses what it writes. The blob's row is for the caller to write.
func (s *Service) Put(ctx context.Context, bucket storage.Bucket, name string, write func(io.Writer) error) (db.Blob, error) {
	return s.put(ctx, bucket, name, write, s.store.Put)
}

// PutPacked is Put for what is worth being kept compressed: meshes and G-code.
func (s *Service) PutPacked(ctx context.Context, bucket storage.Bucket, name string, write func(io.Writer) error) (db.Blob, error) {
	return s.put(ctx, bucket, name, write, s.store.PutPacked)
}

func (s *Service) put(ctx context.Context, bucket storage.Bucket, name string, write func(io.Writer) error,
	put func(context.Context, storage.Bucket, string, io.Reader) (storage.Object, error),
) (db.Blob, error) {
	r, w := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		w.CloseWithError(write(w))
	}()
	id := shop.NewID()
	obj, err := put(ctx, bucket, id, r)
	r.CloseWithError(err)
	<-written
	return db.Blob{ID: id, Bucket: string(bucket), Name: name, Size: obj.Size, SHA256: obj.SHA256, Packed: obj.Packed}, Error(err)
}

// Discard removes the file of a blob that no row came to name. One that stays is found by the sweep.
func (s *Service) Discard(ctx context.Context, b db.Blob) {
	if b.ID == "" {
		return
	}
	if err := s.store.Remove(storage.Bucket(b.Bucket), b.ID); err != nil {
		s.log.WarnContext(ctx, "a file is left for the sweep", "blob", b.ID, "bucket", b.Bucket, "err", err)
	}
}
