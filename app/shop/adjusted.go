package shop

import (
	"cmp"
	"slices"
)

// adjustmentLabel is what a total that staff decided is called beside the rows worked out: where no part has a price by itself,
// nothing was adjusted.
func adjustmentLabel(rows []PriceRow) string {
	if slices.ContainsFunc(rows, func(r PriceRow) bool { return r.Kind == RowPart }) {
		return "Adjusted by the shop"
	}
	return "Price set by the shop"
}

// Explained is the price with the reason for a total that staff decided, which stands with the difference.
func (p Price) Explained(reason string) Price {
	p.Rows = slices.Clone(p.Rows)
	for i, r := range p.Rows {
		if r.Kind == RowAdjustment {
			p.Rows[i].Detail = reason
		}
	}
	return p
}

// Unadjusted is the total as it was worked out, before the shop decided another: what the rows come to with the tax.
func (p Price) Unadjusted(tax Tax) Cents {
	worked := Price{}
	for _, r := range p.Rows {
		if r.Kind != RowTax && r.Kind != RowAdjustment {
			worked.Total += r.Amount
		}
	}
	tax.apply(&worked, nil)
	return worked.Total
}

// AdjustedTo is the price with a total that staff decided, tax included: the rows stay, and one row says the difference, and why.
func (p Price) AdjustedTo(total Cents, tax Tax, reason string) Price {
	out := p
	out.Rows, out.Total = []PriceRow{}, 0
	for _, r := range p.Rows {
		if r.Kind == RowAdjustment {
			reason = cmp.Or(reason, r.Detail) // why it was adjusted before
		}
		if r.Kind != RowTax && r.Kind != RowAdjustment {
			out.Rows = append(out.Rows, r)
			out.Total += r.Amount
		}
	}
	// What nobody priced may be for nothing: then the reason has a row without an amount.
	if diff := tax.before(total) - out.Total; diff != 0 || total == 0 && reason != "" {
		out.Rows = append(out.Rows, PriceRow{Kind: RowAdjustment, Label: adjustmentLabel(out.Rows), Amount: diff, Detail: reason})
		out.Total += diff
	}
	out.Estimated = false
	tax.apply(&out, &total)
	return out
}
