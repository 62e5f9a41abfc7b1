package order_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// lifted is how often an order's activity tells that its hold was lifted.
func lifted(o order.StaffOrderView) (n int) {
	for _, a := range o.Activity {
		if strings.HasPrefix(a.Message, "Lifted the hold: ") {
			n++
		}
	}
	return n
}

// refuses refuses an order with its files.
func (a atCounter) refuses(id string) {
	a.t.Helper()
	if _, err := a.Orders.RefuseOrder(a.t.Context(), grace, id, 0, "A weapon.", true); err != nil {
		a.t.Fatal(err)
	}
}

// Once a model is accepted again, the orders go on that waited for it, and no others.
func TestAnAcceptedModelLiftsTheHolds(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	file, other := apptest.Block(30, 30, 8), apptest.Block(31, 30, 8)
	all := twins(t, a, file, 2)
	others := twins(t, a, other, 2)
	a.refuses(all[0].ID)
	a.refuses(others[0].ID)
	list, err := a.Carts.RefusedModels(t.Context(), grace, "")
	if err != nil || len(list.Files) != 2 || list.Files[1].OrderNumber != all[0].Number {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := a.Carts.AcceptModel(t.Context(), grace, list.Files[1].SHA256, 0); err != nil {
		t.Fatal(err)
	}
	now := seen(t, a.Scenario, all[1].ID)
	if now.Status != "awaiting_payment" || now.Hold != "" || lifted(now) != 1 || now.Activity[0].Message != "Lifted the hold: “block.stl” was accepted again." {
		t.Errorf("accepted again, it is %s: %q, %+v", now.Status, now.Hold, now.Activity)
	}
	if now = seen(t, a.Scenario, others[1].ID); !now.HeldForModel {
		t.Errorf("that of another model is %s", now.Status)
	}
}

// An order is held by the refusal itself, also one that is to be refused next: a shop that is killed between them has no order that goes
// on. What an admin let go on stays so where nothing is refused, and a hold makes no refusal stale.
func TestTheHoldIsPartOfTheRefusal(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	file := apptest.Block(30, 30, 8)
	first, second := a.requested(map[string][]byte{"block.stl": file}), a.requested(map[string][]byte{"block.stl": file})
	approved := twins(t, a, file, 1)[0]
	v, err := a.Orders.RefuseAll(t.Context(), grace, order.RefuseAllRequest{Orders: []job.Ref{{ID: first.ID, Version: first.Version}}, Reason: "A weapon.", DeleteFiles: true})
	if err != nil || len(v.Done) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	if now := seen(t, a.Scenario, second.ID); !now.HeldForModel || !now.InReview {
		t.Errorf("its twin is %s", now.Status)
	}
	if err := a.Billing.LiftHold(t.Context(), grace, approved.ID, 0, "It is a cup here."); err != nil {
		t.Fatal(err)
	}
	approved = seen(t, a.Scenario, approved.ID)
	refs := []job.Ref{{ID: approved.ID, Version: approved.Version}}
	if v, err = a.Orders.RefuseAll(t.Context(), grace, order.RefuseAllRequest{Orders: refs, Reason: "A weapon.", DeleteFiles: true}); err != nil || len(v.Left) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	if now := seen(t, a.Scenario, approved.ID); now.Hold != "" {
		t.Errorf("nothing was refused, and it is held again: %q", now.Hold)
	}
	refs = []job.Ref{{ID: second.ID, Version: second.Version}}
	if v, err = a.Orders.RefuseAll(t.Context(), grace, order.RefuseAllRequest{Orders: refs, Reason: "A weapon.", DeleteFiles: true}); err != nil || len(v.Done) != 1 {
		t.Errorf("held meanwhile, it is not refused: %+v, %v", v, err)
	}
}

// What an admin let go on of a dispute stays so: a hold for a model that comes and goes does not bring it back. News of the money that
// came meanwhile holds.
func TestALiftedDisputeStaysLifted(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{}))
	file := apptest.Block(30, 30, 8)
	all := twins(t, a, file, 3)
	disputed, refunded := all[1], all[2]
	var intents []string
	for _, o := range []order.StaffOrderView{disputed, refunded} {
		now := byCard(t, a.Scenario, o)
		intents = append(intents, now.Payments[0].Reference)
	}
	if _, err := a.Stripe.Dispute(intents[0]); err != nil {
		t.Fatal(err)
	}
	a.Stripe.Wait()
	if now := seen(t, a.Scenario, disputed.ID); now.Hold == "" {
		t.Fatal("a disputed order is not on hold")
	}
	if err := a.Billing.LiftHold(t.Context(), grace, disputed.ID, 0, "We know them."); err != nil {
		t.Fatal(err)
	}
	a.refuses(all[0].ID)
	if err := a.Stripe.Refund(intents[1], 100); err != nil {
		t.Fatal(err)
	}
	a.Stripe.Wait()
	for _, id := range []string{disputed.ID, refunded.ID} {
		if now := seen(t, a.Scenario, id); !now.HeldForModel {
			t.Errorf("its model is refused, and it is %s: %q", now.Status, now.Hold)
		}
	}
	list, err := a.Carts.RefusedModels(t.Context(), grace, "")
	if err != nil || len(list.Files) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := a.Carts.AcceptModel(t.Context(), grace, list.Files[0].SHA256, 0); err != nil {
		t.Fatal(err)
	}
	if now := seen(t, a.Scenario, disputed.ID); now.Hold != "" {
		t.Errorf("the hold that was lifted is back: %q", now.Hold)
	}
	if now := seen(t, a.Scenario, refunded.ID); now.HeldForModel || now.Hold == "" {
		t.Errorf("refunded meanwhile, it is on hold for %q", now.Hold)
	}
}

