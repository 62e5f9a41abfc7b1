package shop

import (
	"slices"
	"strings"
)

// MaxGCodeBytes bounds one file of G-code that staff attach.
const MaxGCodeBytes = 200_000_000

// MayRemake says whether staff may still decide how an item is made that lies on plates, and whether that is since its files are
// gone: Remakable of each plate of which copies are still to come. Refused says that its model is not accepted any more, which is as good
// as gone. Errors: Conflict.
func (o *Order) MayRemake(it Item, plates []Plate, jobs []Job, files []OrderFile, refused bool) (gone bool, err error) {
	jobOf := func(p Plate) *Job {
		if at := slices.IndexFunc(jobs, func(j Job) bool { return j.PlateID == p.ID }); at >= 0 {
			return &jobs[at]
		}
		return nil
	}
	var open []Plate
	for _, p := range plates {
		if j := jobOf(p); p.ItemID == it.ID && (len(plates) == 1 || j == nil || j.Owed > 0) {
			open, gone = append(open, p), gone || p.FilesGone(files)
		}
	}
	if len(open) == 0 {
		return gone, Conflictf("item_begun", "%s is already being made. Put its job back in the queue first, if no copy of it is good.", it.Name)
	}
	for _, p := range open {
		if err := o.Remakable(it, p, jobOf(p), gone || refused); err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// Remakable says whether staff may still decide how an item is made: put a model in its place, or attach G-code. They do that
// for what was ordered without a slice, until a copy of it is good; and where what it is printed from is gone, for the copies
// that are still to come. The job is nil while the order is not released. Errors: Conflict.
func (o *Order) Remakable(it Item, p Plate, j *Job, gone bool) error {
	switch {
	case o.State != OrderOpen || o.closed():
		return Conflictf("order_not_open", "Order %s is closed or done. Nothing more can be made for it.", o.Number)
	case o.Price.leftOut(it.ID) != nil:
		return Conflictf("item_left_out", "%s has already been left out of order %s.", it.Name, o.Number)
	case p.Origin == PlatePriced && p.SliceKey != "" && !gone:
		return Conflictf("item_sliced", "%s is printed as it was priced. Only what was ordered without a slice can be made another way.", it.Name)
	case j == nil:
		return nil
	case gone && j.waits() && j.Owed > 0:
		return nil
	case j.Done > 0 || !j.waits():
		return Conflictf("item_begun", "%s is already being made. Put its job back in the queue first, if no copy of it is good.", it.Name)
	}
	return nil
}

// waits says whether nothing has begun of the job, or it was put back.
func (j *Job) waits() bool {
	return j.State == JobQueued || j.State == JobPreProcessing || j.State == JobInQueue
}

// Repriceable says whether the order's price may become another than it was: in review, or while nothing was issued or paid.
// Errors: Conflict.
func (o *Order) Repriceable() error {
	v := o.owing()
	if o.inReview() || (o.State == OrderOpen && v != nil && v.State == Draft && v.Paid == 0) {
		return nil
	}
	return Conflictf("price_frozen", "The price of order %s was agreed on and invoiced, so it cannot change.", o.Number)
}

// ReviewAgain takes an order that may be paid back into review: it cannot be paid until a person approves its price anew. Why
// is the reason: those of before were decided about. What the customer was told with the approval holds no more. Errors: as Repriceable.
func (o *Order) ReviewAgain(why ReviewReason) error {
	if err := o.Repriceable(); err != nil {
		return err
	}
	if !o.inReview() {
		o.Review, o.Message, o.ReviewReasons = ReviewRequested, "", []ReviewReason{why}
	}
	return nil
}

// remade ends the reason why an order is reviewed again of which staff replaced a model. It is for them.
const remade = " is made from another model now. Look at its price."

// Remade is why an order is reviewed again of which staff replaced an item's model.
func Remade(it Item) ReviewReason {
	return ReviewReason{Code: reasonRemade, Message: it.Name + remade, Item: it.ID}
}

// CustomerReasons are those of the reasons for a review that concern the customer.
func (o *Order) CustomerReasons() []string {
	return Messages(slices.DeleteFunc(slices.Clone(o.ReviewReasons), func(why ReviewReason) bool {
		return why.Code == reasonRemade || why.Code == "" && strings.HasSuffix(why.Message, remade)
	}))
}

// Agreed is the total that was agreed on before the order went back into review; 0 where none was.
func (o *Order) Agreed() Cents {
	if o.Review != ReviewRequested || o.Invoice == nil || o.Invoice.State != Void {
		return 0
	}
	return o.Invoice.Total
}

// Repriced is the price an order in review comes to now. A total that staff had agreed on before stays, with its reason.
func (p Price) Repriced(now Price, tax Tax) Price {
	for _, r := range p.Rows {
		if r.Kind == RowAdjustment {
			return now.AdjustedTo(p.Total, tax, r.Detail)
		}
	}
	return now
}
