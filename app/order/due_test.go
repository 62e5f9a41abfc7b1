package order_test

import (
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// dueOf is the one thing that is due back of an order.
func dueOf(t *testing.T, o order.StaffOrderView) billing.RefundDueView {
	t.Helper()
	if len(o.RefundsDue) != 1 {
		t.Fatalf("%d refunds are due", len(o.RefundsDue))
	}
	return o.RefundsDue[0]
}

// What was noted as sent back is taken back from the version that is shown, where a part of the payment is kept as well, and
// not from one of before.
func TestANoteIsTakenBackFromWhatIsShown(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := cancelsRest(t, c, grace, threeLeft(t, c, 40_00))
	before := dueOf(t, o)
	for _, part := range []shop.Cents{6_00, 0} {
		noted := dueOf(t, seen(t, c, o.ID))
		if err := c.Billing.NoteRefund(t.Context(), grace, noted.PaymentID, billing.SentBackRequest{Version: noted.Version, Amount: part, Reference: "cash"}); err != nil {
			t.Fatal(err)
		}
		d := dueOf(t, seen(t, c, o.ID))
		if err := c.Billing.UndoNoteRefund(t.Context(), grace, d.PaymentID, before.Version, "from before"); !shop.IsCode(err, "changed_meanwhile") {
			t.Errorf("from before it was noted: %v", err)
		}
		if err := c.Billing.UndoNoteRefund(t.Context(), grace, d.PaymentID, d.Version, "a mistake"); err != nil {
			t.Errorf("from what is shown: %v", err)
		}
		if err := c.Billing.UndoNoteRefund(t.Context(), grace, d.PaymentID, d.Version, "again"); !shop.IsCode(err, "changed_meanwhile") {
			t.Errorf("twice: %v", err)
		}
		if now := dueOf(t, seen(t, c, o.ID)); now.Left != before.Left || now.Noted != 0 || now.State != "open" {
			t.Errorf("%+v", now)
		}
	}
}

// Why nothing is due of one payment is not said of another.
func TestAReasonStaysWithItsPayment(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := cancelsRest(t, c, grace, threeLeft(t, c, 30_00, 10_00))
	if err := c.Billing.ReversePayment(t.Context(), grace, o.Payments[0].ID, 0, "another order's"); err != nil {
		t.Fatal(err)
	}
	for _, d := range seen(t, c, o.ID).RefundsDue {
		if (d.Reference != "") != (d.PaymentID == o.Payments[0].ID) || d.State != "done" {
			t.Errorf("%+v", d)
		}
	}
}

// What staff noted and Stripe tells of is one refund; when Stripe's fails and the note is taken back, all of it is due.
func TestWhatIsDueAddsUpAfterAFailure(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o, item := fiveCopies(t, c, 3)
	o = cancelsRest(t, c, grace, threeLeave(t, c, byCard(t, c, o), item))
	pay := o.Payments[0]
	if err := c.Billing.NoteRefund(t.Context(), grace, pay.ID, billing.SentBackRequest{Reference: "in Stripe"}); err != nil {
		t.Fatal(err)
	}
	stale := dueOf(t, seen(t, c, o.ID))
	if err := c.Stripe.Refund(pay.Reference, 10_00); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	apptest.Await(t, "it is one refund", func() bool { return dueOf(t, seen(t, c, o.ID)).Noted == 6_00 })
	if err := c.Billing.UndoNoteRefund(t.Context(), grace, pay.ID, stale.Version, "of 16"); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("another sum was noted: %v", err)
	}
	if err := c.Stripe.FailRefund(pay.Reference, 10_00); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	apptest.Await(t, "it is due again", func() bool { return seen(t, c, o.ID).DueBack > 0 })
	if err := c.Billing.UndoNoteRefund(t.Context(), grace, pay.ID, 0, "no"); err != nil {
		t.Fatal(err)
	}
	if d := dueOf(t, seen(t, c, o.ID)); d.Amount != 16_00 || d.Left != 16_00 || d.Noted != 0 {
		t.Errorf("%+v", d)
	}
}