// A refusal takes no money, and tells nobody that it did; the payment page of an order that waits is closed all the same.
func TestARefusalTakesNoMoney(t *testing.T) {
	var taken atomic.Int32
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{Events: func(events *event.Bus) {
		event.Subscribe(events, func(context.Context, *db.Tx, event.PaymentTaken) error {
			taken.Add(1)
			return nil
		})
	}}))
	all := twins(t, a, apptest.Block(30, 30, 8), 2)
	if _, err := a.Orders.PayOrder(t.Context(), shop.Guest(all[1].ID), "", "card"); err != nil {
		t.Fatal(err)
	}
	a.refuses(all[0].ID)
	apptest.Await(t, "its payment page to close", func() bool { return a.Stripe.Sessions()[0].Status == "expired" })
	if n := taken.Load(); n != 0 {
		t.Errorf("money was taken %d times", n)
	}
}

// G-code may be of the model that was refused: it keeps no order from being held, and lifts no hold but where an admin attaches it.
func TestGCodeIsNoOtherModel(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	step := map[string][]byte{"vase.step": []byte("ISO-10303-21; of a vase")}
	refused, has, gets := a.requested(step), a.requested(step), a.requested(step)
	attach := func(a atCounter, o order.StaffOrderView) (order.StaffOrderView, error) {
		part := a.brings("made.gcode", []byte(cura))
		return a.Orders.AttachGCode(t.Context(), a.who, o.ID, o.Items[0].ID, order.AttachGCodeRequest{PartID: part.ID})
	}
	if _, err := attach(a, has); err != nil {
		t.Fatal(err)
	}
	a.refuses(refused.ID)
	if now := seen(t, a.Scenario, has.ID); !now.HeldForModel {
		t.Errorf("with G-code of the refused model it is %s", now.Status)
	}
	now, err := attach(a, gets)
	if err != nil || !now.HeldForModel || lifted(now) != 0 {
		t.Errorf("staff lift the hold by G-code: %s, %v", now.Status, err)
	}
	admin := a
	admin.who = grace
	admin.who.CartID = a.NewCart()
	now, err = attach(admin, gets)
	if err != nil || now.HeldForModel || lifted(now) != 1 {
		t.Errorf("an admin attaches G-code: %s, %q, %v", now.Status, now.Hold, err)
	}
}
