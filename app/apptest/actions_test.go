package apptest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

// play is one order on its way, with who may do something to it.
type play struct {
	*Scenario
	at            int // among the plays: no two order the same models
	t             *testing.T
	admin, helper *Staff
	visitor       *Visitor
	link, payURL  string
	printer       string // its own, or it would wait for another's
	o             order.StaffOrderView
}

// action is one thing that somebody does to the order.
type action func(*play)

// Write changes the database behind the shop's back; what goes wrong fails this play, and no other.
func (p *play) Write(fn func(context.Context, *db.Tx) error) {
	p.t.Helper()
	ctx := p.t.Context()
	if err := p.DB.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		p.t.Fatal(err)
	}
}

// see reads the order again, and holds how it stands against what no order comes to.
func (p *play) see() {
	p.t.Helper()
	p.o = p.admin.Find(p.o.Number)
	p.Read(func(ctx context.Context, tx *db.Tx) error {
		found, err := standsOddly(ctx, tx, p.o.ID)
		if found != "" {
			p.t.Error(found)
		}
		return err
	})
}

// placedBy places an order of blocks: several are parts of their own, with jobs of their own.
func placedBy(by shop.PaymentMethod, to shop.DeliveryMethod, blocks int) action {
	return func(p *play) {
		p.visitor = NewVisitor(p.t, p)
		for i := range blocks {
			p.visitor.Drop(fmt.Sprintf("block %d.stl", i), p.block(i))
		}
		if _, err := p.visitor.WaitSliced(p.t.Context(), blocks); err != nil {
			p.t.Fatal(err)
		}
		p.order(by, to)
	}
}

// block is a model that no other play has.
func (p *play) block(i int) []byte { return Block(20, 20, float64(5+i)+float64(p.at)/256) }

// copies places an order of one part in three copies, which is paid by bank transfer.
func copies(p *play) {
	p.visitor = NewVisitor(p.t, p)
	p.visitor.Drop("block.stl", p.block(0))
	cart := p.visitor.Sliced()
	if err := p.visitor.JSON(p.t.Context(), http.MethodPatch, "/api/quick-order/parts/"+cart.Parts[0].ID, map[string]any{"version": cart.Version, "copies": 3}, nil); err != nil {
		p.t.Fatal(err)
	}
	p.visitor.Sliced()
	p.order(shop.ByTransfer, shop.Pickup)
}

// sketched asks for a part of which there is a photo and no model.
func sketched(p *play) {
	p.visitor = NewVisitor(p.t, p)
	p.visitor.Drop("sketch.jpg", fmt.Appendf(nil, "\xff\xd8\xff\xe0 photo %d", p.at))
	p.visitor.Sliced()
	p.order(shop.ByReview, shop.Pickup)
}

// order places an order of what is in the visitor's cart.
func (p *play) order(by shop.PaymentMethod, to shop.DeliveryMethod) {
	req := Order(by, 0)
	if to == shop.Ship {
		req.Delivery = shop.Delivery{Method: shop.Ship, Line1: "1 George St", City: "Sydney", State: "NSW", Postcode: "2000", Country: "AU"}
	}
	if by != shop.ByReview {
		price, err := p.visitor.PriceFor(p.t.Context(), req.Delivery)
		if err != nil {
			p.t.Fatal(err)
		}
		req.ExpectedTotal = price.Price.Total
	}
	placed := p.visitor.Checkout(req)
	p.link, p.payURL, p.o.Number = placed.OrderURL, placed.PayURL, placed.OrderNumber
}

func by(method shop.PaymentMethod) action { return placedBy(method, shop.Pickup, 1) }

func act(what string, body map[string]any) action {
	return func(p *play) { p.admin.Act(p.o.ID, what, body) }
}

var (
	approve         = act("approve", map[string]any{"message": "Here is the price."})
	refuse          = act("refuse", map[string]any{"reason": "Not this."})
	refuseAndDelete = act("refuse", map[string]any{"reason": "Not this.", "delete_files": true})
	cancel          = act("cancel", map[string]any{"reason": "Not any more."})
	release         = act("release", nil)
	lift            = act("lift-hold", map[string]any{"reason": "It is settled."})
	costsLess       = act("refund-answer", map[string]any{"answer": "lowered"})
	owedAgain       = act("refund-answer", map[string]any{"answer": "owed"})
	agree           = act("approve", map[string]any{"adjusted_total": 80_00, "reason": "As agreed."})

	cancelRest = act("cancel-rest", map[string]any{"reason": "Not the rest."})
)

