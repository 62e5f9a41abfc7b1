package apptest

import (
	"context"
	"slices"

	"buildplate/app/order"
	"buildplate/app/shop"
)

func isLeftOut(it order.StaffItemView) bool { return it.LeftOut != "" }

// leaveOut leaves a part out of an order, mostly one that has another and is open, for what the rest costs or for another
// price, and asks once more.
func (w *walk) leaveOut(ctx context.Context, o order.StaffOrderView) error {
	it, found := some(w, o.Items)
	kept := slices.DeleteFunc(slices.Clone(o.Items), isLeftOut)
	if !found || (len(kept) < 2 || o.State != shop.OrderOpen) && w.dice.IntN(8) > 0 {
		return errNothing
	}
	req := order.LeaveOutRequest{Version: w.from(o.Version), Reason: "We cannot make it."}
	costs := shop.Cents(-1)
	if it.CostsWithout != nil {
		costs = *it.CostsWithout
	}
	if w.dice.IntN(3) == 0 {
		costs = shop.Cents(w.dice.Int64N(int64(o.Total-o.Adjusted) + 2))
		req.Costs, req.CostsReason = &costs, one(w, "as agreed", "as agreed", "")
	}
	now, err := w.Orders.LeaveOut(ctx, w.anybody(), o.ID, it.ID, req)
	if err != nil {
		return err
	}
	if costs >= 0 && now.Total-now.Adjusted != costs && now.State == shop.OrderOpen && o.Status != "in_review" {
		w.t.Errorf("%s costs %s without %s, and %s is asked for", o.Number, costs, it.Name, now.Total-now.Adjusted)
	}
	if now.Paid != o.Paid {
		w.t.Errorf("%s: %s was paid, and %s once %s was left out", o.Number, o.Paid, now.Paid, it.Name)
	}
	if _, err := w.Orders.LeaveOut(ctx, w.admin, o.ID, it.ID, order.LeaveOutRequest{Reason: "again"}); !shop.IsCode(err, "item_left_out") {
		w.t.Errorf("%s of %s was left out twice: %v", it.Name, o.Number, err)
	}
	return nil
}

// putBack puts a part back that was left out, mostly where that may be done.
func (w *walk) putBack(ctx context.Context, o order.StaffOrderView) error {
	it, found := some(w, o.Items)
	if at := slices.IndexFunc(o.Items, isLeftOut); at >= 0 {
		it = o.Items[at]
	} else if !found || w.dice.IntN(8) > 0 {
		return errNothing
	}
	now, err := w.Orders.PutBackItem(ctx, w.anybody(), o.ID, it.ID, w.from(o.Version))
	if err != nil {
		return err
	}
	if now.Total-now.Adjusted < o.Total-o.Adjusted || slices.ContainsFunc(now.Items, func(i order.StaffItemView) bool { return i.ID == it.ID && isLeftOut(i) }) {
		w.t.Errorf("%s is put back, and %s costs %s instead of %s", it.Name, o.Number, now.Total-now.Adjusted, o.Total-o.Adjusted)
	}
	return nil
}
