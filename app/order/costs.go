package order

import (
	"context"
	"slices"
	"strings"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// costOfLeft is what the copies of an order that have left cost, with the delivery; no more than is asked for already.
func costOfLeft(o *shop.Order, items []shop.Item, copies []shop.ItemCopies) shop.Cents {
	left := map[string]int{}
	for _, it := range copies {
		left[it.ItemID] = it.Left
	}
	return min(o.Price.CostOf(items, left, o.Invoice.Tax), o.Invoice.Asked())
}

// openCosts is what an order costs without what was cancelled of it, as it is worked out; nil where that needs no answer: nothing
// was cancelled since its price was last agreed on, or it costs the same.
func openCosts(o *shop.Order, items []shop.Item, copies []shop.ItemCopies, jobs []shop.Job, agreed []shop.Adjustment) *shop.Cents {
	if o.Invoice == nil || !shop.CancelledSince(jobs, agreed) {
		return nil
	}
	all := slices.Clone(copies)
	for i := range all {
		all[i].Left += all[i].Here + all[i].ToCome
	}
	if costs := costOfLeft(o, items, all); costs != o.Invoice.Asked() {
		return &costs
	}
	return nil
}

// costsToAgree reads what openCosts says of an order.
func costsToAgree(ctx context.Context, tx *db.Tx, o *shop.Order, copies []shop.ItemCopies) (*shop.Cents, error) {
	if o.Invoice == nil || o.Jobs.Cancelled == 0 {
		return nil, nil
	}
	items, err := tx.Items(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	jobs, err := tx.JobsOf(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	agreed, err := tx.AdjustmentsOf(ctx, o.Invoice.ID)
	return openCosts(o, items, copies, jobs, agreed), err
}

// agreeAtHandover lets an order of which some was cancelled cost what is said as the last of it leaves, or as money is taken for it,
// which is not to pay for what nobody makes, and reads it anew: the same as its rest being cancelled after that does. Another amount than is worked out takes the right to cancel the rest.
// Errors: Forbidden; Conflict where the invoice changed meanwhile; Invalid without what it costs, or with it where nobody asks.
func (s *Service) agreeAtHandover(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, h *shop.Handover, copies []shop.ItemCopies, req *HandOverRequest) (*shop.Order, error) {
	worked, err := costsToAgree(ctx, tx, o, copies)
	asked := worked != nil && (h.Last(copies) || o.Balance() > 0)
	switch {
	case err != nil:
		return nil, err
	case !asked && req.Costs == nil:
		return o, nil
	case !asked:
		return nil, shop.Invalidf("costs_not_asked", "costs", "The cost of order %s cannot be changed now. Leave it out.", o.Number)
	case req.Costs == nil:
		return nil, shop.Invalidf("costs_missing", "costs", "Some of order %s was cancelled. Say what it costs now.", o.Number)
	case *req.Costs != *worked:
		if err := who.Must(o.Needs("cancel_rest"), shop.OrderOf(o.ID)); err != nil {
			return nil, err
		}
	}
	if err := setting.CheckVersion(ctx, tx, req.InvoiceVersion, o.Invoice.Version, o.Invoice.ChangedBy, o.Invoice.Updated); err != nil {
		return nil, err
	}
	costs, why, err := agreedCosts(ctx, tx, who, *worked, req.Costs, req.CostsReason, "Some of it was cancelled.")
	if err != nil {
		return nil, err
	}
	if err := s.billing.Lower(ctx, tx, who, o, h.ID, costs, why); err != nil {
		return nil, err
	}
	if o, err = tx.Order(ctx, o.ID); err == nil && req.InvoiceVersion != 0 {
		req.InvoiceVersion = o.Invoice.Version // it is another by this very act
	}
	return o, err
}

// agreedCosts is what an order costs of which some was cancelled, and why: what is worked out, for a reason that is known, or
// what whoever asks says, who gives their own. Errors: Invalid; Forbidden.
func agreedCosts(ctx context.Context, tx *db.Tx, who shop.Actor, worked shop.Cents, said *shop.Cents, reason, known string) (costs shop.Cents, why string, err error) {
	if said == nil || *said == worked {
		return worked, known, nil
	}
	if why = strings.TrimSpace(reason); why == "" {
		return 0, "", shop.Invalidf("reason_missing", "costs_reason", "Say why the price differs from that of what has left.")
	}
	set, err := tx.Settings(ctx)
	if err != nil {
		return 0, "", err
	}
	return *said, why, set.CheckDiscount(who, worked, *said)
}
