package order_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// twins are orders of a web customer of the same file, each approved, and to be paid.
func twins(t *testing.T, a atCounter, file []byte, n int) (all []order.StaffOrderView) {
	t.Helper()
	for range n {
		o := a.requested(map[string][]byte{"block.stl": file})
		o, err := a.Orders.ApproveOrder(t.Context(), grace, o.ID, order.ApproveRequest{Version: o.Version})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

// A model that is refused with an order is neither paid for nor printed in other open orders, until staff replace it, refuse it as
// well, or an admin lets the order go on; what was paid stays paid.
func TestARefusedModelHoldsTheOtherOrders(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{}))
	file := apptest.Block(30, 30, 8)
	all := twins(t, a, file, 5)
	refused, unpaid, paid, replaced, too := all[0], all[1], all[2], all[3], all[4]
	reviewed := a.requested(map[string][]byte{"block.stl": file})
	other := a.requested(map[string][]byte{"block.stl": apptest.Block(31, 30, 8)})
	page, err := a.Orders.PayOrder(t.Context(), shop.Guest(unpaid.ID), "", "card")
	if err != nil || page.PayURL == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	if err := a.Billing.TakePayment(t.Context(), grace, paid.InvoiceID, 0, shop.ByTransfer, paid.Balance, ""); err != nil {
		t.Fatal(err)
	}
	now := seen(t, a.Scenario, refused.ID)
	if len(now.SameModels) != 5 || !now.SameModels[1].Paid || now.SameModels[0].Number != unpaid.Number || now.SameModels[0].Models[0] != "block.stl" {
		t.Fatalf("before it is refused staff read %+v", now.SameModels)
	}
	if _, err := a.Orders.RefuseOrder(t.Context(), grace, refused.ID, now.Version, "A weapon.", true); err != nil {
		t.Fatal(err)
	}
	for _, o := range []order.StaffOrderView{unpaid, paid, replaced, too, reviewed} {
		now := seen(t, a.Scenario, o.ID)
		if now.Status != "on_hold" || !now.HeldForModel || !strings.HasPrefix(now.Hold, "“block.stl” is ") || !strings.Contains(now.Hold, refused.Number) {
			t.Errorf("%s is %s: %q", o.Number, now.Status, now.Hold)
		}
		for _, action := range now.Actions {
			if action == "pay_link" {
				t.Errorf("%s can be paid by a link", o.Number)
			}
		}
		if !now.Items[0].Remakable || !now.Items[0].ModelRefused {
			t.Errorf("%s: its model cannot be replaced", o.Number)
		}
		v, err := a.Orders.CustomerOrder(t.Context(), shop.Guest(o.ID), "")
		if err != nil || !strings.Contains(v.StatusMessage, "block.stl") || strings.Contains(v.StatusMessage, refused.Number) || strings.Contains(v.StatusMessage, "weapon") || len(v.PayMethods) != 0 || v.Transfer != nil {
			t.Errorf("its customer reads %q, pays by %v: %v", v.StatusMessage, v.PayMethods, err)
		}
	}
	if now := seen(t, a.Scenario, other.ID); now.Status != "in_review" {
		t.Errorf("an order of another model is %s", now.Status)
	}
	if _, err := a.Orders.PayOrder(t.Context(), shop.Guest(unpaid.ID), "", "card"); !shop.IsCode(err, "order_on_hold") {
		t.Errorf("it is paid: %v", err)
	}
	apptest.Await(t, "its payment page to close", func() bool { return a.Stripe.Sessions()[0].Status == "expired" })

	held := seen(t, a.Scenario, paid.ID)
	if held.Paid != paid.Balance || len(held.Jobs) != 1 {
		t.Fatalf("%+v", held.OrderRowView)
	}
	_, err = a.Jobs.Move(t.Context(), grace, held.Jobs[0].ID, job.MoveRequest{Version: held.Jobs[0].Version, State: shop.JobPreProcessing})
	if !shop.IsCode(err, "job_on_hold") {
		t.Errorf("it is printed: %v", err)
	}
	if err := a.Billing.LiftHold(t.Context(), a.who, paid.ID, 0, "I looked."); !shop.IsKind(err, shop.Forbidden) {
		t.Errorf("staff accept what an admin refused: %v", err)
	}
	if err := a.Billing.LiftHold(t.Context(), grace, paid.ID, 0, "It is a cup here."); err != nil {
		t.Fatal(err)
	}
	if held = seen(t, a.Scenario, paid.ID); held.Hold != "" || held.Status != "paid" {
		t.Errorf("lifted, it is %s: %q", held.Status, held.Hold)
	}

	now = seen(t, a.Scenario, replaced.ID)
	now, err = a.replaces(now, 0, a.brings("cup.stl", apptest.Block(30, 30, 9)), false)
	if err != nil || now.Hold != "" || now.Status != "awaiting_payment" || lifted(now) != 1 {
		t.Errorf("replaced, it is %s: %q, %v", now.Status, now.Hold, err)
	}
	now = seen(t, a.Scenario, too.ID)
	if _, err := a.Orders.RefuseOrder(t.Context(), grace, too.ID, now.Version, "A weapon.", false); err != nil {
		t.Errorf("refused as well: %v", err)
	}
	now = seen(t, a.Scenario, reviewed.ID)
	if _, err := a.Orders.ApproveOrder(t.Context(), grace, reviewed.ID, order.ApproveRequest{Version: now.Version}); err != nil {
		t.Errorf("approved: %v", err)
	}
	if now = seen(t, a.Scenario, reviewed.ID); now.Status != "on_hold" || len(now.PayMethods) != 0 {
		t.Errorf("approved on hold, it is %s", now.Status)
	}
}

