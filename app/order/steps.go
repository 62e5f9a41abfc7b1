package order

import "buildplate/app/shop"

// steps are the stops that this order makes, with the one it is at.
func (f orderFacts) steps() []StepView {
	inv := f.inv
	type stop struct {
		key, label string
		done       bool
		at         shop.Time
	}
	stops := []stop{{"ordered", "Ordered", true, inv.Created}}
	if inv.Review != shop.ReviewNone {
		stops = append(stops, stop{"reviewed", "Reviewed", inv.Review == shop.ReviewApproved, 0})
	}
	if inv.Payment != shop.AtPickup {
		stops = append(stops, stop{"paid", "Paid", inv.State == shop.Paid, inv.PaidAt})
	}
	live := inv.Jobs.Total - inv.Jobs.Cancelled
	done := inv.Jobs.Ready + inv.Jobs.Shipped + inv.Jobs.Completed
	last := stop{"ready", "Ready to collect", live > 0 && done == live, 0}
	if inv.Delivery.Method == shop.Ship {
		last = stop{"shipped", "Shipped", live > 0 && inv.Jobs.Shipped+inv.Jobs.Completed == live, 0}
	}
	stops = append(stops, stop{"released", "In the queue", inv.Released != 0, inv.Released}, stop{"printing", "Printing", inv.Jobs.Started > 0, 0}, last, stop{"completed", "Done", live > 0 && inv.Jobs.Completed == live, 0})
	out := make([]StepView, len(stops))
	at := 0 // the last stop before the first that is still to come
	for i, s := range stops {
		out[i] = StepView{Key: s.key, Label: s.label, Done: s.done, At: s.at}
		if s.done && at == i-1 {
			at = i
		}
	}
	if inv.Closed != 0 { // what was to come does not come any more
		label := "Cancelled"
		if inv.Review == shop.ReviewRefused {
			label = "Refused"
		}
		at++
		out = append(out[:at], StepView{Key: "closed", Label: label, Done: true, At: inv.Closed})
	}
	out[at].Current = true
	return out
}
