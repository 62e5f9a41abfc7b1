package shop

import "slices"

// RowLeftOut says of a part that it is ordered and not made, and why. Before an invoice is issued it takes off what the part cost, with
// its share of what else the price consists of; afterwards it only tells, for the invoice was lowered.
const RowLeftOut RowKind = "left_out"

func (p Price) leftOut(itemID string) *PriceRow {
	at := slices.IndexFunc(p.Rows, func(r PriceRow) bool { return r.Kind == RowLeftOut && r.PartID == itemID })
	if at < 0 || itemID == "" {
		return nil
	}
	return &p.Rows[at]
}

// LeftOut says whether a part was left out, and why.
func (p Price) LeftOut(itemID string) (reason string, out bool) {
	if r := p.leftOut(itemID); r != nil {
		return r.Detail, true
	}
	return "", false
}

// Shown is the price without what only tells of a part that was left out: that stands with the part.
func (p Price) Shown() Price {
	p.Rows = slices.DeleteFunc(slices.Clone(p.Rows), func(r PriceRow) bool { return r.Kind == RowLeftOut && r.Included })
	return p
}

// LeaveOut is the price without one of the order's items, for a reason, which its row takes off.
func (p Price) LeaveOut(items []Item, it Item, reason string, tax Tax) Price {
	copies := map[string]int{}
	for _, other := range items {
		if other.ID != it.ID {
			copies[other.ID] = other.Copies
		}
	}
	left, _ := p.partsCost(items, copies)
	out := p.untaxed()
	row := PriceRow{Kind: RowLeftOut, Label: "Left out: " + it.labelAmong(items), Amount: min(max(Round(left), 0)-out.Total, 0), Detail: reason, PartID: it.ID}
	out.Rows = append(out.Rows, row)
	out.Total += row.Amount
	out.Subtotal += row.Amount
	tax.apply(&out, nil)
	return out
}

// LeaveOutAgain is a price that was worked out anew, without what had been left out of the one before.
func (p Price) LeaveOutAgain(before Price, items []Item, tax Tax) Price {
	for _, it := range items {
		if reason, out := before.LeftOut(it.ID); out {
			p = p.LeaveOut(items, it, reason, tax)
		}
	}
	return p
}

// TellLeftOut is the price as it was agreed on, and says that a part of it is not made.
func (p Price) TellLeftOut(it Item, reason string) Price {
	p.Rows = append(slices.Clone(p.Rows), PriceRow{Kind: RowLeftOut, Label: "Left out: " + it.Label(), Detail: reason, PartID: it.ID, Included: true})
	return p
}

// PutBack is the price with a part that had been left out.
func (p Price) PutBack(itemID string, tax Tax) Price {
	row := p.leftOut(itemID)
	if row == nil {
		return p
	}
	is := func(r PriceRow) bool { return r.Kind == RowLeftOut && r.PartID == itemID }
	if row.Included {
		p.Rows = slices.DeleteFunc(slices.Clone(p.Rows), is)
		return p
	}
	amount := row.Amount
	out := p.untaxed()
	out.Rows = slices.DeleteFunc(out.Rows, is)
	out.Total -= amount
	out.Subtotal -= amount
	tax.apply(&out, nil)
	return out
}

// untaxed is the price before its tax row, which is in the total only where it is added.
func (p Price) untaxed() Price {
	rows := p.Rows
	p.Rows, p.Total = []PriceRow{}, 0
	for _, r := range rows {
		if r.Kind == RowTax {
			continue
		}
		p.Rows = append(p.Rows, r)
		if !r.Included {
			p.Total += r.Amount
		}
	}
	return p
}

// Kept are the items that were not left out of the order.
func (o *Order) Kept(items []Item) []Item {
	return slices.DeleteFunc(slices.Clone(items), func(it Item) bool { return o.Price.leftOut(it.ID) != nil })
}

// KeptPlates are the plates of the items that were not left out of the order.
func (o *Order) KeptPlates(plates []Plate) []Plate {
	return slices.DeleteFunc(slices.Clone(plates), func(p Plate) bool { return o.Price.leftOut(p.ItemID) != nil })
}

