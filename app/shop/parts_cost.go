package shop

import (
	"slices"

	"github.com/shopspring/decimal"
)

// partsCost is what so many copies of each item cost with the delivery, before tax that is added; all says whether these are all that
// the price is for. What else the price consists of is shared by what the items cost themselves, or by copies where none has a price. What
// staff set above the prices of some items is the price of those that have none.
func (p Price) partsCost(items []Item, copies map[string]int) (sum decimal.Decimal, all bool) {
	asked, wanted := 0, 0
	unpriced, unpricedWanted := 0, 0
	whole, some, rest := decimal.Zero, decimal.Zero, decimal.Zero // of the items' prices, and what is shared among them
	made := func(it Item) int {
		if p.leftOut(it.ID) != nil {
			return 0
		}
		return min(copies[it.ID], it.Copies)
	}
	own := p.ownPrices(items, made)
	for _, it := range items {
		if row := p.leftOut(it.ID); row != nil && !row.Included { // its row takes it off, with its share of the rest
			rest = rest.Add(own[it.ID])
			continue
		}
		n := made(it)
		asked, wanted = asked+it.Copies, wanted+n
		if it.unpriced() {
			unpriced, unpricedWanted = unpriced+it.Copies, unpricedWanted+n
		}
		whole = whole.Add(own[it.ID])
		some = some.Add(share(own[it.ID], count(n), count(it.Copies)))
	}
	if sum = some; !whole.IsPositive() { // the items have no price of their own
		whole, some = count(asked), count(wanted)
		unpriced = 0
	}
	if asked == 0 {
		return sum, true
	}
	above := decimal.Zero // what staff set for what has no price of its own
	for _, r := range p.Rows {
		switch {
		case r.Kind == RowPart || r.Kind == RowTax || r.Included:
		case r.Kind == RowShipping:
			sum = sum.Add(r.Amount.Decimal())
		case unpriced > 0 && (r.Kind == RowAdjustment && r.Amount > 0 || r.Kind == RowLeftOut && own[r.PartID].IsZero()):
			above = above.Add(r.Amount.Decimal())
		default:
			rest = rest.Add(r.Amount.Decimal())
		}
	}
	if unpriced > 0 {
		sum = sum.Add(share(above, count(unpricedWanted), count(unpriced)))
	}
	return sum.Add(share(rest, some, whole)), wanted == asked
}

// ownPrices are the prices of the items by themselves. The set-up of a model that several of them share is in the price of one that is
// made, or else is still to be: it was charged with the first.
func (p Price) ownPrices(items []Item, made func(Item) int) map[string]decimal.Decimal {
	own := map[string]decimal.Decimal{}
	for _, it := range items {
		own[it.ID] = it.Price.Total.Decimal()
	}
	for _, it := range items {
		twins := slices.DeleteFunc(slices.Clone(items), func(other Item) bool { return it.MeshHash == "" || other.MeshHash != it.MeshHash })
		charged := it.setUp()
		if len(twins) < 2 || charged == 0 || slices.ContainsFunc(twins, func(other Item) bool { return other.ID != it.ID && other.setUp() != 0 }) {
			continue
		}
		bears := slices.IndexFunc(twins, func(t Item) bool { return made(t) > 0 })
		if bears < 0 {
			bears = max(slices.IndexFunc(twins, func(t Item) bool { return p.leftOut(t.ID) == nil }), 0)
		}
		own[it.ID] = own[it.ID].Sub(charged.Decimal())
		own[twins[bears].ID] = own[twins[bears].ID].Add(charged.Decimal())
	}
	return own
}

// setUp is what of the item's price is its set-up.
func (it Item) setUp() (sum Cents) {
	for _, r := range it.Price.Rows {
		if r.Kind == RowSetup && !r.Included {
			sum += r.Amount
		}
	}
	return sum
}
