package order

import (
	"slices"

	"buildplate/app/shop"
)

// lastSent is when the last parcel left, as far as it is known.
func (f orderFacts) lastSent() (at shop.Time) {
	for _, h := range f.handovers {
		if h.Undone == 0 && h.Kind == shop.Sent {
			at = h.At
		}
	}
	return at
}

// steps are the stops that this order makes, with the one it is at.
func (f orderFacts) steps() []StepView {
	o := f.order
	type stop struct {
		key, label string
		done       bool
		at         shop.Time
	}
	stops := []stop{{"ordered", "Ordered", true, o.Created}}
	if o.Review != shop.ReviewNone {
		var approved shop.Time // its invoice is drafted then
		if o.Review == shop.ReviewApproved && o.Invoice != nil {
			approved = o.Invoice.Created
		}
		stops = append(stops, stop{"reviewed", "Reviewed", o.Review == shop.ReviewApproved, approved})
	}
	paid := o.PaidAt()
	if o.Closed != 0 && o.Invoice != nil { // it was, though its invoice is void by now
		paid = o.Invoice.PaidAt
	}
	later := o.Payment == shop.AtPickup || o.PaidLater(f.payMethods(), f.coming) // what is paid when it is collected holds up nothing
	if paid != 0 || !later && (o.Invoice == nil || o.Price.Total != 0) {
		stops = append(stops, stop{"paid", "Paid", paid != 0, paid})
	}
	wanted, completed := o.Jobs.Total-o.Jobs.Cancelled, o.State == shop.OrderCompleted
	printed := slices.ContainsFunc(f.jobs, func(j shop.Job) bool { return j.Done > 0 }) // though its job may be cancelled since
	packed := completed || wanted > 0 && o.Jobs.Ready+o.Jobs.Completed == wanted
	stops = append(stops, stop{"released", "In the queue", o.Released != 0, o.Released}, stop{"printing", "Printing", o.Jobs.Started > 0 || packed || printed || o.Copies.Left > 0, 0})
	if o.Delivery.Method == shop.Ship {
		stops = append(stops, stop{"packed", "Packed", packed, 0}, stop{"shipped", "Shipped", completed && o.Copies.Sent > 0, f.lastSent()})
	} else {
		stops = append(stops, stop{"ready", "Ready to collect", packed, 0})
	}
	stops = append(stops, stop{"completed", "Done", completed, o.Completed})
	out := make([]StepView, len(stops))
	at := 0 // the last stop that was made, though it may not be paid yet
	for i, s := range stops {
		out[i] = StepView{Key: s.key, Label: s.label, Done: s.done, At: s.at}
		if s.done {
			at = i
		}
	}
	if o.Closed != 0 { // what was to come does not come any more
		label := "Cancelled"
		if o.Review == shop.ReviewRefused {
			label = "Refused"
		}
		out = append(slices.DeleteFunc(out, func(s StepView) bool { return !s.Done }), StepView{Key: "closed", Label: label, Done: true, At: o.Closed})
		at = len(out) - 1
	}
	out[at].Current = true
	return out
}