// leaves lets copies of some parts leave the shop, one after the other from the first: all that are here, or so many of each.
// What is owed is paid at the terminal, unless an admin lets them go without.
func leaves(kind shop.HandoverKind, most int, unpaid string, parts ...int) action {
	return func(p *play) {
		req := order.HandOverRequest{Kind: kind, CollectedBy: "Ada Lovelace", Carrier: "Australia Post", TrackingNumber: p.o.Number, UnpaidReason: unpaid}
		by := p.helper
		switch {
		case unpaid != "":
			by = p.admin
		case p.o.Balance > 0:
			req.Method = shop.ByTerminal
		}
		for at, c := range p.o.Copies {
			if c.Here > 0 && (len(parts) == 0 || slices.Contains(parts, at)) {
				req.Items = append(req.Items, shop.HandoverItem{ItemID: c.ItemID, Copies: min(c.Here, most)})
			}
		}
		if h := (shop.Handover{Items: req.Items}); h.Last(p.o.Copies) {
			req.Costs = p.o.HandoverCosts
		}
		by.Act(p.o.ID, "handovers", req)
	}
}

// all is more copies than any order here has.
const all = 1000

var (
	collected  = leaves(shop.Collected, all, "")
	sent       = leaves(shop.Sent, all, "")
	leftUnpaid = leaves(shop.Collected, all, "A regular.")
)

// undo takes back the order's latest handover.
func undo(p *play) {
	h := p.o.Handovers[len(p.o.Handovers)-1]
	path := "/api/orders/" + p.o.ID + "/handovers/" + h.ID + "/undo"
	if _, err := Post[order.StaffOrderView](p.t.Context(), p.helper.Client, path, map[string]any{"version": h.Version, "reason": "The wrong bag."}); err != nil {
		p.t.Fatal(err)
	}
}

// remade has staff decide how the order's only item is made: from a file of theirs.
func remade(as, name string, file func(*play) []byte) action {
	return func(p *play) {
		by := LogIn(p.t, p) // with a cart of their own
		if err := by.Upload(p.t.Context(), name, file(p), Piece); err != nil {
			p.t.Fatal(err)
		}
		cart, err := by.WaitSliced(p.t.Context(), 1)
		if err != nil {
			p.t.Fatal(err)
		}
		by.Act(p.o.ID, "items/"+p.o.Items[0].ID+"/"+as, map[string]any{"part_id": cart.Parts[0].ID})
	}
}

var (
	replaced = remade("model", "vase.stl", func(p *play) []byte { return p.block(0) })
	attached = remade("gcode", "vase.gcode", func(*play) []byte { return []byte(";FLAVOR:Marlin\n;TIME:2375\n;Filament used: 1.57025m\nG28\n") })
)

// takes takes so much of what is owed at the counter.
func takes(percent shop.Cents) action {
	return func(p *play) { p.helper.Takes(p.o, shop.ByTransfer, p.o.Balance*percent/100) }
}

func paysByCard(p *play) { p.visitor.PaysOn(p.payURL) }

// takenBack has the customer take the order back, to change it.
func takenBack(p *play) {
	if _, err := Post[order.TakenBackView](p.t.Context(), p.visitor.Client, "/api/order-links/"+Token(p.link)+"/take-back", nil); err != nil {
		p.t.Fatal(err)
	}
	p.see()
}

// paysLater pays in a way on which the bank still decides.
func paysLater(p *play) {
	sessions := p.Stripe.Sessions()
	mine := slices.IndexFunc(sessions, func(s stripetest.Session) bool { return s.URL == p.payURL })
	if err := p.Stripe.PayLater(sessions[mine].ID); err != nil {
		p.t.Fatal(err)
	}
	p.Stripe.Wait()
}

// byStripe has Stripe do something to the order's card payment, and waits until the shop has heard of it.
func byStripe(what func(p *play, reference string) error) action {
	return func(p *play) {
		if err := what(p, p.o.Payments[0].Reference); err != nil {
			p.t.Fatal(err)
		}
		p.Stripe.Wait()
	}
}

