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
	cart   shop.Cart
	order  *shop.Order
	tax    shop.Tax // that its price is worked out with
	items  []shop.Item
	plates []shop.Plate
	files  []preparedFile
}

type preparedFile struct {
	row  shop.OrderFile
	from db.Blob // the blob it is a copy of; or
	text []byte  // what it holds
	blob db.Blob // its own, once copied
}

// prepare checks what was asked and works the order out from the cart as it is now.
func (s *Service) prepare(ctx context.Context, req *request) (*prepared, error) {
	forCustomer := req.source == shop.FromStaff
	var err error
	if req.contact, err = req.contact.Clean(forCustomer); err != nil {
		return nil, err
	}
	if req.delivery, err = req.delivery.Clean(); err != nil {
		return nil, err
	}
	if req.note = strings.TrimSpace(req.note); len([]rune(req.note)) > maxNote {
		return nil, shop.Invalidf("note_too_long", "note", "Keep the note under 2,000 characters.")
	}
	var d *prepared
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		b, err := s.catalog.PriceBasis(ctx, tx)
		if err != nil {
			return err
		}
		if req.contact.Business, err = req.contact.Business.Clean(b.Settings.Country); err != nil {
			return err
		}
		if !b.Open && !forCustomer && req.payment != shop.ByReview {
			return shop.Unavailablef("shop_not_open", "The shop is not taking orders yet. Come back soon.")
		}
		if !req.termsAccepted || (!forCustomer && req.termsVersion != b.Settings.Terms.Version) {
			return shop.Invalidf("terms_not_accepted", "terms_accepted", "Read the terms and tick that you agree.")
		}
		c, err := tx.Cart(ctx, req.cartID)
		if err != nil {
			return err
		}
		if err := s.mayVisitorsOrder(ctx, tx, req); err != nil {
			return err
		}
		if err := mayWait(ctx, tx, c, req.source); err != nil {
			return err
		}
		awaited, _, err := cart.Arriving(ctx, tx, req.cartID)
		if err != nil {
			return err
		}
		if len(awaited) > 0 {
			return cart.StillArriving(awaited)
		}
		parts, err := tx.Parts(ctx, req.cartID)
		if err != nil {
			return err
		}
		if len(parts) == 0 {
			return shop.Conflictf("cart_empty", "There is nothing to order yet. Add a file first.")
		}
		if d, err = s.prepareFrom(ctx, tx, b, c, parts, req); err != nil {
			return err
		}
		return nil
	})
	return d, err
}

// mayVisitorsOrder refuses an order of a visitor's before the shop is set up, and one to collect where it has not said where. Whoever
// stands at the counter knows. Errors: Conflict; Invalid.
func (s *Service) mayVisitorsOrder(ctx context.Context, tx *db.Tx, req *request) error {
	if req.source == shop.FromStaff {
		return nil
	}
	if err := s.settings.CheckSetUp(ctx, tx); err != nil {
		return err
	}
	set, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	return set.CheckCollection(req.delivery.Method)
}

// mayWait refuses an order of a visitor's where too many wait for the shop already, from their network or in all. What is ordered
// at the counter is always taken. Errors: Conflict; Unavailable.
func mayWait(ctx context.Context, tx *db.Tx, c shop.Cart, source string) error {
	if source == shop.FromStaff {
		return nil
	}
	own, all, err := tx.WaitingOrders(ctx, c.Address, shop.MaxWaitingOrders)
	if err != nil {
		return err
	}
	set, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	return set.CheckWaiting(own, all)
}

// prepareFrom prices the cart and decides what kind of order it is.
func (s *Service) prepareFrom(ctx context.Context, tx *db.Tx, b catalog.PriceBasis, c shop.Cart, parts []shop.Part, req *request) (*prepared, error) {
	fee, err := b.Settings.Shipping(req.delivery)
	if err != nil && (!shop.IsKind(err, shop.Unavailable) || req.payment != shop.ByReview) {
		return nil, err
	}
	for _, p := range parts {
		if p.Refused {
			return nil, cart.RefusalOfPart(ctx, tx, req.who, p)
		}
		// Staff take no part to review whose price is about to be known: what they may take off is measured against it.
		if p.State == shop.PartInspecting || (p.State == shop.PartQueued && (req.payment != shop.ByReview || req.source == shop.FromStaff)) {
			return nil, shop.Conflictf("part_not_ready", "%s is still being worked on. Wait until its price is exact.", p.Name)
		}
	}
	if req.adjusted != nil {
		worked, err := s.carts.Price(ctx, tx, b, parts, fee, nil)
		if err != nil {
			return nil, err
		}
		if err := mayPriceUnsliced(req.who, unslicedParts(worked.Parts)); err != nil {
			return nil, err
		}
		if worked.Price != nil {
			if err := b.Settings.CheckDiscount(req.who, worked.Price.Total, *req.adjusted); err != nil {
				return nil, err
			}
		}
	}
	q, err := s.carts.Price(ctx, tx, b, parts, fee, req.adjusted)
	if err != nil {
		return nil, err
	}
	o := &shop.Order{
		ID: shop.NewID(), CartID: c.ID, ClientID: shop.NewID(), Source: req.source, State: shop.OrderOpen, Review: shop.ReviewNone, Payment: req.payment,
		Currency: b.Settings.Currency, Contact: req.contact, Delivery: req.delivery, Note: req.note, TermsVersion: b.Settings.Terms.Version, ReviewReasons: []shop.ReviewReason{}, KeepFiles: req.keepFiles, Replaces: c.Replaces,
	}
	if q.Price != nil {
		o.Price = q.Price.Explained(strings.TrimSpace(req.reason))
	} else {
		o.Price = b.Settings.Pricing.Order(nil, fee, b.Settings.EffectiveTax(), b.Settings.Currency, nil, false)
	}
	if o.Price.Total > shop.MaxOrder {
		return nil, shop.Invalidf("order_too_large", "copies", "This order is too large to take here. Ask us for a quote.")
	}
	if q.Ready != nil {
		o.Promised = q.Ready.Date
	}
	if fee == nil && o.DeliveryUnpriced() {
		q.Reasons = append(q.Reasons, shop.NoDelivery())
	}
	if err := payOrReview(o, b, q, req); err != nil {
		return nil, err
	}
	d := &prepared{cart: c, order: o, tax: b.Settings.EffectiveTax()}
	if err := d.collect(ctx, tx, b, q); err != nil {
		return nil, err
	}
	return d, d.checkRefusedModels(ctx, tx, req.who)
}

