package order_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

const day = 24 * time.Hour

// nights is a shop whose nights pass, one after another.
type nights struct {
	*apptest.Scenario
	t     testing.TB
	admin shop.Actor
}

func newNights(t *testing.T) *nights {
	t.Helper()
	s := &nights{Scenario: apptest.NewScenario(t, apptest.Setup{NoDoors: true}), t: t}
	s.admin = shop.Actor{Role: shop.RoleAdmin, Name: "Grace", ID: s.Employ("Grace", "grace@example.com", shop.RoleAdmin).ID}
	return s
}

// chore runs one now and waits for its end.
func (s *nights) chore(kind string) {
	s.t.Helper()
	begun := shop.TimeOf(s.Now())
	if err := s.Tasks.RunChore(s.t.Context(), s.admin, kind); err != nil {
		s.t.Fatal(err)
	}
	apptest.Await(s.t, kind+" is done", func() (done bool) {
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			all, err := s.Tasks.Chores(ctx, tx)
			for _, c := range all {
				done = done || c.Kind == kind && c.State == task.ChoreDone && c.LastRun >= begun
			}
			return err
		})
		return done
	})
}

// pass lets days go by, and the old models of the last night.
func (s *nights) pass(d time.Duration) {
	s.t.Helper()
	s.Pass(d)
	s.Write(func(ctx context.Context, tx *db.Tx) error { return s.Tasks.AcceptClock(ctx, tx) })
	s.chore("clean.models")
}

// placed is an order of so many parts that was paid at the counter.
func (s *nights) placed(parts int) order.StaffOrderView {
	s.t.Helper()
	who := s.admin
	who.CartID = s.NewCart()
	for i := range parts {
		block := meshtest.BinarySTL(meshtest.Box(20, 20, 10+float64(i)))
		s.Begin(who.CartID, fmt.Sprintf("block %d.stl", i), block, len(block))
	}
	s.AwaitSliced(who.CartID)
	total := shop.Cents(40_00)
	placed, err := s.Orders.TakeCounterOrder(s.t.Context(), who, order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Tom Baxter", Phone: "0400 000 000"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.ByCash, AdjustedTotal: &total, Reason: "agreed",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.see(placed.OrderID)
}

// done is one that was made and collected.
func (s *nights) done(parts int) order.StaffOrderView {
	s.t.Helper()
	o := s.placed(parts)
	s.move(o, shop.JobPrinting, shop.JobPrintingComplete, shop.JobPackaging, shop.JobReadyToCollect)
	s.collected(o)
	if o = s.see(o.ID); o.State != shop.OrderCompleted {
		s.t.Fatalf("the order is %s", o.State)
	}
	return o
}

// collected hands over all that is ready.
func (s *nights) collected(o order.StaffOrderView) {
	s.t.Helper()
	o = s.see(o.ID)
	req := order.HandOverRequest{Kind: shop.Collected, CollectedBy: "Lin Wei", UnpaidReason: "a regular"}
	for _, it := range o.Copies {
		if it.Here > 0 {
			req.Items = append(req.Items, shop.HandoverItem{ItemID: it.ItemID, Copies: it.Here})
		}
	}
	if _, err := handOver(s.t.Context(), s.Orders, s.admin, o.ID, req); err != nil {
		s.t.Fatal(err)
	}
}

func (s *nights) move(o order.StaffOrderView, states ...shop.JobState) {
	s.t.Helper()
	var printer string
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.Printers(ctx)
		if err == nil {
			printer = all[0].ID
		}
		return err
	})
	for _, j := range o.Jobs {
		for _, to := range states {
			if _, err := s.Jobs.Move(s.t.Context(), s.admin, j.ID, job.MoveRequest{State: to, PrinterID: printer, Shelf: "B3"}); err != nil {
				s.t.Fatalf("to %s: %v", to, err)
			}
		}
	}
}

func (s *nights) see(id string) order.StaffOrderView {
	s.t.Helper()
	o, err := s.Orders.StaffOrder(s.t.Context(), s.admin, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

func (s *nights) customer(id string) order.CustomerOrderView {
	s.t.Helper()
	o, err := s.Orders.CustomerOrder(s.t.Context(), shop.Guest(id), "/x")
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

// files are how many each order has.
func (s *nights) files(orders ...order.StaffOrderView) (n []int) {
	for _, o := range orders {
		n = append(n, len(s.see(o.ID).Files))
	}
	return n
}
