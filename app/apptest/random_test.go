package apptest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/slicer/slicertest/meshtest"
)

// walk is a shop in which anything happens that can, in any order.
type walk struct {
	*Scenario
	t      *testing.T
	dice   *rand.Rand
	orders []string
	banned int            // orders whose files are never taken again: others are sent from then on
	done   map[string]int // how often each step went through
}

var (
	anyAdmin  = shop.Actor{Role: shop.RoleAdmin, Name: "Ada"}
	anyHelper = shop.Actor{Role: shop.RoleStaff, Name: "Flo"}
)

// No sequence of what customers, staff and Stripe can do breaks what the rows promise each other.
func TestRandomStepsKeepThePromises(t *testing.T) {
	steps, seed := 10_000, rand.Uint64()
	if testing.Short() {
		steps = 1_000
	}
	w := &walk{Scenario: NewScenario(t, Setup{Quiet: true}), t: t, dice: rand.New(rand.NewPCG(seed, 7)), done: map[string]int{}}
	t.Logf("seed %d", seed)
	acts := []struct {
		name   string
		weight int
		act    func(context.Context, order.StaffOrderView) error
	}{
		{"take a payment", 10, w.take}, {"pay by card", 12, w.pay}, {"choose how to pay", 4, w.choose}, {"approve", 8, w.approve}, {"refuse", 1, w.refuse}, {"destroy", 1, w.destroy},
		{"cancel", 2, w.cancel}, {"delete", 1, w.deleteOrder}, {"release", 4, w.release}, {"lift the hold", 4, w.lift}, {"refund", 3, w.refund},
		{"reverse a payment", 3, w.reverse}, {"note a refund", 2, w.noteRefund}, {"answer a refund", 2, w.answerRefund}, {"hand over", 6, w.handOver},
		{"dispute", 2, w.dispute}, {"decide about a payment", 4, w.decide}, {"delete a file", 1, w.deleteFile}, {"move a job", 44, w.move},
	}
	total := 0
	for _, a := range acts {
		total += a.weight
	}
	for step := range steps {
		if len(w.orders) < 3 || w.dice.IntN(60) == 0 {
			w.place()
			continue
		}
		o, err := w.Orders.StaffOrder(t.Context(), anyAdmin, w.orders[w.dice.IntN(len(w.orders))])
		if shop.IsKind(err, shop.NotFound) { // it was deleted
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		at := w.dice.IntN(total)
		for _, a := range acts {
			if at -= a.weight; at >= 0 {
				continue
			}
			switch err := a.act(t.Context(), o); {
			case err == nil:
				w.done[a.name]++
			case shop.IsKind(err, shop.Internal):
				t.Fatalf("step %d, %s of %s (%s): %v", step, a.name, o.Number, o.Status, err)
			}
			break
		}
		if w.Stripe.Wait(); step%200 == 0 || step == steps-1 {
			if dbtest.Check(t, w.DB); !t.Failed() {
				w.AlarmsAgree()
			}
			if t.Failed() {
				t.Fatalf("after step %d", step)
			}
		}
	}
	for _, a := range acts {
		if w.done[a.name] == 0 && steps >= 10_000 {
			t.Errorf("nobody could %s", a.name)
		}
	}
	t.Logf("%d orders: %v", len(w.orders), w.done)
	w.FilesAgree()
}

// place orders a photo for review, or a model in one of the ways there are.
func (w *walk) place() {
	c := w.NewCart()
	req := Order(shop.ByReview, 0)
	if w.dice.IntN(3) == 0 {
		w.Drop(c, "sketch.jpg", fmt.Appendf(nil, "\xff\xd8\xff\xe0 photo %d", w.banned))
	} else {
		w.Drop(c, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, float64(5+w.dice.IntN(4))+float64(w.banned)/1024)))
		if err := w.Carts.Slice(w.t.Context(), c); err != nil {
			w.t.Fatal(err)
		}
		w.AwaitSliced(c)
		copies := 1 + w.dice.IntN(4)
		if _, err := w.Carts.PatchParts(w.t.Context(), shop.Visitor(c), nil, shop.ChoicesPatch{Copies: &copies}); err != nil {
			w.t.Fatal(err)
		}
		w.AwaitSliced(c)
		price, err := w.Carts.PriceFor(w.t.Context(), shop.Visitor(c), shop.Delivery{Method: shop.Pickup})
		if err != nil {
			w.t.Fatal(err)
		}
		if w.dice.IntN(4) > 0 {
			req = Order([]shop.PaymentMethod{shop.ByCard, shop.ByTransfer, shop.AtPickup}[w.dice.IntN(3)], price.Price.Total)
		}
	}
	placed, err := w.Orders.Checkout(w.t.Context(), shop.Visitor(c), req)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Read(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.OrderByCart(ctx, c)
		if err == nil {
			w.orders = append(w.orders, o.ID)
		}
		if o.Number != placed.OrderNumber {
			w.t.Errorf("%s became %s", placed.OrderNumber, o.Number)
		}
		return err
	})
}

