package apptest

import (
	"bytes"
	"context"

	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// NewCart begins a cart and gives its id.
func (s *Scenario) NewCart() string {
	s.tb.Helper()
	id, _, err := s.Carts.BeginCart(s.tb.Context(), "")
	return must(s.tb, id, err)
}

// Begin begins an upload and sends the first n bytes of it; all of them make it a part.
func (s *Scenario) Begin(cart, name string, file []byte, n int) (uploadID string) {
	s.tb.Helper()
	id, err := s.Carts.CreateUpload(s.tb.Context(), shop.Visitor(cart), name, int64(len(file)))
	if err == nil && n > 0 {
		_, err = s.Carts.AppendUpload(s.tb.Context(), shop.Visitor(cart), id, 0, bytes.NewReader(file[:n]))
	}
	return must(s.tb, id, err)
}

// Drop uploads a whole file and inspects it, without asking for a slice. It is for shops without background work: beside
// an inspection of the shop's own, the later of the two would leave a part that is queued, and nobody to slice it.
func (s *Scenario) Drop(cart, name string, file []byte) {
	s.tb.Helper()
	if !s.quiet {
		s.tb.Fatal("this shop inspects by itself: Begin and AwaitSliced")
	}
	s.Begin(cart, name, file, len(file))
	s.Inspect(cart)
}

// Inspect inspects the parts of a cart that wait for it.
func (s *Scenario) Inspect(cart string) {
	s.tb.Helper()
	for _, p := range s.Parts(cart) {
		if p.State != shop.PartInspecting {
			continue
		}
		if err := s.Carts.Inspect(s.tb.Context(), p); err != nil {
			s.tb.Fatal(err)
		}
	}
}

// Parts are a cart's parts as they are stored.
func (s *Scenario) Parts(cart string) (parts []shop.Part) {
	s.tb.Helper()
	s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		parts, err = tx.Parts(ctx, cart)
		return err
	})
	return parts
}

// Review orders a cart for a person to look at.
func (s *Scenario) Review(cart string) (order.CheckoutView, error) {
	req := Order(shop.ByReview, 0)
	return s.Orders.Checkout(s.tb.Context(), shop.Visitor(cart), req, nil)
}

// FilesOf names the files of an order.
func (s *Scenario) FilesOf(number string) (names []string) {
	s.tb.Helper()
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		found, _, err := tx.OrderPage(ctx, db.ListFilter{Tab: "all", Text: number, Limit: 1})
		if err != nil {
			return err
		}
		files, err := tx.OrderFiles(ctx, found[0].ID)
		for _, f := range files {
			names = append(names, f.Name)
		}
		return err
	})
	return names
}

// AwaitSliced waits until no part of a cart is worked on any more.
func (s *Scenario) AwaitSliced(cart string) {
	s.tb.Helper()
	Await(s.tb, "the parts of a cart to be sliced", func() bool {
		for _, p := range s.Parts(cart) {
			if s.quiet && p.State == shop.PartInspecting { // its machine measures overhangs by another angle
				s.Inspect(cart)
				if err := s.Carts.Slice(s.tb.Context(), cart); err != nil {
					s.tb.Fatal(err)
				}
			}
			if s.quiet && p.State == shop.PartQueued && !p.Laid {
				if err := s.Carts.LayOut(s.tb.Context(), cart, p.ID); err != nil {
					s.tb.Fatal(err)
				}
			}
		}
		v, err := s.Carts.Get(s.tb.Context(), shop.Visitor(cart))
		return err == nil && len(v.Parts) > 0 && !v.Busy
	})
}