// Several orders of one model are refused together, and one that may not be refused with them waits.
func TestTwinsAreRefusedTogether(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	file := apptest.Block(30, 30, 8)
	left := twins(t, a, file, 1)[0]
	refs := []job.Ref{{ID: left.ID, Version: left.Version}}
	for range 2 {
		o := a.requested(map[string][]byte{"block.stl": file})
		refs = append(refs, job.Ref{ID: o.ID, Version: o.Version})
	}
	v, err := a.Orders.RefuseAll(t.Context(), grace, order.RefuseAllRequest{Orders: refs, Reason: "A weapon.", DeleteFiles: true})
	if err != nil || len(v.Done) != 2 || len(v.Left) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	if now := seen(t, a.Scenario, left.ID); !now.HeldForModel {
		t.Errorf("it is %s: %q", now.Status, now.Hold)
	}
}

// A customer pays by card while staff refuse another order of the same model: whoever is first, no money is lost, and nothing is printed.
func TestPayingWhileTheModelIsRefused(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{}))
	for i := range 6 {
		all := twins(t, a, apptest.Block(30, 30, 8+float64(i)), 2)
		refused, pays := all[0], all[1]
		var first, second error
		var both sync.WaitGroup
		both.Go(func() {
			if _, first = a.Orders.PayOrder(t.Context(), shop.Guest(pays.ID), "", "card"); first != nil {
				return
			}
			sessions := a.Stripe.Sessions()
			first = a.Stripe.Pay(sessions[len(sessions)-1].ID)
		})
		both.Go(func() {
			_, second = a.Orders.RefuseOrder(t.Context(), grace, refused.ID, 0, "A weapon.", true)
		})
		both.Wait()
		a.Stripe.Wait()
		if second != nil {
			t.Fatal(second)
		}
		if err := a.Tasks.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		now := seen(t, a.Scenario, pays.ID)
		var took shop.Cents
		for _, s := range a.Stripe.Sessions() {
			if s.PaymentStatus == "paid" && s.Metadata["order_number"] == pays.Number {
				took += shop.Cents(s.Amount)
			}
			if s.Status == "open" {
				t.Errorf("a payment page stays open: %+v", s)
			}
		}
		if !now.HeldForModel || now.Paid != took {
			t.Errorf("Stripe took %s, %s counts, and it is %s: %v", took, now.Paid, now.Status, errors.Join(first, second))
		}
		for _, j := range now.Jobs {
			if _, err := a.Jobs.Move(t.Context(), grace, j.ID, job.MoveRequest{Version: j.Version, State: shop.JobPreProcessing}); !shop.IsCode(err, "job_on_hold") {
				t.Errorf("it is printed: %v", err)
			}
		}
	}
}