func refunded(percent shop.Cents) action {
	return byStripe(func(p *play, id string) error { return p.Stripe.Refund(id, int64(p.o.Paid*percent/100)) })
}

var disputed = byStripe(func(p *play, id string) error {
	_, err := p.Stripe.Dispute(id)
	return err
})

func disputeEnds(won bool) action {
	return byStripe(func(p *play, id string) error {
		dispute, err := p.Stripe.Dispute(id)
		if err == nil {
			p.Stripe.Wait()
			err = p.Stripe.CloseDispute(dispute, won)
		}
		return err
	})
}

// decides is what an admin says becomes of the order's first payment, which a bank took.
func decides(answer shop.DisputeAnswer) action {
	return func(p *play) {
		pay := p.o.Payments[0]
		_, err := Post[any](p.t.Context(), p.admin.Client, "/api/payments/"+pay.ID+"/dispute-answer", map[string]any{"version": pay.Version, "answer": answer, "reason": "As agreed."})
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

// decide is what an admin says of the order's latest payment.
func decide(what string) action {
	return func(p *play) {
		pay := p.o.Payments[len(p.o.Payments)-1]
		_, err := Post[any](p.t.Context(), p.admin.Client, "/api/payments/"+pay.ID+"/"+what, map[string]any{"version": pay.Version, "reason": "A test."})
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

// aboutInvoice has an admin decide about the order's invoice.
func aboutInvoice(what string) action {
	return func(p *play) {
		_, err := Post[any](p.t.Context(), p.admin.Client, "/api/invoices/"+p.o.InvoiceID+"/"+what, map[string]any{"version": p.o.InvoiceVersion, "reason": "A test."})
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

var writtenOff, writeOffUndone = aboutInvoice("write-off"), aboutInvoice("write-off/undo")

func sendsBack(p *play) {
	_, err := Post[any](p.t.Context(), p.admin.Client, "/api/payments/"+p.o.RefundsDue[0].PaymentID+"/refund-sent", map[string]any{"version": p.o.RefundsDue[0].Version, "reference": "in cash"})
	if err != nil {
		p.t.Fatal(err)
	}
}

// stray is money that fits no invoice, as after a restored backup.
func stray(state shop.PaymentState) action {
	return func(p *play) {
		p.Write(func(ctx context.Context, tx *db.Tx) error {
			id := "pi_" + shop.NewID()
			pay := shop.Payment{
				ID: shop.NewID(), InvoiceID: p.o.InvoiceID, Amount: p.o.Total + 5_00, Currency: "AUD", Method: shop.ByCard, Processor: "elsewhere", ProcessorID: id,
				Reference: id, State: state, Created: tx.Now,
			}
			if err := tx.InsertPayment(ctx, pay); err != nil {
				return err
			}
			return p.Events.Emit(ctx, tx, event.PaymentChanged{ID: pay.ID})
		})
	}
}

// moves moves the order's job of a number on.
func moves(at int, to ...shop.JobState) action {
	return func(p *play) {
		j := p.o.Jobs[at]
		for _, state := range to {
			req := job.MoveRequest{State: state, Version: j.Version}
			switch state {
			case shop.JobPrinting:
				req.PrinterID = p.printer
			case shop.JobReadyToCollect:
				req.Shelf = "B3"
			}
			by := p.helper
			if state == shop.JobCancelled && p.o.Paid > 0 {
				by, req.Reason = p.admin, "No more black." // it is an admin's to cancel what was paid for, for a reason
			}
			var err error
			if j, err = Post[shop.Job](p.t.Context(), by.Client, "/api/jobs/"+j.ID+"/status", req); err != nil {
				p.t.Fatalf("%s: %v", state, err)
			}
		}
	}
}

func get[T any](p *play, path string) T {
	v, err := Get[T](p.t.Context(), p.helper.Client, path)
	return must(p.t, v, err)
}

var (
	printed = []shop.JobState{shop.JobPrinting, shop.JobPrintingComplete}
	packed  = append(slices.Clone(printed), shop.JobPackaging)
	shelved = append(slices.Clone(packed), shop.JobReadyToCollect)
)
