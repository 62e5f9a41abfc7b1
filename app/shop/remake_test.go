package shop

import (
	"slices"
	"testing"
)

// Staff decide how something is made that was ordered without a slice, until a copy of it is good.
func TestWhatMayBeMadeAnotherWay(t *testing.T) {
	open := func() *Order { return &Order{Number: "ORD-1", State: OrderOpen} }
	job := func(s JobState, done int) *Job { return &Job{State: s, Done: done} }
	owing := func(s JobState, done int) *Job { return &Job{State: s, Done: done, Owed: 1} }
	photo, floor := Plate{Origin: PlatePriced}, Plate{Origin: PlateFloor, SliceKey: "k"}
	for name, c := range map[string]struct {
		order *Order
		plate Plate
		job   *Job
		code  Code
		gone  bool
	}{
		"nothing begun":            {open(), photo, nil, "", false},
		"in the queue":             {open(), photo, job(JobQueued, 0), "", false},
		"put back after a failure": {open(), photo, job(JobInQueue, 0), "", false},
		"decided before":           {open(), floor, job(JobPreProcessing, 0), "", false},
		"priced by its slice":      {open(), Plate{Origin: PlatePriced, SliceKey: "k"}, nil, "item_sliced", false},
		"printing":                 {open(), floor, job(JobPrinting, 0), "item_begun", false},
		"a good copy":              {open(), floor, job(JobInQueue, 1), "item_begun", false},
		"given away":               {open(), photo, job(JobCompleted, 2), "item_begun", false},
		"cancelled":                {&Order{State: OrderCancelled}, photo, nil, "order_not_open", false},
		"completed":                {&Order{State: OrderCompleted}, photo, nil, "order_not_open", false},
		"written off":              {&Order{State: OrderOpen, Invoice: &Invoice{State: WrittenOff}}, photo, nil, "order_not_open", false},
		"its files are gone":       {open(), Plate{Origin: PlatePriced, SliceKey: "k"}, nil, "", true},
		"gone, one copy is good":   {open(), Plate{Origin: PlatePriced, SliceKey: "k"}, owing(JobInQueue, 1), "", true},
		"gone, and it prints":      {open(), Plate{Origin: PlatePriced, SliceKey: "k"}, owing(JobPrinting, 0), "item_begun", true},
		"gone, and all is made":    {open(), Plate{Origin: PlatePriced, SliceKey: "k"}, job(JobInQueue, 1), "item_begun", true},
		"gone after the order":     {&Order{State: OrderCompleted}, photo, nil, "order_not_open", true},
	} {
		if err := c.order.Remakable(Item{Name: "vase.jpg"}, c.plate, c.job, c.gone); (err == nil) != (c.code == "") || (err != nil && CodeOf(err) != c.code) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

// A price changes in review, and before anything was issued or paid; then a person approves it again.
func TestWhosePriceMayChange(t *testing.T) {
	for name, c := range map[string]struct {
		order Order
		may   bool
		again bool // back into review
	}{
		"in review":       {Order{State: OrderOpen, Review: ReviewRequested}, true, false},
		"approved":        {Order{State: OrderOpen, Review: ReviewApproved, Invoice: &Invoice{State: Draft}}, true, true},
		"of staff":        {Order{State: OrderOpen, Review: ReviewNone, Invoice: &Invoice{State: Draft}}, true, true},
		"issued":          {Order{State: OrderOpen, Review: ReviewApproved, Invoice: &Invoice{State: Pending, Issued: 1}}, false, false},
		"paid":            {Order{State: OrderOpen, Review: ReviewNone, Invoice: &Invoice{State: Paid, Issued: 1, Paid: 5}}, false, false},
		"cancelled":       {Order{State: OrderCancelled, Review: ReviewApproved, Invoice: &Invoice{State: Draft}}, false, false},
		"refused":         {Order{State: OrderRefused, Review: ReviewRefused}, false, false},
		"void after that": {Order{State: OrderOpen, Review: ReviewApproved, Invoice: &Invoice{State: Void}}, false, false},
	} {
		o := c.order
		o.Message, o.ReviewReasons = "Ready on Friday.", said("A photo.")
		if err := o.Repriceable(); (err == nil) != c.may || (err != nil && CodeOf(err) != "price_frozen") {
			t.Errorf("%s: %v", name, err)
		}
		err := o.ReviewAgain(ReviewReason{Message: "Another model."})
		if back := o.Message == "" && slices.Equal(o.ReviewReasons, said("Another model.")); (err == nil) != c.may || back != c.again || back && o.Review != ReviewRequested {
			t.Errorf("%s: %v, review %s because %q", name, err, o.Review, o.ReviewReasons)
		}
	}
}

// What staff had agreed on with a customer before stays the total, with its reason, whatever the parts come to.
func TestAnAgreedTotalOutlivesItsParts(t *testing.T) {
	tax := Tax{Mode: TaxNone}
	priced := func(total Cents) Price {
		return Price{Rows: []PriceRow{{Kind: RowPart, Label: "clip", Amount: total}}, Total: total}
	}
	if got := priced(10_00).Repriced(priced(25_00), tax); got.Total != 25_00 || len(got.Rows) != 1 {
		t.Errorf("nothing was agreed on: %+v", got)
	}
	agreed := priced(10_00).AdjustedTo(12_00, tax, "as told by phone")
	got := agreed.Repriced(priced(25_00), tax)
	if got.Total != 12_00 || len(got.Rows) != 2 || got.Rows[1].Amount != -13_00 || got.Rows[1].Detail != "as told by phone" {
		t.Errorf("%+v", got)
	}
}
