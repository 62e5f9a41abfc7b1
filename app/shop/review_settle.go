package shop

import (
	"slices"
	"strings"
)

// reviewFigure is a reason of an order's review that rests on a figure, which changes: as it reads by the settings, how it
// is told by its words whatever the limit was, and whether it holds. Known says that its figure is, so that it cannot hold after all.
type reviewFigure struct {
	code         Code
	message      string
	start, end   string
	holds, known bool
}

func (o *Order) reviewFigures(s Settings, cards bool, t Printing, sliced bool) []reviewFigure {
	total := o.Price.Total
	_, err := s.Shipping(o.Delivery)
	priced := total > 0 && sliced
	return []reviewFigure{
		{reasonOverLimit, overPayLimit + s.PayLimit.In(s.Currency) + first, overPayLimit, first, total > s.PayLimit, priced},
		{reasonOverHours, overPayHours + Plain(s.PayLimitAllHours) + overPayHoursEnd, overPayHours, overPayHoursEnd, t.Seconds/3600 > s.PayLimitAllHours, sliced},
		{reasonOverRun, overPayRun + Plain(s.PayLimitHours) + overPayRunEnd, overPayRun, overPayRunEnd, t.Longest/3600 > s.PayLimitHours, sliced},
		{reasonNoDelivery, NoDeliveryPrice, NoDeliveryPrice, "", o.DeliveryUnpriced() && total > 0 && IsKind(err, Unavailable), !o.DeliveryUnpriced()},
		{reasonNoWay, NoWayToPay, NoWayToPay, "", priced && len(s.PaymentMethods(total, o.Delivery.Method, cards)) == 0, priced},
	}
}

// SettledReasons are the reasons why the order is reviewed, by its price and the settings as they are now: those that rest on a
// limit, an address or the ways to pay are there exactly while they hold, or while nobody knows yet whether they do; what people
// decide about stays until they have. Printing is that of its plates; sliced says that all of it is, so that price and hours are
// known. Of an order that nobody reviews now they stay as they were.
func (o *Order) SettledReasons(s Settings, cards bool, printing Printing, sliced bool) []ReviewReason {
	if !o.inReview() {
		return o.ReviewReasons
	}
	out := slices.DeleteFunc(slices.Clone(o.ReviewReasons), func(why ReviewReason) bool { return o.Price.leftOut(why.Item) != nil })
	for _, f := range o.reviewFigures(s, cards, printing, sliced) {
		is := func(why ReviewReason) bool {
			return why.Code == f.code || why.Code == "" && strings.HasPrefix(why.Message, f.start) && strings.HasSuffix(why.Message, f.end)
		}
		now := ReviewReason{Code: f.code, Message: f.message}
		at := slices.IndexFunc(out, is)
		switch {
		case at < 0 && f.holds:
			out = append(out, now)
		case at >= 0 && (f.holds || !f.known):
			out[at] = now
		case at >= 0:
			out = slices.DeleteFunc(out, is)
		}
	}
	return out
}

// SettleItem brings the reasons in line with an item of the order that is made from something else now, as that stands. That
// it is stays said. Items are all of the order.
func (o *Order) SettleItem(now PartStanding, items []Item) {
	o.ReviewReasons = slices.DeleteFunc(slices.Clone(o.ReviewReasons), func(why ReviewReason) bool {
		return why.Code != reasonRemade && why.of(items) == now.ID
	})
	o.ReviewReasons = append(o.ReviewReasons, now.ReviewReasons()...)
}

// of is the id of the item that a reason is about, "" where it is none or nobody can tell. Of one that is words alone, the words
// are compared with all that can be said of each item, and those that name the most count: "a: b: ..." is about "a: b", not "a".
func (r ReviewReason) of(items []Item) (id string) {
	if r.Item != "" || r.Code != "" {
		return r.Item
	}
	named := -1
	for _, it := range items {
		if n := r.names(it.Name); n > named {
			id, named = it.ID, n
		} else if n >= 0 && n == named {
			id = "" // two of the same name
		}
	}
	return id
}

// names says how long a name is that words are about, -1 where they are about another.
func (r ReviewReason) names(name string) int {
	worst := slices.Concat(PartStanding{Name: name, ReviewFile: true}.ReviewReasons(), PartStanding{Name: name}.ReviewReasons())
	if slices.ContainsFunc(worst, func(w ReviewReason) bool { return w.Message == r.Message }) || strings.HasPrefix(r.Message, name+": ") {
		return len(name)
	}
	return -1
}

// ReasonsOf are those of the reasons that are about an item.
func (o *Order) ReasonsOf(itemID string, items []Item) []string {
	return Messages(slices.DeleteFunc(slices.Clone(o.ReviewReasons), func(why ReviewReason) bool { return why.of(items) != itemID }))
}