// Where a cardholder's bank gave all of it back, nobody is promised more.
func TestNothingIsPromisedAfterALostDispute(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o, item := fiveCopies(t, c, 3)
	o = cancelsRest(t, c, grace, threeLeave(t, c, byCard(t, c, o), item))
	id, err := c.Stripe.Dispute(o.Payments[0].Reference)
	if err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	if err := c.Stripe.CloseDispute(id, false); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	apptest.Await(t, "the dispute is lost", func() bool { return seen(t, c, o.ID).DueBack == 0 })
	if v := customerOf(t, c, o); v.PayNote != "" || v.DueBack != 0 {
		t.Errorf("the customer reads %q, and %s is due", v.PayNote, v.DueBack)
	}
}

// A refund of an order that is done, and failed, is told: the order is on hold until somebody has looked.
func TestAFailedRefundOfADoneOrderIsTold(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o := paidByCard(t, c)
	o, err := handOver(t.Context(), c.Orders, grace, o.ID, collected(o.Items[0].ID, 1))
	if err != nil {
		t.Fatal(err)
	}
	refundsAll(t, c, o)
	if err := c.Billing.AnswerRefund(t.Context(), grace, o.ID, 0, false); err != nil {
		t.Fatal(err)
	}
	if err := c.Stripe.FailRefund(o.Payments[0].Reference, int64(o.Total)); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	apptest.Await(t, "it failed", func() bool { return seen(t, c, o.ID).Refunded == 0 })
	if o = seen(t, c, o.ID); o.Hold == "" {
		t.Errorf("nobody is told: %+v", o.OrderRowView)
	}
}

// Several reviews are ended at once; what was approved is under review no more, and keeps its files.
func TestOnlyReviewsAreRefusedTogether(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	o := reviewed(t, c, 30_00)
	v, err := c.Orders.RefuseAll(t.Context(), helper, order.RefuseAllRequest{Orders: []job.Ref{{ID: o.ID, Version: o.Version}}, Reason: "spam", DeleteFiles: true})
	if err != nil || len(v.Done) != 0 || len(v.Left) != 1 || v.Left[0].Code != "order_not_in_review" {
		t.Errorf("%+v, %v", v, err)
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderOpen || len(now.Files) == 0 {
		t.Errorf("%+v", now.OrderRowView)
	}
}

// What a cardholder disputes is sent back by their bank or by nobody: an order that is cancelled meanwhile owes it back only when
// the bank decided for the shop, whichever came first.
func TestWhatIsDisputedIsNotDueBackMeanwhile(t *testing.T) {
	for _, first := range []string{"dispute", "cancel"} {
		for _, won := range []bool{true, false} {
			c := apptest.NewScenario(t, apptest.Setup{})
			o, _ := fiveCopies(t, c, 3)
			o = byCard(t, c, o)
			var id string
			dispute := func() {
				var err error
				if id, err = c.Stripe.Dispute(o.Payments[0].Reference); err != nil {
					t.Fatal(err)
				}
				c.Stripe.Wait()
				apptest.Await(t, "the dispute", func() bool { o = seen(t, c, o.ID); return o.Disputed == 40_00 })
			}
			if first == "dispute" {
				if dispute(); o.Held != 0 {
					t.Errorf("cancelling would make %s due back", o.Held)
				}
			}
			if _, err := c.Orders.CancelOrder(t.Context(), grace, o.ID, 0, "not any more"); err != nil {
				t.Fatal(err)
			}
			o = seen(t, c, o.ID)
			if first == "cancel" {
				if o.DueBack != 40_00 {
					t.Errorf("%s is due back", o.DueBack)
				}
				stale := o.RefundsDue[0]
				dispute()
				if due := o.RefundsDue[0]; due.State != "done" || due.Disputed != 40_00 || due.Version <= stale.Version {
					t.Errorf("%+v", due)
				}
				if err := c.Billing.NoteRefund(t.Context(), grace, o.Payments[0].ID, billing.SentBackRequest{Reference: "by hand, too"}); !shop.IsCode(err, "refund_disputed") {
					t.Errorf("noted all the same: %v", err)
				}
			}
			if o.DueBack != 0 || o.Disputed != 40_00 || customerOf(t, c, o).DueBack != 0 {
				t.Errorf("%s first: %s is due back, %s disputed", first, o.DueBack, o.Disputed)
			}
			if err := c.Stripe.CloseDispute(id, won); err != nil {
				t.Fatal(err)
			}
			c.Stripe.Wait()
			want := map[bool]shop.Cents{true: 40_00}[won]
			apptest.Await(t, "the verdict", func() bool { o = seen(t, c, o.ID); return o.Disputed == 0 && o.DueBack == want })
			if won && o.RefundsDue[0].State != "open" || !won && first == "cancel" && o.RefundsDue[0].Reference != "The cardholder’s bank took it back." {
				t.Errorf("%s first, won %v: %+v", first, won, o.RefundsDue)
			}
		}
	}
}

// What a bank took back of an order that costs less is not sent back a second time.
func TestALostDisputeIsTakenOffWhatIsDueBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o, item := fiveCopies(t, c, 3)
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, 30_00, ""); err != nil {
		t.Fatal(err)
	}
	o = cancelsRest(t, c, grace, threeLeave(t, c, byCard(t, c, seen(t, c, o.ID)), item))
	if o.DueBack != 16_00 {
		t.Errorf("%s is due back", o.DueBack)
	}
	var card string
	for _, p := range o.Payments {
		if p.Processor == "stripe" {
			card = p.Reference
		}
	}
	id, err := c.Stripe.Dispute(card)
	if err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	apptest.Await(t, "the dispute", func() bool { return seen(t, c, o.ID).DueBack == 6_00 })
	if err := c.Stripe.CloseDispute(id, false); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	apptest.Await(t, "it is lost", func() bool { o = seen(t, c, o.ID); return o.Disputed == 0 && o.DueBack == 6_00 })
}

