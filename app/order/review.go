package order

import (
	"context"
	"strings"

	"buildplate/app/billing"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
)

// ApproveOrder ends a review: the order may be paid, at its price or at one that staff set with a reason.
// An order is approved for nothing by who may ask any price.
// Errors: NotFound; Conflict when it is not in review; Invalid, also for parts
// without a price where no total is set, and without a message where only that tells how to pay;
// Forbidden for a price lower than the actor may set, and for any with a model that was never sliced where they may not set
// every price.
func (s *Service) ApproveOrder(ctx context.Context, who shop.Actor, id string, req ApproveRequest) (StaffOrderView, error) {
	return s.change(ctx, who, shop.ReviewOrder, id, req.Version, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		set, err := tx.Settings(ctx)
		if err != nil {
			return did, err
		}
		total, reason := o.Price.Total, ""
		free := req.AdjustedTotal != nil && *req.AdjustedTotal == 0 && who.Can(shop.PriceFreely, shop.TheShop)
		if free || req.AdjustedTotal != nil && *req.AdjustedTotal != total {
			total = *req.AdjustedTotal
			if reason = strings.TrimSpace(req.Reason); reason == "" {
				return did, shop.Invalidf("reason_missing", "reason", "Say why the price is changed.")
			}
			if total > shop.MaxOrder {
				return did, shop.Invalidf("total_too_high", "adjusted_total", "This price is too high. Check it.")
			}
			if err := set.CheckDiscount(who, o.Price.Unadjusted(set.EffectiveTax()), total); err != nil {
				return did, err
			}
		}
		if err := set.CheckAgreed(who, o.Agreed(), total); err != nil {
			return did, err
		}
		tax := set.EffectiveTax()
		o.Price = o.Price.AdjustedTo(total, tax, reason) // with the tax of today, which its invoice names
		if err := o.Approve(strings.TrimSpace(req.Message), free); err != nil {
			return did, err
		}
		cards, err := s.settings.CardReady(ctx, tx)
		if err != nil {
			return did, err
		}
		items, err := tx.Items(ctx, id)
		if err != nil {
			return did, err
		}
		if err := checkPriced(ctx, tx, who, o.Kept(items), req.AdjustedTotal != nil); err != nil {
			return did, err
		}
		if req.AdjustedTotal == nil {
			if err := o.CheckDelivery(); err != nil {
				return did, err
			}
		}
		if err := o.CheckHowToPay(set.PaymentMethods(total, o.Delivery.Method, cards)); err != nil {
			return did, err
		}
		if err := tx.SaveOrder(ctx, o, who.Name); err != nil {
			return did, err
		}
		did = who.Activity(shop.VerbOrderApproved, id, shop.ActivityParams{Amount: o.Price.Total, Currency: o.Currency, Reason: reason})
		return did, billing.Draft(ctx, tx, o, items, tax)
	})
}

// checkPriced refuses to approve items without a price unless a total was set by hand, by an admin where a model among them
// could have been sliced: nobody knows then what a discount is taken off. Errors: Invalid; Forbidden.
func checkPriced(ctx context.Context, tx *db.Tx, who shop.Actor, items []shop.Item, byHand bool) error {
	if !byHand {
		return shop.CheckPriced(items)
	}
	name, err := unslicedItem(ctx, tx, items)
	if err != nil {
		return err
	}
	return mayPriceUnsliced(who, name)
}

// unslicedItem names an item that has no price although it is a model that could be sliced, "" where there is none.
func unslicedItem(ctx context.Context, tx *db.Tx, items []shop.Item) (string, error) {
	for _, it := range items {
		if _, inspected := slice.InspectionOf(it.Inspection); it.Kind != shop.KindModel || !inspected || len(it.Price.Rows) > 0 {
			continue
		}
		made, err := tx.Slice(ctx, it.SliceKey)
		if err != nil && !shop.IsKind(err, shop.NotFound) {
			return "", err
		}
		if !made.Failed {
			return it.Name, nil
		}
	}
	return "", nil
}

// unslicedParts is unslicedItem of a cart, but for what is being sliced: staff wait for that.
func unslicedParts(parts []cart.PricedPart) string {
	for _, p := range parts {
		if p.Kind == shop.KindModel && p.Found != nil && !p.Priced && p.State == shop.PartNeedsUnits {
			return p.Name
		}
	}
	return ""
}

// mayPriceUnsliced lets only who may ask any price set a total with a model in it that was never sliced. Errors: Forbidden.
func mayPriceUnsliced(who shop.Actor, name string) error {
	if name == "" || who.Can(shop.PriceFreely, shop.TheShop) {
		return nil
	}
	e := shop.Forbiddenf("price_not_worked_out", "%s was never sliced, so its price is not known. Ask an admin to set the total.", name)
	e.Field = "adjusted_total"
	return e
}

// RefuseOrder ends a review with a reason that the customer sees. An order that was approved first may have a payment
// page open; it is closed, so that nobody pays for what will not be made. With deleteFiles its files are
// nobody's any more in the same transaction, go for good right after, and are never taken again: that can be done to any
// open order, its jobs stop, and what was paid is due back. An order that was paid is an admin's to refuse. Errors: NotFound; Forbidden; Conflict; Invalid.
func (s *Service) RefuseOrder(ctx context.Context, who shop.Actor, id string, version int, reason string, deleteFiles bool) (StaffOrderView, error) {
	if err := who.Must(shop.ReviewOrder, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Give the customer a reason.")
	}
	refusable := (*shop.Order).Refusable
	if deleteFiles {
		refusable = (*shop.Order).CanRefuseAndDelete
	}
	return s.refuse(ctx, who, id, version, reason, deleteFiles, refusable)
}

// refuse is RefuseOrder for orders of which refusable says that they may be refused now.
func (s *Service) refuse(ctx context.Context, who shop.Actor, id string, version int, reason string, deleteFiles bool, refusable func(*shop.Order) error) (StaffOrderView, error) {
	refuse := (*shop.Order).Refuse
	if deleteFiles {
		refuse = (*shop.Order).RefuseAndDelete
	}
	may := func(_ context.Context, _ *db.Tx, o *shop.Order) error {
		if err := who.Must(o.Needs("refuse"), shop.OrderOf(id)); err != nil {
			return err
		}
		return refusable(o)
	}
	return s.close(ctx, who, shop.ReviewOrder, id, version, may, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		if err := refuse(o, reason, tx.Now); err != nil {
			return did, err
		}
		due, err := s.stop(ctx, tx, who, o, reason)
		did = who.Activity(shop.VerbOrderRefused, id, shop.ActivityParams{Reason: reason, FilesDeleted: deleteFiles, Amount: due, Currency: o.Currency})
		if err != nil || !deleteFiles {
			return did, err
		}
		return did, s.giveUpFiles(ctx, tx, who, o, reason)
	})
}
