package order_test

import (
	"context"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// setLimits changes the settings that reasons for a review rest on.
func setLimits(c *apptest.Scenario, change func(*shop.Settings)) {
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		s, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		change(&s)
		return tx.SaveSettings(ctx, s, true, "")
	})
}

// An order that came in for a limit reads by the limits of today, for staff and for its customer; the customer's own wish stays.
func TestReasonsOfAReviewFollowTheSettings(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	setLimits(c, func(s *shop.Settings) { s.PayLimit = 1_00 })
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("block.stl", apptest.Block(20, 20, 10))
	visitor.Sliced()
	placed := visitor.Checkout(apptest.Order(shop.ByReview, 0))
	over := []string{"We review orders over $1.00 first."}
	for _, step := range []struct {
		change func(*shop.Settings)
		want   []string
	}{
		{func(*shop.Settings) {}, over},
		{func(s *shop.Settings) { s.PayLimit = 2_00 }, []string{"We review orders over $2.00 first."}},
		{func(s *shop.Settings) { s.PayLimit = 300_00 }, []string{}},
		{func(s *shop.Settings) { s.PayLimitAllHours = 0.01 }, []string{"We review orders of more than 0.01 hours of printing first."}},
		{func(s *shop.Settings) { s.PayLimit, s.PayLimitAllHours = 1_00, 100 }, over},
	} {
		setLimits(c, step.change)
		staff, customer := find(t, c, placed.OrderNumber).ReviewReasons, visitor.Order(placed.OrderURL).ReviewReasons
		if !slices.Equal(staff, step.want) || !slices.Equal(customer, step.want) {
			t.Errorf("staff read %q, the customer %q, want %q", staff, customer, step.want)
		}
	}

	wish := apptest.NewVisitor(t, c)
	setLimits(c, func(s *shop.Settings) { s.PayLimit = 300_00 })
	wish.Drop("block.stl", apptest.Block(20, 20, 10))
	wish.Sliced()
	asked := wish.Checkout(apptest.Order(shop.ByReview, 0))
	setLimits(c, func(s *shop.Settings) { s.PayLimit = 1_00 })
	if got := wish.Order(asked.OrderURL).ReviewReasons; !slices.Equal(got, append([]string{"The customer asked for a review."}, over...)) {
		t.Errorf("asked for: %q", got)
	}
}

// What was approved and can be paid only at the counter waits for its release, whenever it was approved: in the list, on its page
// and for its customer. Once it can be paid from afar it waits for that.
func TestWhatIsPaidAtTheCounterWaitsForItsRelease(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	setLimits(c, func(s *shop.Settings) { s.BankDetails = "BSB 062-000" })
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("clip.jpg", photo)
	visitor.Sliced()
	placed := visitor.Checkout(apptest.Order(shop.ByReview, 0))
	v := find(t, c, placed.OrderNumber)
	total := shop.Cents(30) // less than a card takes
	if _, err := c.Orders.ApproveOrder(t.Context(), grace, v.ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "As agreed"}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		bank, want, next, note string
	}{
		{"BSB 062-000", "awaiting_payment", "mark_paid", ""},
		{"", "awaiting_release", "release", "You pay when you collect it."},
	} {
		setLimits(c, func(s *shop.Settings) { s.BankDetails = step.bank })
		list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "open"})
		if err != nil || len(list.Orders) != 1 || list.Orders[0].Status != step.want {
			t.Errorf("in the list: %+v, %v", list.Orders, err)
		}
		v, seen := find(t, c, placed.OrderNumber), visitor.Order(placed.OrderURL)
		if v.Status != step.want || v.Next != step.next || seen.Status != step.want || seen.PayNote != step.note {
			t.Errorf("staff: %s, %q first; the customer: %s, %q; want %+v", v.Status, v.Next, seen.Status, seen.PayNote, step)
		}
	}
	released, err := c.Orders.ReleaseOrder(t.Context(), helper, v.ID, 0, "")
	if err != nil || released.Status != "in_queue" || released.Next != "" || released.Balance != total {
		t.Errorf("released: %+v, next %q, %v", released.OrderRowView, released.Next, err)
	}
}
