package apptest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
	"buildplate/db/dbtest"
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

// deed is one thing that somebody does to the order.
type deed func(*play)

func (p *play) see() { p.o = p.admin.Find(p.o.Number) }

// placedBy places an order of blocks: several are parts of their own, with jobs of their own.
func placedBy(by shop.PaymentMethod, to shop.DeliveryMethod, blocks int) deed {
	return func(p *play) {
		p.visitor = NewVisitor(p.t, p)
		for i := range blocks {
			p.visitor.Drop(fmt.Sprintf("block %d.stl", i), Block(20, 20, float64(5+i)+float64(p.at)/256))
		}
		if _, err := p.visitor.WaitSliced(p.t.Context(), blocks); err != nil {
			p.t.Fatal(err)
		}
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
}

func by(method shop.PaymentMethod) deed { return placedBy(method, shop.Pickup, 1) }

func act(what string, body map[string]any) deed {
	return func(p *play) { p.admin.Act(p.o.ID, what, body) }
}

var (
	approve   = act("approve", map[string]any{"message": "Here is the price."})
	refuse    = act("refuse", map[string]any{"reason": "Not this."})
	destroy   = act("refuse", map[string]any{"reason": "Not this.", "delete_files": true})
	cancel    = act("cancel", map[string]any{"reason": "Not any more."})
	release   = act("release", nil)
	lift      = act("lift-hold", map[string]any{"reason": "It is settled."})
	costsLess = act("refund-answer", map[string]any{"answer": "lowered"})
	owedAgain = act("refund-answer", map[string]any{"answer": "owed"})
	handOver  = act("hand-over", map[string]any{"method": "terminal"})
)

// takes takes so much of what is owed at the counter.
func takes(percent shop.Cents) deed {
	return func(p *play) { p.helper.Takes(p.o, shop.ByTransfer, p.o.Balance*percent/100) }
}

func paysByCard(p *play) { p.visitor.PaysOn(p.payURL) }

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
func byStripe(what func(p *play, reference string) error) deed {
	return func(p *play) {
		if err := what(p, p.o.Payments[0].Reference); err != nil {
			p.t.Fatal(err)
		}
		p.Stripe.Wait()
	}
}

func refunded(percent shop.Cents) deed {
	return byStripe(func(p *play, id string) error { return p.Stripe.Refund(id, int64(p.o.Paid*percent/100)) })
}

var disputed = byStripe(func(p *play, id string) error {
	_, err := p.Stripe.Dispute(id)
	return err
})

func disputeEnds(won bool) deed {
	return byStripe(func(p *play, id string) error {
		dispute, err := p.Stripe.Dispute(id)
		if err == nil {
			p.Stripe.Wait()
			err = p.Stripe.CloseDispute(dispute, won)
		}
		return err
	})
}

// decide is what an admin says of the order's latest payment.
func decide(what string) deed {
	return func(p *play) {
		pay := p.o.Payments[len(p.o.Payments)-1]
		_, err := Post[any](p.t.Context(), p.admin.Client, "/api/payments/"+pay.ID+"/"+what, map[string]any{"version": pay.Version, "reason": "A test."})
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

func sendsBack(p *play) {
	_, err := Post[any](p.t.Context(), p.admin.Client, "/api/payments/"+p.o.RefundsDue[0].PaymentID+"/refund-sent", map[string]any{"reference": "in cash"})
	if err != nil {
		p.t.Fatal(err)
	}
}

// stray is money that fits no invoice, as after a restored backup.
func stray(state shop.PaymentState) deed {
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
func moves(at int, to ...shop.JobState) deed {
	return func(p *play) {
		j := p.o.Jobs[at]
		for _, state := range to {
			req := job.MoveRequest{State: state, Version: j.Version}
			if state == shop.JobPrinting {
				req.PrinterID = p.printer
			}
			var err error
			if j, err = Post[shop.Job](p.t.Context(), p.helper.Client, "/api/jobs/"+j.ID+"/status", req); err != nil {
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
	shipped = append(slices.Clone(packed), shop.JobShipped)
)

// stateOf is an order's state in one line: what is stored, its jobs' and the word that people read for all of it.
func (s *Scenario) stateOf(id string) string {
	var o *shop.Order
	var jobs []shop.Job
	var disputes []shop.Dispute
	s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		if o, err = tx.Order(ctx, id); err != nil {
			return err
		}
		if jobs, err = tx.JobsOf(ctx, id); err != nil || o.Invoice == nil {
			return err
		}
		disputes, err = tx.Disputes(ctx, o.Invoice.ID)
		return err
	})
	text := []string{string(o.State), string(o.Review)}
	switch v := o.Invoice; {
	case v == nil:
		text = append(text, "-")
	case v.Paid == 0:
		text = append(text, string(v.State))
	case v.Balance() > 0:
		text = append(text, string(v.State)+", in part")
	case v.Balance() < 0:
		text = append(text, string(v.State)+", too much")
	default:
		text = append(text, string(v.State))
	}
	add := func(is bool, word string) {
		if is {
			text = append(text, word)
		}
	}
	add(o.Released != 0, "released")
	add(o.Refunded() > 0, "refunded")
	for _, d := range disputes {
		text = append(text, "dispute "+string(d.State))
	}
	add(o.Hold != "", "held")
	for _, j := range jobs {
		text = append(text, string(j.State))
	}
	return strings.Join(text, " ") + ": " + o.Status()
}

// run does what people do, one after the other, each as the order is then.
func (p *play) run(deeds []deed) {
	p.t.Helper()
	for i, d := range deeds {
		if d(p); i == 0 && p.link == "" {
			p.t.Fatal("an order begins with being placed")
		}
		p.see()
	}
}

// Every state that an order can be in is reached by what people do, reads back as it is through both doors, and has its word.
func TestEveryStateOfAnOrder(t *testing.T) {
	s := NewScenario(t, Setup{})
	admin := SetUp(t, s)
	helper := Helper(t, s)
	v := admin.Settings()
	v.PickupLimit, v.BankDetails = 1000_00, "BSB 062-000, account 1234 5678"
	admin.Save(v)
	var class string
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		o, err := s.Catalog.Offer(ctx, tx)
		class = o.Class.ID
		return err
	})
	var mu sync.Mutex
	words, stored := map[string]bool{}, map[string]bool{}
	t.Run("each", func(t *testing.T) {
		for at, c := range orderStates {
			t.Run(c.want, func(t *testing.T) {
				t.Parallel()
				p := &play{Scenario: s, t: t, at: at, admin: &Staff{admin.Client, t}, helper: &Staff{helper.Client, t}, printer: shop.NewID()}
				s.Write(func(ctx context.Context, tx *db.Tx) error {
					return tx.InsertPrinter(ctx, shop.Printer{ID: p.printer, ClassID: class, Name: fmt.Sprintf("Printer %d", at), Status: "ACTIVE"})
				})
				p.run(c.deeds)
				if got := s.stateOf(p.o.ID); got != c.want {
					t.Errorf("it is %q", got)
				}
				p.bothDoorsAgree()
				mu.Lock()
				defer mu.Unlock()
				words[p.o.Status] = true
				p.storedStates(stored)
			})
		}
	})
	for _, word := range statusWords(t) {
		if !words[word] {
			t.Errorf("no order reads %s", word)
		}
	}
	everyStateWasStored(t, stored)
}

// bothDoorsAgree holds the customer's page against the staff's.
func (p *play) bothDoorsAgree() {
	p.t.Helper()
	page := p.visitor.Order(p.link)
	if page.Status != p.o.Status || page.StatusMessage == "" || page.StatusMessage != p.o.StatusMessage {
		p.t.Errorf("staff read %s, %q; the customer %s, %q", p.o.Status, p.o.StatusMessage, page.Status, page.StatusMessage)
	}
	if page.InvoiceNumber != p.o.InvoiceNumber || page.Paid != p.o.Paid || page.DueBack != p.o.DueBack || page.PaymentComing != p.o.PaymentComing || page.Balance != max(p.o.Balance, 0) {
		p.t.Errorf("staff read %s: %s paid, %s owed, %s due back; the customer %s: %s, %s, %s", p.o.InvoiceNumber, p.o.Paid, p.o.Balance, p.o.DueBack, page.InvoiceNumber, page.Paid, page.Balance, page.DueBack)
	}
	if !slices.Equal(page.PayMethods, p.o.PayMethods) || (page.Balance > 0 && page.DueBack == 0 && page.Status != "in_review" && !page.PaymentComing) != (len(page.PayMethods) > 0) {
		p.t.Errorf("%s is owed, to be paid by %v; staff read %v", page.Balance, page.PayMethods, p.o.PayMethods)
	}
	list := get[order.OrderListView](p, "/api/orders?tab=all&q="+p.o.Number)
	if len(list.Orders) != 1 || list.Orders[0].Status != p.o.Status || list.Orders[0].Balance != p.o.Balance {
		p.t.Errorf("the list has %+v", list.Orders)
	}
	for _, j := range p.o.Jobs {
		for _, it := range page.Items {
			if it.ID == j.ItemID && it.JobState != j.State {
				p.t.Errorf("%s is %s, the customer reads %s", j.Title, j.State, it.JobState)
			}
		}
	}
	if a, err := p.visitor.Send(p.t.Context(), http.MethodGet, "/api/orders/"+p.o.ID, nil); err == nil && a.Status == http.StatusOK {
		p.t.Error("the customer's door shows the staff's page")
	}
}

// statusWords are what the API says that an order's status may be.
func statusWords(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dbtest.Root(t), "app", "order", "view_customer.go"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`json:"status" enum:"([a-z_,]+)"`).FindSubmatch(text)
	if m == nil {
		t.Fatal("the customer's page has no status")
	}
	return strings.Split(string(m[1]), ",")
}

// stateColumns are the columns whose states this is about, and those of their states that nothing brings about here.
var stateColumns = map[string]map[string]string{
	"orders.state": {}, "orders.review": {}, "jobs.state": {}, "payments.state": {}, "disputes.state": {}, "refunds_due.state": {},
	"invoices.state": {"WRITTEN_OFF": "nothing writes an invoice off yet"},
	"checkout_sessions.state": {
		"intent": "it lasts while Stripe is asked", "failed": "a page on which nothing was paid expires",
	},
}

// storedStates adds what the tables hold now, as "orders.state OPEN".
func (p *play) storedStates(all map[string]bool) {
	for column := range stateColumns {
		table, name, _ := strings.Cut(column, ".")
		for _, state := range dbtest.Texts(p.t, p.Path, `SELECT DISTINCT `+name+` FROM `+table) {
			all[column+" "+state] = true
		}
	}
}

// everyStateWasStored holds what was stored against what the tables' CHECKs allow.
func everyStateWasStored(t *testing.T, stored map[string]bool) {
	t.Helper()
	for _, column := range slices.Sorted(maps.Keys(stateColumns)) {
		table, name, _ := strings.Cut(column, ".")
		m := regexp.MustCompile(`CREATE TABLE ` + table + ` \((?s:.*?)\n  ` + name + ` TEXT NOT NULL[^\n]* CHECK \(` + name + ` IN \(([^)]*)\)`).FindStringSubmatch(dbtest.Schema(t))
		if m == nil {
			t.Errorf("%s has no CHECK of its states", column)
			continue
		}
		for _, quoted := range strings.Split(m[1], ", ") {
			state := strings.Trim(quoted, "'")
			switch why, left := stateColumns[column][state]; {
			case stored[column+" "+state] && left:
				t.Errorf("%s was %s, and was left out because %s", column, state, why)
			case !stored[column+" "+state] && !left:
				t.Errorf("no scenario has %s %s", column, state)
			}
		}
	}
}
