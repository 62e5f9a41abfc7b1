package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/catalog"
	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// Where the shop takes neither cards nor transfers, what cannot be paid on collection is reviewed, and the owner is told why.
func TestNoWayToPayIsNoDeadEnd(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	set := func(change func(*shop.Settings)) {
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			now, err := tx.Settings(ctx)
			if err != nil {
				return err
			}
			change(&now)
			return tx.SaveSettings(ctx, now, true, "")
		})
	}
	set(func(now *shop.Settings) { now.BankDetails, now.PickupLimit = "", 1_00 })
	s.Write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretStripeKey, "") })
	v, _ := s.sliced(t, "part.stl")
	price := v.Price()
	if !price.PayAgreed || price.CanPay || len(price.PaymentMethods) != 0 || !slices.Contains(price.ReviewReasons, shop.NoWayToPay) {
		t.Fatalf("%+v", price)
	}
	placed := v.Checkout(apptest.Order(shop.ByReview, 0))
	o := s.admin.Find(placed.OrderNumber)
	if o.Status != "in_review" || !slices.Equal(o.ReviewReasons, shop.ReasonsForStaff([]shop.ReviewReason{shop.Unpayable()})) || slices.Contains(o.ReviewReasons, shop.NoWayToPay) || o.Total != price.Price.Total {
		t.Errorf("%+v", o)
	}
	warned := func() bool {
		return slices.ContainsFunc(get[ops.StatusView](t, s.helper.Client, "/api/status").PaymentWarnings, func(w setting.Warning) bool {
			return w.Setting == "bank_details" && w.Message == shop.Settings{Currency: "AUD", PickupLimit: 1_00, PickupAddress: "12 Example Street"}.PaymentWarning(false)
		})
	}
	if !warned() {
		t.Error("the owner is not told")
	}
	// It is approved, and paid at the counter.
	o = s.helper.Act(o.ID, "approve", nil)
	if o = s.helper.Takes(o, shop.ByTerminal, o.Balance); o.InvoiceState != shop.Paid {
		t.Errorf("%+v", o.OrderRowView)
	}
	// What is sent is approved with words on how to pay it, which its customer reads.
	v, _ = s.sliced(t, "sent.stl")
	sent := apptest.Order(shop.ByReview, 0)
	sent.Delivery = shop.Delivery{Method: shop.Ship, Line1: "1 George St", City: "Sydney", State: "NSW", Postcode: "2000", Country: "AU"}
	placed = v.Checkout(sent)
	o = s.admin.Find(placed.OrderNumber)
	if _, err := s.helper.Try(o.ID, "approve", nil); apptest.CodeOf(err) != "how_to_pay_missing" {
		t.Errorf("approved without a word on how to pay: %v", err)
	}
	s.helper.Act(o.ID, "approve", order.ApproveRequest{Message: "Send us a cheque."})
	if page := v.Order(placed.OrderURL); !strings.HasPrefix(page.PayNote, "Send us a cheque.\n") || page.Balance == 0 || len(page.PayMethods) != 0 {
		t.Errorf("%q", page.PayNote)
	}
	set(func(now *shop.Settings) { now.BankDetails = "BSB 000-000" })
	if warned() {
		t.Error("the owner is told of what is over")
	}
}

// The reason for a price that staff set is read by the customer, too, and stands where the difference does.
func TestTheReasonForAPriceIsTheCustomersToRead(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	v, placed, o := s.ordered(t, shop.ByReview)
	total := o.Total + 5_00
	got := s.helper.Act(o.ID, "approve", order.ApproveRequest{AdjustedTotal: &total, Reason: "Two colours need a swap by hand."})
	for who, price := range map[string]*shop.Price{"staff": got.Price, "the customer": v.Order(placed.OrderURL).Price} {
		if !slices.ContainsFunc(price.Rows, func(r shop.PriceRow) bool {
			return r.Kind == shop.RowAdjustment && r.Amount == 5_00 && r.Detail == "Two colours need a swap by hand."
		}) {
			t.Errorf("%s: %+v", who, price.Rows)
		}
	}
}

