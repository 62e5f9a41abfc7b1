package shop

import (
	"slices"
	"strings"
)

// reviewFigure is a reason of an order's review that rests on a figure, which changes: as it reads by the settings, how it
// is told by its words whatever the limit was, and whether it holds. Known says that its figure is, so that it cannot hold after all.
type reviewFigure struct {
	message      string
	start, end   string
	holds, known bool
}

func (o *Order) reviewFigures(s Settings, cards bool, t Printing, sliced bool) []reviewFigure {
	total := o.Price.Total
	_, err := s.Shipping(o.Delivery)
	priced := total > 0 && sliced
	return []reviewFigure{
		{overPayLimit + s.PayLimit.In(s.Currency) + first, overPayLimit, first, total > s.PayLimit, priced},
		{overPayHours + Plain(s.PayLimitAllHours) + overPayHoursEnd, overPayHours, overPayHoursEnd, t.Seconds/3600 > s.PayLimitAllHours, sliced},
		{overPayRun + Plain(s.PayLimitHours) + overPayRunEnd, overPayRun, overPayRunEnd, t.Longest/3600 > s.PayLimitHours, sliced},
		{NoDeliveryPrice, NoDeliveryPrice, "", o.DeliveryUnpriced() && total > 0 && IsKind(err, Unavailable), !o.DeliveryUnpriced()},
		{NoWayToPay, NoWayToPay, "", priced && len(s.PaymentMethods(total, o.Delivery.Method, cards)) == 0, priced},
	}
}

// SettledReasons are the reasons why the order is reviewed, by its price and the settings as they are now: those that rest on a
// limit, an address or the ways to pay are there exactly while they hold, or while nobody knows yet whether they do; what people
// decide about stays until they have. Printing is that of its plates; sliced says that all of it is, so that price and hours are
// known. Of an order that nobody reviews now they stay as they were.
func (o *Order) SettledReasons(s Settings, cards bool, printing Printing, sliced bool) []string {
	if !o.inReview() {
		return o.ReviewReasons
	}
	out := slices.Clone(o.ReviewReasons)
	for _, f := range o.reviewFigures(s, cards, printing, sliced) {
		is := func(why string) bool { return strings.HasPrefix(why, f.start) && strings.HasSuffix(why, f.end) }
		at := slices.IndexFunc(out, is)
		switch {
		case at < 0 && f.holds:
			out = append(out, f.message)
		case at >= 0 && (f.holds || !f.known):
			out[at] = f.message
		case at >= 0:
			out = slices.DeleteFunc(out, is)
		}
	}
	return out
}

// SettleItem brings the reasons in line with an item of the order that is made from something else now, as that stands.
func (o *Order) SettleItem(now PartStanding) {
	worst := []PartStanding{{Name: now.Name, ReviewFile: true}, {Name: now.Name}} // whatever can be wrong with it
	var about []string
	for _, p := range worst {
		about = append(about, Messages(p.ReviewReasons())...)
	}
	had := slices.DeleteFunc(slices.Clone(o.ReviewReasons), func(why string) bool {
		return slices.Contains(about, why) || strings.HasPrefix(why, now.Name+": ")
	})
	for _, why := range Messages(now.ReviewReasons()) {
		if !slices.Contains(had, why) {
			had = append(had, why)
		}
	}
	o.ReviewReasons = had
}