// stands says whether an item of the order is still to be made: it was not left out, nor were all its jobs cancelled.
func (o *Order) stands(it Item, jobs []Job) bool {
	if o.Price.leftOut(it.ID) != nil {
		return false
	}
	of, cancelled := 0, 0
	for _, j := range jobs {
		if j.ItemID == it.ID {
			of++
			if j.State == JobCancelled {
				cancelled++
			}
		}
	}
	return of == 0 || cancelled < of
}

// CanLeaveOut says whether a part may be left out of the order: nothing of it has left the shop, another part is still to be made, and what
// the rest costs is known. Errors: Conflict.
func (o *Order) CanLeaveOut(it Item, items []Item, jobs []Job) error {
	switch {
	case o.State != OrderOpen || o.closed():
		return Conflictf("order_not_open", "Order %s is closed or done. Nothing can be left out of it any more.", o.Number)
	case o.Copies.Left > 0:
		return Conflictf("order_partly_left", "Some of order %s has left the shop already. Cancel what is left of it instead, and say what it costs now.", o.Number)
	case o.Price.leftOut(it.ID) != nil:
		return Conflictf("item_left_out", "%s has already been left out of order %s.", it.Name, o.Number)
	case !slices.ContainsFunc(items, func(other Item) bool { return other.ID != it.ID && o.stands(other, jobs) }):
		return Conflictf("item_is_the_last", "%s is all that is left of order %s. Cancel or refuse the whole order instead.", it.Name, o.Number)
	case !o.inReview() && slices.ContainsFunc(o.Kept(items), Item.unpriced):
		return Conflictf("item_price_unknown", "Not every part of order %s has a price of its own, so the price of the rest is not known. Cancel the order, and take the rest as a new one.", o.Number)
	case slices.ContainsFunc(jobs, func(j Job) bool {
		return j.State == JobCancelled && j.ItemID != it.ID && o.Price.leftOut(j.ItemID) == nil
	}):
		return Conflictf("job_cancelled_before", "Another part of order %s has been cancelled already. Cancel the job of %s, too, and say what the rest costs.", o.Number, it.Name)
	}
	return nil
}

// unpriced says whether the item has no price of its own: it is in the one that staff set for the order.
func (it Item) unpriced() bool { return it.Price.Total == 0 }

// CanPutBack says whether a part that was left out may be made after all. Once its order was released, its job is put back in the queue
// instead, where it has one. Errors: Conflict.
func (o *Order) CanPutBack(it Item) error {
	row := o.Price.leftOut(it.ID)
	switch {
	case row == nil:
		return Conflictf("item_not_left_out", "%s was not left out of order %s.", it.Name, o.Number)
	case o.State != OrderOpen || o.closed():
		return Conflictf("order_not_open", "Order %s is closed or done. Nothing more can be made for it.", o.Number)
	case row.Included && o.Released != 0:
		return Conflictf("item_job_cancelled", "Work on order %s has been released. Put the job of %s back in the queue, or take it as a new order.", o.Number, it.Name)
	case it.unpriced() && !o.inReview():
		return Conflictf("item_price_unknown", "%s has no price of its own, and the price of order %s has been set without it. Take it as a new order.", it.Name, o.Number)
	case !row.Included && o.issued():
		return Conflictf("item_not_invoiced", "%s is not on the invoice of order %s any more. Take it as a new order.", it.Name, o.Number)
	}
	return nil
}

// Restorable are those of what the order's invoice was lowered by that go when something cancelled comes back: a part that is left out
// still costs nothing.
func (o *Order) Restorable(agreed []Adjustment) []Adjustment {
	return slices.DeleteFunc(slices.Clone(agreed), func(a Adjustment) bool { return o.Price.leftOut(a.ID) != nil })
}

// CostsWithout is what an issued invoice is to ask for once an item is left out, too: what is still to be made, with the delivery, and no
// more than it asks for already.
func (o *Order) CostsWithout(it Item, items []Item, jobs []Job) Cents {
	copies := map[string]int{}
	for _, other := range items {
		if other.ID != it.ID && o.stands(other, jobs) {
			copies[other.ID] = other.Copies
		}
	}
	return min(o.Price.CostOf(items, copies, o.Invoice.Tax), o.Invoice.Asked())
}
