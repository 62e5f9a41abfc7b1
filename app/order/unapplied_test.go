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

// helper is a member of staff.
var helper = shop.Actor{Role: shop.RoleStaff, Name: "Flo"}

// reviewed is an order of a photo that grace approved at a price.
func reviewed(t *testing.T, c *apptest.Scenario, price shop.Cents) order.StaffOrderView {
	t.Helper()
	cart := c.NewCart()
	c.Drop(cart, "clip.jpg", photo)
	placed, err := c.Review(cart)
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: placed.OrderNumber})
	if err != nil || len(list.Orders) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	v, err := c.Orders.ApproveOrder(t.Context(), grace, list.Orders[0].ID, order.ApproveRequest{AdjustedTotal: &price, Reason: "agreed by phone"})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// seen is an order as grace sees it.
func seen(t *testing.T, c *apptest.Scenario, id string) order.StaffOrderView {
	t.Helper()
	v, err := c.Orders.StaffOrder(t.Context(), grace, id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// An order goes with its rows only where no money ever came, an unapplied payment included.
func TestAnOrderWithAnUnappliedPaymentStays(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	v := reviewed(t, c, 24_32)
	if v.CashDue != 24_30 || v.Balance != 24_32 {
		t.Errorf("owed %s, in cash %s", v.Balance, v.CashDue)
	}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertPayment(ctx, shop.Payment{
			ID: shop.NewID(), InvoiceID: v.InvoiceID, Amount: 20_00, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_1",
			State: shop.PaymentNeedsReview, Created: tx.Now,
		})
	})
	v, err := c.Orders.StaffOrder(t.Context(), grace, v.ID)
	if err != nil || slices.Contains(v.Actions, "delete") {
		t.Errorf("deleting is offered: %q, %v", v.Actions, err)
	}
	if len(v.Payments) != 1 || !slices.Equal(v.Payments[0].Actions, []string{"apply", "sent_back"}) {
		t.Errorf("staff are offered %+v", v.Payments)
	}
	if seen, err := c.Orders.StaffOrder(t.Context(), helper, v.ID); err != nil || len(seen.Payments[0].Actions) != 0 {
		t.Errorf("staff are offered %+v, %v", seen.Payments, err)
	}
	if err := c.Orders.DeleteOrder(t.Context(), grace, v.ID, 0); !shop.IsCode(err, "order_not_deletable") {
		t.Errorf("deleted: %v", err)
	}
	if err := c.Billing.ApplyPayment(t.Context(), grace, v.Payments[0].ID, 0, "", "the rest comes in cash"); err != nil {
		t.Fatal(err)
	}
	if v, err = c.Orders.StaffOrder(t.Context(), grace, v.ID); err != nil || v.Balance != 4_32 || v.InvoiceNumber == "" || len(v.Payments[0].Actions) != 0 {
		t.Errorf("after it was accepted: %+v, %v", v.OrderRowView, err)
	}
	c.FilesAgree()
}

// A card that paid twice and got the second payment back changes nothing about the order: what the page shows as refunded
// is what the server counts, and the order is still one that holds money.
func TestADuplicateThatWentBackIsNoRefundOfTheOrder(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("block.stl", apptest.Block(20, 20, 10))
	visitor.Sliced()
	placed := visitor.Checkout(apptest.Order(shop.ByCard, visitor.Price().Price.Total))
	var first string
	c.Write(func(ctx context.Context, tx *db.Tx) error { // the shop believes the first page to be over
		o, err := tx.OrderByLink(ctx, shop.HashToken(apptest.Token(placed.OrderURL)))
		if err != nil {
			return err
		}
		row, err := tx.ActiveCheckout(ctx, o.Invoice.ID)
		if err != nil {
			return err
		}
		first, row.State = row.StripeID, shop.CheckoutExpired
		return tx.SaveCheckout(ctx, row)
	})
	again, err := apptest.Post[order.PayView](t.Context(), visitor.Client, "/api/order-links/"+apptest.Token(placed.OrderURL)+"/pay", map[string]string{"method": "card"})
	if err != nil {
		t.Fatal(err)
	}
	visitor.PaysOn(again.PayURL)
	if err := c.Stripe.Pay(first); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	v := find(t, c, placed.OrderNumber)
	if len(v.Payments) != 2 || v.Payments[1].State != "duplicate" || v.Held != v.Total || v.Paid != v.Total {
		t.Fatalf("%+v", v.Payments)
	}
	if err := c.Stripe.Refund(v.Payments[1].Reference, int64(v.Total)); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	v = find(t, c, placed.OrderNumber)
	if second := v.Payments[1]; second.State != "returned" || second.Returned != v.Total || len(second.Actions) != 0 {
		t.Errorf("%+v", second)
	}
	if len(v.RefundRows) != 0 || v.Held != v.Total || v.Balance != 0 || slices.Contains(v.Actions, "answer_refund") {
		t.Errorf("refunds %+v, %s held, %q", v.RefundRows, v.Held, v.Actions)
	}
	if err := c.Stripe.Refund(v.Payments[0].Reference, int64(v.Total)); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	if v = find(t, c, placed.OrderNumber); len(v.RefundRows) != 1 || v.Held != 0 || v.Balance != 0 || v.OpenRefunds != v.Total || !slices.Contains(v.Actions, "answer_refund") {
		t.Errorf("after the other one, too: refunds %+v, %s held, %q", v.RefundRows, v.Held, v.Actions)
	}
}

