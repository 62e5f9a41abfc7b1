package apptest

import (
	"context"
	"slices"

	"buildplate/app/order"
	"buildplate/app/shop"
)

func isLeftOut(it order.StaffItemView) bool { return it.LeftOut != "" }

// leaveOut leaves a part out of an order, mostly one that may be left out, for what the rest costs or for another price, and
// asks once more.
func (w *walk) leaveOut(ctx context.Context, o order.StaffOrderView) error {
	o, it, found := w.part(ctx, o, func(it order.StaffItemView) bool { return it.MayLeaveOut })
	if !found {
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
	o, it, found := w.part(ctx, o, func(it order.StaffItemView) bool { return it.MayPutBack })
	if !found {
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

// part is some part of an order, mostly one that something can be done with, of whatever order has one.
func (w *walk) part(ctx context.Context, o order.StaffOrderView, is func(order.StaffItemView) bool) (order.StaffOrderView, order.StaffItemView, bool) {
	if w.dice.IntN(4) > 0 {
		o = w.where(ctx, o, func(o order.StaffOrderView) bool { return slices.ContainsFunc(o.Items, is) })
	}
	if at := slices.IndexFunc(o.Items, is); at >= 0 {
		return o, o.Items[at], true
	}
	it, found := some(w, o.Items)
	return o, it, found
}