// payOrReview lets an order be paid at once, or makes it a review. Staff who place one for a customer have looked already.
func payOrReview(o *shop.Order, b catalog.PriceBasis, q cart.Priced, req *request) error {
	if req.payment == shop.ByReview {
		o.Review, o.ReviewReasons = shop.ReviewRequested, q.Reasons
		if len(q.Reasons) == 0 {
			o.ReviewReasons = []shop.ReviewReason{shop.AskedFor()}
			if q.CanPay && len(b.Settings.PaymentMethods(o.Price.Total, req.delivery.Method, b.Cards)) == 0 {
				o.ReviewReasons = []shop.ReviewReason{shop.Unpayable()}
			}
		}
		// What is only an estimate, or rests on prices nobody confirmed, is not shown as a price; staff set one.
		if o.Price.Estimated || !b.Open {
			tax := b.Settings.EffectiveTax()
			o.Price = b.Settings.Pricing.Order(nil, nil, tax, b.Settings.Currency, nil, false)
		}
		return nil
	}
	if req.source == shop.FromStaff {
		if err := exact(q, req.adjusted); err != nil {
			return err
		}
		if !req.payment.ByHand() && req.payment != shop.AtPickup {
			return shop.Invalidf("method_not_offered", "payment", "At the counter an order is paid in cash, by card at the terminal, by transfer or on collection.")
		}
		if req.payment == shop.ByCash && o.Price.Total != 0 && b.Settings.CashDue(o.Price.Total) == 0 {
			field := "payment"
			if req.adjusted != nil {
				field = "adjusted_total"
			}
			return shop.Invalidf("total_below_coins", field, "%s is less than the smallest coin. Make it free, or choose another price or way to pay.", o.Price.Total.In(o.Price.Currency))
		}
	} else {
		if !q.CanPay {
			if len(q.Reasons) > 0 {
				return shop.Conflictf("review_needed", "This order cannot be paid at once: %s Choose Request review.", strings.Join(shop.Messages(q.Reasons), " "))
			}
			return shop.Conflictf("price_not_exact", "The price is not exact yet. Wait a moment and try again.")
		}
		allowed := false
		for _, m := range b.Settings.PaymentMethods(o.Price.Total, req.delivery.Method, b.Cards) {
			allowed = allowed || m == req.payment
		}
		if o.Price.Total != req.expected {
			return totalMoved(o.Price)
		}
		if !allowed {
			return shop.Invalidf("method_not_offered", "payment", "This order cannot be paid that way. Choose another.")
		}
	}
	if req.adjusted == nil && o.Price.Total != req.expected {
		return totalMoved(o.Price)
	}
	return nil
}

// exact refuses an order of staff's that has no price to take, or a part that would be made for nothing because nobody set
// a total that includes it. Errors: Conflict.
func exact(q cart.Priced, adjusted *shop.Cents) error {
	if q.Price == nil || q.Price.Estimated {
		return shop.Conflictf("price_not_exact", "Not every part has an exact price. Wait for it, or take the order as a review.")
	}
	for _, p := range q.Parts {
		if !p.Priced && adjusted == nil {
			e := shop.Conflictf("price_not_exact", "%s has no price. Set a total for all parts, or take the order as a review.", p.Name)
			e.Field = "adjusted_total"
			return e
		}
	}
	return nil
}

// totalMoved refuses an order whose total is another than was on the screen; the price that holds now goes with it.
func totalMoved(now shop.Price) error {
	e := shop.Conflictf("total_moved", "The price has changed to %s. Look at it and confirm again.", now.Total.In(now.Currency))
	e.Price = &now
	return e
}