// A file of an order that was paid is an admin's to delete, once it is closed; another's, anybody's who works here. While an order
// can still be paid or printed, nobody's. What is offered is what is allowed.
func TestFilesOfPaidOrders(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	open, paid := reviewed(t, c, 20_00), reviewed(t, c, 30_00)
	if err := c.Billing.TakePayment(t.Context(), helper, paid.InvoiceID, 0, shop.ByTransfer, 10_00, ""); err != nil {
		t.Fatal(err)
	}
	for _, who := range []shop.Actor{helper, grace} {
		if seen, err := c.Orders.StaffOrder(t.Context(), who, open.ID); err != nil || slices.Contains(seen.Actions, "delete_file") || !seen.Repriceable {
			t.Errorf("%s is offered %q of what can still be paid, %v", who.Role, seen.Actions, err)
		}
		if err := c.Orders.DeleteOrderFile(t.Context(), who, open.Files[0].ID, 0); !shop.IsCode(err, "files_in_use") {
			t.Errorf("a file of what can still be paid: %v", err)
		}
	}
	if _, err := c.Orders.CancelOrder(t.Context(), helper, open.ID, 0, "not wanted"); err != nil {
		t.Fatal(err)
	}
	for _, who := range []shop.Actor{helper, grace} {
		if seen, err := c.Orders.StaffOrder(t.Context(), who, open.ID); err != nil || !slices.Contains(seen.Actions, "delete_file") {
			t.Errorf("%s is offered %q, %v", who.Role, seen.Actions, err)
		}
	}
	if err := c.Orders.DeleteOrderFile(t.Context(), helper, paid.Files[0].ID, 0); !shop.IsKind(err, shop.Forbidden) {
		t.Errorf("a file of a paid order, by staff: %v", err)
	}
	if seen, err := c.Orders.StaffOrder(t.Context(), grace, paid.ID); err != nil || slices.Contains(seen.Actions, "delete_file") {
		t.Errorf("grace is offered %q, %v", seen.Actions, err)
	}
	if err := c.Orders.DeleteOrderFile(t.Context(), grace, paid.Files[0].ID, 0); !shop.IsCode(err, "files_in_use") {
		t.Errorf("a file that is still needed: %v", err)
	}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		money, err := tx.PaymentsOf(ctx, paid.ID)
		if err != nil {
			return err
		}
		_, err = tx.SaveRefund(ctx, shop.Refund{
			ID: shop.NewID(), PaymentID: money[0].ID, InvoiceID: paid.InvoiceID, Processor: "bank", ProcessorID: "1", Amount: 10_00, Created: tx.Now, Updated: tx.Now,
		})
		return err
	})
	if _, err := c.Orders.CancelOrder(t.Context(), grace, paid.ID, 0, "sent back"); err != nil {
		t.Fatal(err)
	}
	for who, file := range map[*shop.Actor]string{&helper: open.Files[0].ID, &grace: paid.Files[0].ID} {
		if err := c.Orders.DeleteOrderFile(t.Context(), *who, file, 0); err != nil {
			t.Errorf("%s: %v", who.Role, err)
		}
	}
	c.FilesAgree()
}