func (w *walk) anybody() shop.Actor {
	if w.dice.IntN(2) == 0 {
		return anyHelper
	}
	return anyAdmin
}

func (w *walk) take(ctx context.Context, o order.StaffOrderView) error {
	method, amount := []shop.PaymentMethod{shop.ByTransfer, shop.ByTerminal}[w.dice.IntN(2)], o.Balance
	if w.dice.IntN(2) == 0 {
		method, amount = shop.ByCash, o.CashDue
	}
	if w.dice.IntN(3) == 0 && amount > 10 {
		amount = amount / 2 / 5 * 5
	}
	return w.Billing.TakePayment(ctx, w.anybody(), o.InvoiceID, 0, method, amount, "")
}

// pay opens the payment page, and maybe pays on it, now or later than it should be possible.
func (w *walk) pay(ctx context.Context, o order.StaffOrderView) error {
	url, err := w.Orders.PayLink(ctx, anyAdmin, o.InvoiceID)
	if err == nil && url == "" {
		w.t.Error("a payment page without an address")
	}
	sessions := w.Stripe.Sessions()
	if len(sessions) == 0 || w.dice.IntN(3) == 0 {
		return err
	}
	at := len(sessions) - 1
	if w.dice.IntN(4) == 0 {
		at = w.dice.IntN(len(sessions))
	}
	switch s := sessions[at]; {
	case s.Status != "open":
	case w.dice.IntN(5) == 0:
		if err := w.Stripe.PayLater(s.ID); err == nil {
			w.Stripe.Wait()
			_ = w.Stripe.Finish(s.ID, w.dice.IntN(2) == 0)
		}
	default:
		_ = w.Stripe.Pay(s.ID)
	}
	return err
}

func (w *walk) choose(ctx context.Context, o order.StaffOrderView) error {
	method := []string{"card", "transfer", "pickup"}[w.dice.IntN(3)]
	_, err := w.Orders.PayOrder(ctx, shop.Guest(o.ID), "", method)
	return err
}

func (w *walk) approve(ctx context.Context, o order.StaffOrderView) error {
	req := order.ApproveRequest{}
	if w.dice.IntN(3) > 0 {
		total := shop.Cents(1000 + w.dice.IntN(9000))
		req.AdjustedTotal, req.Reason = &total, "as agreed"
	}
	_, err := w.Orders.ApproveOrder(ctx, w.anybody(), o.ID, req)
	return err
}

func (w *walk) refuse(ctx context.Context, o order.StaffOrderView) error {
	_, err := w.Orders.RefuseOrder(ctx, w.anybody(), o.ID, 0, "Not this.", false)
	return err
}

func (w *walk) destroy(ctx context.Context, o order.StaffOrderView) error {
	_, err := w.Orders.RefuseOrder(ctx, w.anybody(), o.ID, 0, "Not this, ever.", true)
	if err == nil {
		w.banned++
		w.Read(func(ctx context.Context, tx *db.Tx) error {
			files, err := tx.OrderFiles(ctx, o.ID)
			if len(files) > 0 {
				w.t.Errorf("%s has %d files after it was destroyed", o.Number, len(files))
			}
			return err
		})
	}
	return err
}

// reverse takes back one of the order's payments, at random, and holds the money against what it was.
func (w *walk) reverse(ctx context.Context, o order.StaffOrderView) error {
	if len(o.Payments) == 0 {
		return shop.Conflictf("none", "There is none.")
	}
	p := o.Payments[w.dice.IntN(len(o.Payments))]
	if err := w.Billing.ReversePayment(ctx, anyAdmin, o.ID, p.ID, "typed by mistake"); err != nil {
		return err
	}
	if err := w.Billing.ReversePayment(ctx, anyAdmin, o.ID, p.ID, "again"); !shop.IsCode(err, "payment_reversed") {
		w.t.Errorf("%s: a payment reversed twice: %v", o.Number, err)
	}
	now, err := w.Orders.StaffOrder(ctx, anyAdmin, o.ID)
	if err == nil && (now.Paid != o.Paid-p.Amount || now.InvoiceNumber != o.InvoiceNumber || (now.Balance > 0 && now.InvoiceState == shop.Paid)) {
		w.t.Errorf("%s: reversing %s of %s left %s, balance %s, %s", o.Number, p.Amount, o.Paid, now.Paid, now.Balance, now.InvoiceState)
	}
	return err
}

