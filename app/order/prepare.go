package order

import (
	"context"
	"strings"

	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/db"
)

// maxNote bounds what a customer may write to the shop, in letters.
const maxNote = 2000

// prepared is an order ready to be written.
type prepared struct {
	cart  shop.Cart
	inv   *shop.Invoice
	items []shop.Item
	files []preparedFile
}

type preparedFile struct {
	row  shop.OrderFile
	from db.Blob // the blob it is a copy of; or
	text []byte  // what it holds
	blob db.Blob // its own, once copied
}

// prepare checks what was asked and works the order out from the cart as it is now.
func (s *Service) prepare(ctx context.Context, o *request) (*prepared, error) {
	forCustomer := o.source == "counter"
	var err error
	if o.contact, err = o.contact.Clean(forCustomer); err != nil {
		return nil, err
	}
	if o.delivery, err = o.delivery.Clean(); err != nil {
		return nil, err
	}
	if o.note = strings.TrimSpace(o.note); len([]rune(o.note)) > maxNote {
		return nil, shop.Invalidf("note_too_long", "note", "Keep the note under 2,000 letters.")
	}
	var d *prepared
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		b, err := s.catalog.Offer(ctx, tx)
		if err != nil {
			return err
		}
		if !b.Open && !forCustomer && o.payment != shop.ByReview {
			return shop.Unavailablef("shop_not_open", "The shop is not taking orders yet. Come back soon.")
		}
		if !o.termsAccepted || (!forCustomer && o.termsVersion != b.Settings.Terms.Version) {
			return shop.Invalidf("terms_not_accepted", "terms_accepted", "Read the terms and tick that you agree.")
		}
		c, err := tx.Cart(ctx, o.cartID)
		if err != nil {
			return err
		}
		awaited, _, err := cart.Arriving(ctx, tx, o.cartID)
		if err != nil {
			return err
		}
		if len(awaited) > 0 {
			return cart.StillArriving(awaited)
		}
		parts, err := tx.Parts(ctx, o.cartID)
		if err != nil {
			return err
		}
		if len(parts) == 0 {
			return shop.Conflictf("cart_empty", "There is nothing to order yet. Add a file first.")
		}
		if d, err = s.prepareFrom(ctx, tx, b, c, parts, o); err != nil {
			return err
		}
		return nil
	})
	return d, err
}

// prepareFrom prices the cart and decides what kind of order it is.
func (s *Service) prepareFrom(ctx context.Context, tx *db.Tx, b catalog.Offer, c shop.Cart, parts []shop.Part, o *request) (*prepared, error) {
	fee, err := b.Settings.Shipping(o.delivery)
	if err != nil && (!shop.IsKind(err, shop.Unavailable) || o.payment != shop.ByReview) {
		return nil, err
	}
	if o.adjusted != nil {
		worked, err := s.carts.Price(ctx, tx, b, parts, fee, nil)
		if err != nil {
			return nil, err
		}
		if worked.Price != nil {
			if err := b.Settings.CheckDiscount(o.who, worked.Price.Total, *o.adjusted); err != nil {
				return nil, err
			}
		}
	}
	q, err := s.carts.Price(ctx, tx, b, parts, fee, o.adjusted)
	if err != nil {
		return nil, err
	}
	for _, p := range q.Parts {
		if p.State == shop.PartInspecting || (p.State == shop.PartQueued && o.payment != shop.ByReview) {
			return nil, shop.Conflictf("part_not_ready", "%s is still being worked on. Wait until its price is exact.", p.Name)
		}
	}
	inv := &shop.Invoice{
		ID: shop.NewID(), CartID: c.ID, ClientID: shop.NewID(), Source: o.source, State: shop.Draft, Review: shop.ReviewNone, Payment: o.payment,
		Currency: b.Settings.Currency, Contact: o.contact, Delivery: o.delivery, Note: o.note, TermsVersion: b.Settings.Terms.Version, ReviewReasons: []string{},
	}
	if q.Price != nil {
		inv.Price = *q.Price
	} else {
		inv.Price = b.Settings.Pricing.Order(nil, fee, b.Settings.EffectiveTax(), b.Settings.Currency, nil, false)
	}
	if inv.Price.Total > shop.MaxOrder {
		return nil, shop.Invalidf("order_too_large", "copies", "This order is too large to take here. Ask us for a quote.")
	}
	if q.Ready != nil {
		inv.ReadyDate = q.Ready.Date
	}
	if err := payOrReview(inv, b, q, o); err != nil {
		return nil, err
	}
	d := &prepared{cart: c, inv: inv}
	return d, d.collect(ctx, tx, b, q)
}

// payOrReview lets an order be paid at once, or makes it a review. Staff who place one for a customer have looked already.
func payOrReview(inv *shop.Invoice, b catalog.Offer, q cart.Priced, o *request) error {
	if o.payment == shop.ByReview {
		inv.Review, inv.ReviewReasons = shop.ReviewRequested, q.Reasons
		if len(q.Reasons) == 0 {
			inv.ReviewReasons = []string{"The customer asked for a person to look at this order."}
		}
		// What is only an estimate, or rests on prices nobody confirmed, is not shown as a price; staff set one.
		if inv.Price.Estimated || !b.Open {
			tax := b.Settings.EffectiveTax()
			inv.Price = b.Settings.Pricing.Order(nil, nil, tax, b.Settings.Currency, nil, false)
		}
		return nil
	}
	if o.source == "counter" {
		if q.Price == nil || q.Price.Estimated {
			return shop.Conflictf("price_not_exact", "Not every part has an exact price. Wait for it, or take the order as a review.")
		}
		if o.payment != shop.ByCash && o.payment != shop.ByTransfer && o.payment != shop.AtPickup {
			return shop.Invalidf("method_not_offered", "payment", "At the counter an order is paid in cash, by transfer or at pickup.")
		}
	} else {
		if !q.CanPay {
			if len(q.Reasons) > 0 {
				return shop.Conflictf("review_needed", "This order cannot be paid at once: %s Choose Request review.", strings.Join(q.Reasons, " "))
			}
			return shop.Conflictf("price_not_exact", "The price is not exact yet. Wait a moment and try again.")
		}
		allowed := false
		for _, m := range b.Settings.PaymentMethods(inv.Price.Total, o.delivery.Method, b.Cards) {
			allowed = allowed || m == o.payment
		}
		if inv.Price.Total != o.expected {
			return &TotalMoved{Price: inv.Price}
		}
		if !allowed {
			return shop.Invalidf("method_not_offered", "payment", "This order cannot be paid that way. Choose another.")
		}
	}
	if o.adjusted == nil && inv.Price.Total != o.expected {
		return &TotalMoved{Price: inv.Price}
	}
	return nil
}
