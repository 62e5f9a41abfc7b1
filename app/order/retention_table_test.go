package order_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"buildplate/app/account"
	"buildplate/app/event"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// thing is something that a row of the table of retention is about, and what keeps it.
type thing struct {
	stop shop.RetentionStop // what keeps it; "" for nothing
	here func() bool
}

// Each row of the table is what the nights do: what it is about is here on the last of its days and gone after it, and each
// of its stops keeps it. What is an order's is so by the table of its terms: all its days are fewer by then.
func TestTheNightsFollowTheWholeTable(t *testing.T) {
	s := newNights(t)
	table := shop.DefaultRetention()
	makers := map[shop.RetentionKind]func(shop.RetentionStop) func() bool{
		shop.RetainTmp:       s.leaves,
		shop.RetainGuest:     func(stop shop.RetentionStop) func() bool { return s.models(s.stopped(stop)) },
		shop.RetainAccount:   func(stop shop.RetentionStop) func() bool { return s.models(s.withAccount(s.stopped(stop))) },
		shop.RetainDocuments: func(stop shop.RetentionStop) func() bool { return s.papers(s.stopped(stop)) },
		shop.RetainAddresses: s.addresses,
	}
	things := map[shop.RetentionKind][]thing{}
	var nights []int
	for _, rule := range table.Rules() {
		if rule.Kind == shop.RetainOnAccount && rule.Days == 0 { // nobody buys on account yet; the rule has its cases (TestFilesGoAsTheTableSays)
			continue
		}
		for _, stop := range append([]shop.RetentionStop{""}, rule.Stops...) {
			things[rule.Kind] = append(things[rule.Kind], thing{stop, makers[rule.Kind](stop)})
		}
		nights = append(nights, max(rule.Days-shop.WarningDays, 1), rule.Days-1, rule.Days+1)
	}
	s.shorten()
	for day := 150; day < table.Documents; day += 150 { // links are looked at long before they end
		nights = append(nights, day)
	}
	slices.Sort(nights)
	began := s.Now()
	for _, night := range slices.Compact(nights) {
		s.pass(time.Duration(night)*day - s.Now().Sub(began)) // and a moment more than the making took
		for _, chore := range []string{"clean.carts", "clean.addresses", "clean.sessions"} {
			s.chore(chore)
		}
		for _, rule := range table.Rules() {
			for _, th := range things[rule.Kind] {
				if here, want := th.here(), night < rule.Days || th.stop != ""; here != want {
					t.Errorf("after %d days: %s, kept by %q: here %v, want %v", night, rule.Kind, th.stop, here, want)
				}
			}
		}
		if t.Failed() {
			return
		}
	}
}

// shorten has the shop keep what is of orders for as little time as it may.
func (s *nights) shorten() {
	v, err := s.Settings.Terms(s.t.Context(), s.admin)
	for i, rule := range v.Retention {
		if rule.Clock == shop.FromDone {
			v.Retention[i].Days = rule.Least
		}
	}
	if err == nil {
		_, err = s.Settings.SaveTerms(s.t.Context(), s.admin, v)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// leaves leaves a file in a cart.
func (s *nights) leaves(shop.RetentionStop) func() bool {
	cart := s.NewCart()
	block := meshtest.BinarySTL(meshtest.Box(20, 20, 30))
	s.Begin(cart, "left.stl", block, len(block))
	s.AwaitSliced(cart)
	key := s.Parts(cart)[0].SliceKey
	return func() (here bool) {
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			_, cartErr := tx.Cart(ctx, cart)
			_, sliceErr := tx.Slice(ctx, key)
			here = cartErr == nil
			if gone := shop.IsKind(sliceErr, shop.NotFound); gone && here {
				return errors.New("the slice went before its cart")
			}
			return nil
		})
		return here
	}
}

// stopped is an order that was done, but for what keeps its files.
func (s *nights) stopped(stop shop.RetentionStop) order.StaffOrderView {
	s.t.Helper()
	if stop == shop.StopNotCompleted {
		return s.placed(1)
	}
	o := s.done(1)
	payment := o.Payments[0].ID
	switch stop {
	case shop.StopDispute:
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(tx.SaveDispute(ctx, shop.Dispute{ID: "dp_" + o.ID, PaymentID: payment, InvoiceID: o.InvoiceID, Amount: 40_00, State: shop.DisputeOpen, Seen: tx.Now, Created: tx.Now}),
				s.Ops.PaymentChanged(ctx, tx, event.PaymentChanged{ID: payment}))
		})
	case shop.StopUnpaid:
		if err := s.Billing.ReversePayment(s.t.Context(), s.admin, payment, 0, "The notes were copies."); err != nil {
			s.t.Fatal(err)
		}
	case shop.StopWish:
		if _, err := s.Orders.KeepFiles(s.t.Context(), s.admin, o.ID, 0, true); err != nil {
			s.t.Fatal(err)
		}
	}
	return s.see(o.ID)
}

// withAccount lets the customer of an order log in.
func (s *nights) withAccount(o order.StaffOrderView) order.StaffOrderView {
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.Order(ctx, o.ID)
		if err != nil {
			return err
		}
		return tx.InsertUser(ctx, shop.User{ID: shop.NewID(), Email: o.ID + "@example.com", Name: "Tom", Role: shop.RoleClient, ClientID: row.ClientID, State: shop.UserActive})
	})
	return o
}

func (s *nights) models(o order.StaffOrderView) func() bool {
	return func() bool {
		n := len(s.see(o.ID).Files)
		if n != 0 && n != len(o.Files) {
			s.t.Errorf("%d of %d files are left", n, len(o.Files))
		}
		return n > 0
	}
}

// papers are what a link to an order shows. It is made on the first night: it ends too early by then, and goes on.
func (s *nights) papers(o order.StaffOrderView) func() bool {
	var path string
	return func() bool {
		if path == "" {
			s.Write(func(ctx context.Context, tx *db.Tx) (err error) {
				path, err = account.AddOrderLink(ctx, tx, o.ID)
				return err
			})
		}
		if v := s.see(o.ID); v.InvoiceID == "" {
			s.t.Error("the invoice is gone")
		}
		who, err := s.Accounts.GuestByLink(s.t.Context(), path[len("/order/"):])
		return err == nil && who.OrderID == o.ID
	}
}

// addresses are where a cart was begun from, where something was done from and where somebody logged in from.
func (s *nights) addresses(shop.RetentionStop) func() bool {
	const address = "203.0.113.7"
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(tx.InsertCart(ctx, shop.NewID(), shop.HashToken("of "+address), address),
			tx.Log(ctx, s.admin.From(address).Activity(shop.VerbCartsCleared, "", shop.ActivityParams{Copies: 1})), tx.LoggedInFrom(ctx, s.admin.ID, address))
	})
	return func() bool {
		var carts, log int
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			c, err := tx.CartByToken(ctx, shop.HashToken("of "+address))
			if err == nil && c.Address != "" {
				carts++
			}
			list, _, logErr := tx.ActivityPage(ctx, "", "", 1000)
			for _, a := range list {
				if a.Address != "" {
					log++
				}
			}
			known, knownErr := tx.KnowsAddress(ctx, address)
			if known != (log > 0) {
				s.t.Error(fmt.Sprint("an address of a login is kept as long as the log's: ", known, log))
			}
			return errors.Join(logErr, knownErr)
		})
		if carts > log { // a cart goes sooner, with its address
			s.t.Error(fmt.Sprint("a cart keeps its address longer than the log: ", carts, log))
		}
		return log > 0
	}
}