func (w *walk) noteRefund(ctx context.Context, _ order.StaffOrderView) error {
	all, err := w.Billing.RefundsDue(ctx, anyAdmin)
	if err != nil || len(all) == 0 || all[0].State != "open" {
		return shop.Conflictf("none", "There is none.")
	}
	if err := w.Billing.NoteRefund(ctx, anyAdmin, all[0].PaymentID, "by hand"); err != nil {
		return err
	}
	if err := w.Billing.NoteRefund(ctx, anyAdmin, all[0].PaymentID, "again"); !shop.IsCode(err, "refund_done") {
		w.t.Errorf("a refund noted twice: %v", err)
	}
	return nil
}

func (w *walk) answerRefund(ctx context.Context, o order.StaffOrderView) error {
	owed := w.dice.IntN(2) == 0
	if err := w.Billing.AnswerRefund(ctx, anyAdmin, o.ID, 0, owed); err != nil {
		return err
	}
	now, err := w.Orders.StaffOrder(ctx, anyAdmin, o.ID)
	if want := o.Balance + map[bool]shop.Cents{true: o.OpenRefunds}[owed]; err == nil && (now.OpenRefunds != 0 || now.Balance != want) {
		w.t.Errorf("%s: %s was open, owed again %v: %s is owed and was %s, %s open", o.Number, o.OpenRefunds, owed, now.Balance, o.Balance, now.OpenRefunds)
	}
	return err
}

// finish makes what it can of an order's jobs, up to the shelf.
func (w *walk) finish(ctx context.Context, o order.StaffOrderView) error {
	board, err := w.Jobs.List(ctx, anyAdmin, job.ListFilter{})
	if err != nil {
		return err
	}
	printer := board.Printers[w.dice.IntN(len(board.Printers))].ID
	for _, j := range o.Jobs {
		for _, to := range []shop.JobState{shop.JobInQueue, shop.JobPrinting, shop.JobPrintingComplete, shop.JobPackaging, shop.JobReadyToCollect} {
			if slices.Contains(j.Next, to) {
				if j, err = w.Jobs.Move(ctx, anyHelper, j.ID, job.MoveRequest{State: to, PrinterID: printer}); err != nil {
					break
				}
			}
		}
	}
	return nil
}

// handOver gives away what is ready of an order: few are at any time, so it looks for one, and makes one.
func (w *walk) handOver(ctx context.Context, o order.StaffOrderView) error {
	if err := w.finish(ctx, o); err != nil {
		return err
	}
	open, err := w.Orders.Orders(ctx, anyAdmin, order.OrderFilter{Tab: "open"})
	if err != nil {
		return err
	}
	for _, row := range open.Orders {
		if row.Status == "ready_to_collect" && w.dice.IntN(2) == 0 {
			o.ID, o.Number = row.ID, row.Number
		}
	}
	method := []shop.PaymentMethod{shop.ByCash, shop.ByTerminal, shop.ByTransfer}[w.dice.IntN(3)]
	now, err := w.Orders.HandOver(ctx, w.anybody(), o.ID, order.HandOverRequest{Method: method})
	if err == nil && now.Balance > 0 {
		w.t.Errorf("%s was handed over, and %s is owed", o.Number, now.Balance)
	}
	return err
}

func (w *walk) cancel(ctx context.Context, o order.StaffOrderView) error {
	_, err := w.Orders.CancelOrder(ctx, w.anybody(), o.ID, 0, "Not any more.")
	return err
}

func (w *walk) deleteOrder(ctx context.Context, o order.StaffOrderView) error {
	return w.Orders.DeleteOrder(ctx, w.anybody(), o.ID)
}

func (w *walk) release(ctx context.Context, o order.StaffOrderView) error {
	_, err := w.Orders.ReleaseOrder(ctx, w.anybody(), o.ID, 0, "")
	return err
}

func (w *walk) lift(ctx context.Context, o order.StaffOrderView) error {
	return w.Billing.LiftHold(ctx, w.anybody(), o.ID, 0, "settled")
}