// Each part that was sent back keeps its own reference, and who noted it.
func TestEachPartSentBackKeepsItsReference(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	ada := c.Employ("Ada Admin", "ada.admin@example.com", shop.RoleAdmin)
	by := shop.Actor{ID: ada.ID, Role: shop.RoleAdmin, Name: ada.Name}
	o := cancelsRest(t, c, grace, threeLeft(t, c, 40_00))
	for i, how := range []string{"in cash", "transfer 7"} {
		d := seen(t, c, o.ID).RefundsDue[0]
		if err := c.Billing.NoteRefund(t.Context(), by, d.PaymentID, billing.SentBackRequest{Version: d.Version, Amount: shop.Cents(5_00 + i), Reference: how}); err != nil {
			t.Fatal(err)
		}
		stale := billing.SentBackRequest{Version: d.Version, Amount: 1, Reference: "again"}
		if err := c.Billing.NoteRefund(t.Context(), grace, d.PaymentID, stale); err == nil || !strings.Contains(err.Error(), "Ada Admin") {
			t.Errorf("whoever was slower reads %v", err)
		}
	}
	rows := seen(t, c, o.ID).RefundRows
	if len(rows) != 2 || rows[0].Amount != 5_00 || rows[0].Reason != "in cash" || rows[1].Amount != 5_01 || rows[1].Reason != "transfer 7" || rows[0].By != "Ada Admin" || rows[1].By != "Ada Admin" {
		t.Errorf("%+v", rows)
	}
	if err := c.Billing.UndoNoteRefund(t.Context(), by, o.RefundsDue[0].PaymentID, 0, "a mistake"); err != nil {
		t.Fatal(err)
	}
	if o = seen(t, c, o.ID); len(o.RefundRows) != 0 || o.DueBack != 16_00 {
		t.Errorf("%+v, %s due", o.RefundRows, o.DueBack)
	}
}