// A card at the counter pays to the cent, also where cash is rounded.
func TestTheTerminalAtTheCounter(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	counter := s.helper.Client
	if err := counter.Upload(t.Context(), "counter.stl", apptest.Block(20, 20, 5), 4<<20); err != nil {
		t.Fatal(err)
	}
	must(counter.WaitSliced(t.Context(), 1))(t)
	worked, agreed := must(counter.PriceFor(t.Context(), shop.Delivery{Method: shop.Pickup}))(t).Price.Total, shop.Cents(20_03)
	placed := post[order.PlacedView](t, counter, "/api/orders/counter", order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Charles Babbage"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.ByTerminal, ExpectedTotal: worked, AdjustedTotal: &agreed, Reason: "A gift box.",
	})
	o := s.admin.Find(placed.OrderNumber)
	if o.InvoiceState != shop.Paid || o.Paid != agreed || o.Rounding != 0 || o.Balance != 0 || o.Payment != shop.ByTerminal || o.Payments[0].Method != "terminal" {
		t.Errorf("%+v", o)
	}
}

// Part of an order paid in cash is reversed or due back as all of it is, and each is decided once.
func TestPartOfAnOrderPaidInCash(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	v, placed, o := s.ordered(t, shop.ByTransfer)
	o = s.helper.Takes(o, shop.ByCash, 5_00)
	if o.InvoiceState != shop.Pending || o.InvoiceNumber == "" || o.Balance != o.Total-5_00 {
		t.Fatalf("%+v", o.OrderRowView)
	}
	reverse := "/api/payments/" + o.Payments[0].ID + "/reverse"
	post[any](t, s.admin.Client, reverse, map[string]any{"version": o.Payments[0].Version, "reason": "It was for another order."})
	got := s.admin.Find(o.Number)
	if got.InvoiceState != shop.Pending || got.InvoiceNumber != o.InvoiceNumber || got.Balance != o.Total || got.Paid != 0 {
		t.Errorf("reversed: %+v", got.OrderRowView)
	}
	if _, err := apptest.Post[any](t.Context(), s.admin.Client, reverse, map[string]any{"version": got.Payments[0].Version, "reason": "Again."}); apptest.StatusOf(err) != http.StatusConflict {
		t.Errorf("reversed twice: %v", err)
	}
	o = s.helper.Takes(got, shop.ByCash, 5_00)
	got = s.admin.Act(o.ID, "cancel", map[string]string{"reason": "Not any more."})
	if got.DueBack != 5_00 || len(got.RefundsDue) != 1 || got.RefundsDue[0].Left != 5_00 || !s.toldOfRefund(t, o.ID) {
		t.Errorf("cancelled: %+v", got)
	}
	if page := v.Order(placed.OrderURL); page.DueBack != 5_00 || page.Balance != 0 {
		t.Errorf("the customer reads %+v", page)
	}
	if _, err := s.admin.Try(o.ID, "cancel", map[string]string{"reason": "Again."}); apptest.StatusOf(err) != http.StatusConflict || apptest.CodeOf(err) != "order_closed" {
		t.Errorf("cancelled twice: %v", err)
	}
	sent := "/api/payments/" + got.RefundsDue[0].PaymentID + "/refund-sent"
	noted := map[string]any{"version": got.RefundsDue[0].Version, "reference": "in cash"}
	post[any](t, s.admin.Client, sent, noted)
	if _, err := apptest.Post[any](t.Context(), s.admin.Client, sent, noted); apptest.StatusOf(err) != http.StatusConflict {
		t.Errorf("sent back twice: %v", err)
	}
	if page := v.Order(placed.OrderURL); page.DueBack != 0 || len(page.Refunds) != 1 || page.Refunds[0].Amount != 5_00 || page.Refunds[0].At == 0 || s.toldOfRefund(t, o.ID) {
		t.Errorf("the customer reads %+v", page)
	}
}