// What staff may take off a price is a tenth, when an order is approved and when it is typed in.
func TestStaffTakeATenthOff(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("block.stl", apptest.Block(20, 20, 10))
	visitor.Sliced()
	total := visitor.Price().Price.Total
	placed := visitor.Checkout(apptest.Order(shop.ByReview, 0))
	list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "review", Query: placed.OrderNumber})
	if err != nil || len(list.Orders) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	id := list.Orders[0].ID
	approve := func(who shop.Actor, at shop.Cents) error {
		_, err := c.Orders.ApproveOrder(t.Context(), who, id, order.ApproveRequest{AdjustedTotal: &at, Reason: "a friend"})
		return err
	}
	if err := approve(helper, total*8/10); !shop.IsCode(err, "discount_too_large") {
		t.Errorf("a fifth off by staff: %v", err)
	}
	if err := approve(grace, total*8/10); err != nil {
		t.Errorf("a fifth off by an admin: %v", err)
	}

	cart := c.NewCart()
	c.Begin(cart, "block.stl", apptest.Block(20, 20, 10), len(apptest.Block(20, 20, 10)))
	c.AwaitSliced(cart)
	take := func(who shop.Actor, at shop.Cents) error {
		who.CartID = cart
		req := order.CounterOrderRequest{
			Contact: shop.Contact{Name: "Tom Baxter"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.ByCash, ExpectedTotal: total,
			AdjustedTotal: &at, Reason: "the last one failed",
		}
		v, err := c.Orders.TakeCounterOrder(t.Context(), who, req)
		if err == nil {
			paid, e := c.Orders.StaffOrder(t.Context(), grace, v.OrderID)
			if e != nil || paid.InvoiceState != shop.Paid || paid.Total != at || !paid.Released {
				t.Errorf("%+v, %v", paid.OrderRowView, e)
			}
		}
		return err
	}
	if err := take(helper, total*8/10); !shop.IsCode(err, "discount_too_large") {
		t.Errorf("a fifth off at the counter: %v", err)
	}
	if err := take(helper, total*95/100/5*5); err != nil {
		t.Errorf("a twentieth off at the counter: %v", err)
	}
}

// More than was paid too much goes back: what is owed again is the rest of it, is asked about once, and can be paid.
func TestARefundBeyondASurplusIsOwedAgain(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	v := reviewed(t, c, 20_00)
	if err := c.Billing.TakePayment(t.Context(), helper, v.InvoiceID, 0, shop.ByTransfer, 10_00, ""); err != nil {
		t.Fatal(err)
	}
	extra := shop.Payment{ID: shop.NewID(), InvoiceID: v.InvoiceID, Amount: 15_00, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_1", State: shop.PaymentNeedsReview}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		extra.Created = tx.Now
		return tx.InsertPayment(ctx, extra)
	})
	if err := c.Billing.ApplyPayment(t.Context(), grace, extra.ID, 1, "", "it is theirs"); err != nil {
		t.Fatal(err)
	}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.SaveRefund(ctx, shop.Refund{
			ID: shop.NewID(), PaymentID: extra.ID, InvoiceID: v.InvoiceID, Processor: "stripe", ProcessorID: "ch_1", Amount: 8_00, Created: tx.Now, Updated: tx.Now,
		})
		return err
	})
	v = seen(t, c, v.ID)
	if v.Balance != 0 || v.OpenRefunds != 3_00 {
		t.Fatalf("of $25.00 for $20.00, $8.00 went back: %s owed, %s open", v.Balance, v.OpenRefunds)
	}
	if err := c.Billing.AnswerRefund(t.Context(), grace, v.ID, v.Version, true); err != nil {
		t.Fatal(err)
	}
	if v = seen(t, c, v.ID); v.Balance != 3_00 || v.OpenRefunds != 0 {
		t.Errorf("owed again: %s owed, %s open", v.Balance, v.OpenRefunds)
	}
	if err := c.Billing.TakePayment(t.Context(), helper, v.InvoiceID, v.InvoiceVersion, shop.ByTerminal, 3_00, ""); err != nil {
		t.Fatal(err)
	}
	if v = seen(t, c, v.ID); v.Balance != 0 || v.OpenRefunds != 0 || v.InvoiceState != shop.Paid {
		t.Errorf("paid again: %s owed, %s open, %s", v.Balance, v.OpenRefunds, v.InvoiceState)
	}
}
