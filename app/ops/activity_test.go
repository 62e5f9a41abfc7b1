package ops_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// A night after ninety days no address is left of what was done before, however much it was; what was done since keeps
// its own.
func TestAddressesAreForgottenAfterNinetyDays(t *testing.T) {
	s := newTrouble(t)
	const many = 450 // more than one transaction takes
	write := func(n int) {
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			for range n {
				if err := tx.Log(ctx, grace.From("203.0.113.9").Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{})); err != nil {
					return err
				}
			}
			return nil
		})
	}
	kept := func() (n int) {
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			log, next, err := tx.ActivityPage(ctx, "", "", 2*many)
			for _, a := range log {
				if a.Address != "" {
					n++
				}
			}
			if next != "" || len(log) < many {
				t.Errorf("%d rows are left", len(log))
			}
			return err
		})
		return n
	}
	write(many)
	s.Pass(89 * 24 * time.Hour)
	s.Write(func(ctx context.Context, tx *db.Tx) error { return s.Tasks.AcceptClock(ctx, tx) })
	s.chore("clean.addresses")
	if n := kept(); n != many {
		t.Fatalf("%d addresses are left after 89 days", n)
	}
	write(1)
	s.Pass(25 * time.Hour)
	s.Write(func(ctx context.Context, tx *db.Tx) error { return s.Tasks.AcceptClock(ctx, tx) })
	s.chore("clean.addresses")
	if n := kept(); n != 1 {
		t.Errorf("%d addresses are left after 90 days, want one of the day before", n)
	}
}

// A save of the settings tells what it changed, of keys only that they are others; a save of the same tells nothing. A link
// that staff make for a customer stands on the order's page.
func TestSettingsAndLinksAreLogged(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{})
	staff := apptest.SetUp(t, s)
	grace := shop.Actor{ID: s.Employ("Grace", "grace.too@example.com", shop.RoleAdmin).ID, Role: shop.RoleAdmin, Name: "Grace"}
	v := apptest.NewVisitor(t, s)
	v.Drop("block.stl", apptest.Block(20, 20, 10))
	v.Sliced()
	order := staff.Find(v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total)).OrderNumber)
	if _, err := s.Orders.OrderLink(t.Context(), grace, order.ID); err != nil {
		t.Fatal(err)
	}
	save := func(service *setting.Service, change func(*setting.View)) {
		t.Helper()
		view, err := service.Get(t.Context(), grace)
		if err == nil {
			change(&view)
			_, err = service.Save(t.Context(), grace, view)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	save(s.Settings, func(*setting.View) {})
	save(s.Settings, func(v *setting.View) { v.LeadDays++; v.BankDetails = "BSB 123-456" })
	real := setting.New(s.DB, setting.Config{}, slog.New(slog.DiscardHandler))
	save(real, func(v *setting.View) { v.Stripe.SecretKey = "sk_test_of_the_shop_itself" })
	var got []string
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		log, _, err := tx.ActivityPage(ctx, "", "", 100)
		for _, a := range slices.Backward(log) {
			switch a.Verb {
			case shop.VerbShopSetUp, shop.VerbSettingsChanged:
				got = append(got, a.Message())
			case shop.VerbOrderLinked:
				got = append(got, a.Message())
				if a.OrderID != order.ID {
					t.Errorf("the link is of order %q", a.OrderID)
				}
			}
		}
		return err
	})
	want := []string{
		"Set up the shop and became its first admin.",
		"Made a link to the order for the customer.",
		"Changed the settings: bank details, lead time (2 to 3 days).",
		"Changed the settings: Stripe’s secret key.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
}