// Before somebody has set the shop up it takes nothing, at either door, and its page says so; then it offers collection once it
// has said where.
func TestNothingIsOrderedBeforeTheShopIsSetUp(t *testing.T) {
	t.Parallel()
	s := apptest.NewScenario(t, apptest.Setup{Unset: true})
	v := apptest.NewVisitor(t, s)
	if get[catalog.ShopView](t, v.Client, "/api/shop").SetUp {
		t.Error("it says that it is set up")
	}
	if err := v.Upload(t.Context(), "part.stl", apptest.Block(20, 20, 5), 4<<20); apptest.StatusOf(err) != http.StatusConflict || apptest.CodeOf(err) != "shop_not_set_up" {
		t.Errorf("a file is taken: %v", err)
	}
	if _, err := apptest.Post[any](t.Context(), v.Client, "/api/quick-order/links", map[string]string{"link": "https://example.com/part"}); apptest.CodeOf(err) != "shop_not_set_up" {
		t.Errorf("a link is taken: %v", err)
	}
}

func TestWhatIsCollectedHasAnAddress(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	v, _ := s.sliced(t, "part.stl")
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		now.PickupAddress = ""
		return tx.SaveSettings(ctx, now, true, "")
	})
	if now := get[catalog.ShopView](t, v.Client, "/api/shop"); !now.SetUp || now.Pickup.Address != "" || slices.Contains(now.PaymentMethods, shop.AtPickup) {
		t.Errorf("%v, %q, %v", now.SetUp, now.Pickup.Address, now.PaymentMethods)
	}
	if _, err := apptest.Post[any](t.Context(), v.Client, "/api/quick-order/checkout", apptest.Order(shop.ByReview, 0)); apptest.CodeOf(err) != "collection_not_offered" || apptest.FieldOf(err) != "delivery.method" {
		t.Errorf("collected where nobody knows: %v", err)
	}
}

// A transfer of more than is owed is recorded as it came: what is owed counts, and the rest waits to be sent back, with an alarm.
func TestAnOverpaidTransferIsRecorded(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	v, placed, o := s.ordered(t, shop.ByTransfer)
	paid := map[string]any{"version": o.InvoiceVersion, "method": "transfer", "amount": o.Total + 5_00, "reference": "statement 7"}
	path := "/api/invoices/" + o.InvoiceID + "/mark-paid"
	if _, err := apptest.Post[any](t.Context(), s.helper.Client, path, paid); apptest.CodeOf(err) != "amount_over_due" {
		t.Errorf("more than is owed without a word: %v", err)
	}
	paid["overpaid"] = true
	post[any](t, s.helper.Client, path, paid)
	got := s.admin.Find(o.Number)
	if got.InvoiceState != shop.Paid || got.Paid != o.Total || got.Balance != 0 || len(got.Payments) != 2 {
		t.Fatalf("%+v", got)
	}
	at := slices.IndexFunc(got.Payments, func(p billing.PaymentRowView) bool { return p.State == string(shop.PaymentDuplicate) })
	if at < 0 || got.Payments[at].Amount != 5_00 || got.Payments[at].Reference != "statement 7" || !slices.Equal(got.Payments[at].Actions, []string{"sent_back", "reverse"}) {
		t.Fatalf("%+v", got.Payments)
	}
	waiting := get[billing.UnappliedListView](t, s.helper.Client, "/api/payments/unapplied").Payments
	if len(waiting) != 1 || waiting[0].Method != "transfer" || waiting[0].Payer != o.Customer || waiting[0].Reference != "statement 7" {
		t.Errorf("what waits to go back: %+v", waiting)
	}
	if seen := v.Order(placed.OrderURL); seen.Surplus != 5_00 {
		t.Errorf("the customer is told of %s too much", seen.Surplus)
	}
	told := func() bool {
		return slices.ContainsFunc(get[ops.StatusView](t, s.helper.Client, "/api/status").Alarms, func(a ops.AlarmView) bool {
			return strings.Contains(a.Message, "transferred beyond what was owed")
		})
	}
	if !told() {
		t.Error("nobody is told")
	}
	post[any](t, s.admin.Client, "/api/payments/"+got.Payments[at].ID+"/sent-back", map[string]any{"version": got.Payments[at].Version, "reason": "by transfer"})
	if told() {
		t.Error("it is told of what went back")
	}
	if seen := v.Order(placed.OrderURL); seen.Surplus != 0 {
		t.Errorf("the customer is told of %s that went back", seen.Surplus)
	}
}
