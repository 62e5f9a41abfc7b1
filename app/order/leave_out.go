package order

import (
	"context"
	"strings"

	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// LeaveOut leaves one item out of an order before any of it has left the shop: its jobs stop, and the order costs what the rest of it
// does. A price that a review still sets, and a draft of an invoice, are made anew without it, for just that; one that was issued asks
// for less, or for what whoever leaves it out says, with a reason, and what was paid beyond that is due back. Where the order waited only for its model,
// it goes on. A payment page that is open is closed first. Of an order that was paid it is an admin's to do.
// Errors: NotFound; Forbidden, also for a price lower than the actor may set; Conflict when some of the order has left, when it is
// closed, or for the last of it; Invalid.
func (s *Service) LeaveOut(ctx context.Context, who shop.Actor, id, itemID string, req LeaveOutRequest) (StaffOrderView, error) {
	if err := who.Must(shop.CancelOrder, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	reason := strings.TrimSpace(req.Reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Give the customer a reason.")
	}
	may := func(ctx context.Context, tx *db.Tx, o *shop.Order) error {
		_, err := s.findLeaving(ctx, tx, who, o, itemID)
		return err
	}
	return s.close(ctx, who, shop.CancelOrder, id, req.Version, may, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		l, err := s.findLeaving(ctx, tx, who, o, itemID)
		if err != nil {
			return did, err
		}
		if o.Invoice != nil && o.Invoice.Issued != 0 {
			err = s.leaveOutOfInvoice(ctx, tx, who, o, l, req, reason)
		} else {
			err = s.leaveOutOfPrice(ctx, tx, who, o, l, req, reason)
		}
		if err != nil {
			return did, err
		}
		if err := s.liftModels(ctx, tx, who, id, "", "left out."); err != nil {
			return did, err
		}
		if o, err = tx.Order(ctx, id); err != nil {
			return did, err
		}
		return who.Activity(shop.VerbItemLeftOut, id, shop.ActivityParams{Name: l.item.Name, Reason: reason, Amount: o.DueBack(), Currency: o.Currency}), nil
	})
}

// leaving is an item that is left out of its order, among all.
type leaving struct {
	item  shop.Item
	items []shop.Item
	jobs  []shop.Job
}

func (s *Service) findLeaving(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, itemID string) (l leaving, err error) {
	if err := who.Must(o.Needs("cancel"), shop.OrderOf(o.ID)); err != nil {
		return l, err
	}
	if l.items, err = tx.Items(ctx, o.ID); err != nil {
		return l, err
	}
	if l.jobs, err = tx.JobsOf(ctx, o.ID); err != nil {
		return l, err
	}
	if l.item, err = itemOf(l.items, itemID); err != nil {
		return l, err
	}
	return l, o.CanLeaveOut(l.item, l.items, l.jobs)
}

func itemOf(items []shop.Item, id string) (shop.Item, error) {
	for _, it := range items {
		if it.ID == id {
			return it, nil
		}
	}
	return shop.Item{}, shop.NotFoundf("item_not_found", "This part is not in the order.")
}

// leaveOutOfPrice takes an item off the price of an order of which nothing was issued; a draft of its invoice is made anew.
func (s *Service) leaveOutOfPrice(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, l leaving, req LeaveOutRequest, reason string) error {
	tax, err := priceTax(ctx, tx, o)
	if err != nil {
		return err
	}
	price := o.Price.LeaveOut(l.items, l.item, reason, tax)
	switch reviewed := o.InReview() == nil; {
	case req.Costs != nil && reviewed:
		return shop.Invalidf("costs_not_asked", "costs", "The price of order %s is set when it is approved. Leave it out here.", o.Number)
	case req.Costs != nil && *req.Costs != price.Total: // what is put back has to cost what it did
		return shop.Invalidf("costs_not_asked", "costs", "Without %s, order %s costs %s. Once its invoice is issued, the price can be another.", l.item.Name, o.Number, price.Total.In(o.Currency))
	}
	o.Price = price
	if err := s.draftAnew(ctx, tx, who, o, l.items, tax, l.item.Name+" was left out."); err != nil {
		return err
	}
	return tx.SaveOrder(ctx, o, who.Name)
}

// priceTax is the tax in the price of an order of which nothing was issued: that of its draft, or today's.
func priceTax(ctx context.Context, tx *db.Tx, o *shop.Order) (shop.Tax, error) {
	if o.Invoice != nil && o.Invoice.State == shop.Draft {
		return o.Invoice.Tax, nil
	}
	set, err := tx.Settings(ctx)
	return set.EffectiveTax(), err
}

// draftAnew makes a draft of an invoice in the place of the order's, where it has one, since the order's price is another now.
func (s *Service) draftAnew(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, items []shop.Item, tax shop.Tax, why string) error {
	if o.Invoice == nil || o.Invoice.State != shop.Draft {
		return nil
	}
	if err := billing.Void(ctx, tx, o, why, who.Name); err != nil {
		return err
	}
	return billing.Draft(ctx, tx, o, items, tax)
}

// leaveOutOfInvoice stops what is made of an item, and lets the order's invoice, which was issued, ask for less. One that is paid with
// that is released as if it had been paid just now.
func (s *Service) leaveOutOfInvoice(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, l leaving, req LeaveOutRequest, reason string) error {
	worked := o.CostsWithout(l.item, l.items, l.jobs)
	costs, why, err := agreedCosts(ctx, tx, who, worked, req.Costs, req.CostsReason, l.item.Name+" was left out.")
	if err != nil {
		return err
	}
	if err := tx.CancelItemJobs(ctx, l.item.ID, who.Name); err != nil {
		return err
	}
	o.Price = o.Price.TellLeftOut(l.item, reason)
	if err := tx.SaveOrder(ctx, o, who.Name); err != nil {
		return err
	}
	if err := s.billing.Lower(ctx, tx, who, o, l.item.ID, costs, why); err != nil {
		return err
	}
	if o.Released != 0 {
		return nil
	}
	return billing.Settle(ctx, tx, o.Invoice, who.Name)
}

// PutBackItem lets an item be made after all that was left out of an order which was not released since: it costs what it did. Of an order
// that was released, the item's job is put back in the queue instead. Where the model is refused, the order waits for it. A payment page
// that is open is closed first. Of an order that was paid it is an admin's to do. Errors: NotFound; Forbidden; Conflict.
func (s *Service) PutBackItem(ctx context.Context, who shop.Actor, id, itemID string, version int) (StaffOrderView, error) {
	if err := who.Must(shop.CancelOrder, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	find := func(ctx context.Context, tx *db.Tx, o *shop.Order) (it shop.Item, items []shop.Item, err error) {
		if err := who.Must(o.Needs("cancel"), shop.OrderOf(id)); err != nil {
			return it, nil, err
		}
		if items, err = tx.Items(ctx, id); err != nil {
			return it, nil, err
		}
		if it, err = itemOf(items, itemID); err != nil {
			return it, nil, err
		}
		return it, items, o.CanPutBack(it)
	}
	may := func(ctx context.Context, tx *db.Tx, o *shop.Order) error {
		_, _, err := find(ctx, tx, o)
		return err
	}
	return s.close(ctx, who, shop.CancelOrder, id, version, may, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		it, items, err := find(ctx, tx, o)
		if err != nil {
			return did, err
		}
		tax, err := priceTax(ctx, tx, o)
		if err != nil {
			return did, err
		}
		if err := job.PutBack(ctx, tx, o, itemID, tax, who.Name); err != nil {
			return did, err
		}
		if err := s.draftAnew(ctx, tx, who, o, items, tax, it.Name+" was put back."); err != nil {
			return did, err
		}
		did = who.Activity(shop.VerbItemPutBack, id, shop.ActivityParams{Name: it.Name})
		return did, s.costsAgain(ctx, tx, who, o, it)
	})
}

// costsAgain takes back what an invoice was lowered by as an item was left out.
func (s *Service) costsAgain(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, it shop.Item) error {
	if o.Invoice == nil || o.Invoice.Issued == 0 {
		return nil
	}
	agreed, err := tx.AdjustmentsOf(ctx, o.Invoice.ID)
	if err != nil {
		return err
	}
	for _, a := range agreed {
		if a.ID == it.ID {
			return s.billing.Restore(ctx, tx, who, o, []shop.Adjustment{a}, it.Name+" is put back.")
		}
	}
	return nil
}

// leavingOut says of an item whether it may be left out or put back by whoever asks, and what the order costs then.
func (f orderFacts) leavingOut(who shop.Actor, it shop.Item, v *StaffItemView) {
	o := f.order
	if !who.Can(o.Needs("cancel"), shop.OrderOf(o.ID)) {
		return
	}
	v.MayPutBack = o.CanPutBack(it) == nil
	if v.MayLeaveOut = o.CanLeaveOut(it, f.items, f.jobs) == nil; !v.MayLeaveOut {
		return
	}
	var costs shop.Cents
	switch {
	case o.Invoice != nil && o.Invoice.Issued != 0:
		costs = o.CostsWithout(it, f.items, f.jobs)
	case o.InReview() == nil || o.Invoice == nil:
		return
	default:
		costs = o.Price.LeaveOut(f.items, it, "", o.Invoice.Tax).Total
	}
	v.CostsWithout = &costs
}