// byCard is one of the order's card payments, at random.
func (w *walk) byCard(o order.StaffOrderView) (billing.PaymentRowView, error) {
	cards := slices.DeleteFunc(slices.Clone(o.Payments), func(p billing.PaymentRowView) bool { return p.Processor != "stripe" })
	if len(cards) == 0 {
		return billing.PaymentRowView{}, shop.Conflictf("none", "There is none.")
	}
	return cards[w.dice.IntN(len(cards))], nil
}

func (w *walk) refund(_ context.Context, o order.StaffOrderView) error {
	p, err := w.byCard(o)
	if err == nil && w.Stripe.Refund(p.Reference, 1+w.dice.Int64N(int64(p.Amount))) != nil {
		return shop.Conflictf("none", "Stripe would not.")
	}
	return err
}

func (w *walk) dispute(_ context.Context, o order.StaffOrderView) error {
	p, err := w.byCard(o)
	if err != nil {
		return err
	}
	id, err := w.Stripe.Dispute(p.Reference)
	if err != nil {
		return shop.Conflictf("none", "Stripe would not.")
	}
	if w.Stripe.Wait(); w.dice.IntN(2) == 0 {
		_ = w.Stripe.CloseDispute(id, w.dice.IntN(2) == 0)
	}
	return nil
}

func (w *walk) decide(ctx context.Context, o order.StaffOrderView) error {
	if len(o.Payments) == 0 || w.dice.IntN(2) == 0 {
		return w.stray(ctx, o)
	}
	p := o.Payments[w.dice.IntN(len(o.Payments))]
	if w.dice.IntN(2) == 0 {
		return w.Billing.PaymentSentBack(ctx, anyAdmin, o.ID, p.ID, "by hand")
	}
	return w.Billing.AcceptPayment(ctx, anyAdmin, o.ID, p.ID, "it is theirs")
}

// stray is money that nobody asked for, as after a restored backup.
func (w *walk) stray(ctx context.Context, o order.StaffOrderView) error {
	if o.InvoiceID == "" {
		return shop.Conflictf("none", "There is no invoice.")
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		id := "pi_" + shop.NewID()
		p := shop.Payment{
			ID: shop.NewID(), InvoiceID: o.InvoiceID, Amount: shop.Cents(100 + w.dice.IntN(3000)), Currency: []string{"AUD", "AUD", "USD"}[w.dice.IntN(3)], Method: shop.ByCard,
			Processor: "elsewhere", ProcessorID: id, Reference: id, State: shop.PaymentNeedsReview, Created: tx.Now,
		}
		if err := tx.InsertPayment(ctx, p); err != nil {
			return err
		}
		return w.Events.Emit(ctx, tx, event.PaymentChanged{ID: p.ID})
	})
}

func (w *walk) deleteFile(ctx context.Context, o order.StaffOrderView) error {
	if len(o.Files) == 0 {
		return shop.Conflictf("none", "There is none.")
	}
	return w.Orders.DeleteOrderFile(ctx, w.anybody(), o.Files[w.dice.IntN(len(o.Files))].ID)
}

// move moves a job, mostly where it may go, with failed copies now and then.
func (w *walk) move(ctx context.Context, o order.StaffOrderView) error {
	if len(o.Jobs) == 0 {
		return shop.Conflictf("none", "There is none.")
	}
	j := o.Jobs[w.dice.IntN(len(o.Jobs))]
	to := shop.JobPrinting
	if len(j.Next) > 0 {
		to = j.Next[w.dice.IntN(len(j.Next))]
	}
	req := job.MoveRequest{State: to, Version: j.Version}
	if to == shop.JobPrinting {
		printers, err := w.Jobs.List(ctx, anyAdmin, job.ListFilter{})
		if err != nil || len(printers.Printers) == 0 {
			return fmt.Errorf("no printers: %w", err)
		}
		req.PrinterID = printers.Printers[w.dice.IntN(len(printers.Printers))].ID
	}
	if to == shop.JobPrintingComplete && w.dice.IntN(3) == 0 {
		req.FailedCopies = w.dice.IntN(j.Owed + 2)
	}
	moved, err := w.Jobs.Move(ctx, w.anybody(), j.ID, req)
	if err == nil && (moved.Done < j.Done || moved.Version != j.Version+1) {
		w.t.Errorf("%s: %d good copies became %d, version %d became %d", strings.ToLower(string(to)), j.Done, moved.Done, j.Version, moved.Version)
	}
	return err
}
