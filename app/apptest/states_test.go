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

	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
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
	add(o.Copies.Left > 0 && o.State == shop.OrderOpen, "some left")
	for _, j := range jobs {
		text = append(text, string(j.State))
	}
	return strings.Join(text, " ") + ": " + o.Status()
}

// run does what people do, one after the other, each as the order is then.
func (p *play) run(actions []action) {
	p.t.Helper()
	for i, d := range actions {
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
		b, err := s.Catalog.PriceBasis(ctx, tx)
		class = b.Machines.First().ID
		return err
	})
	var mu sync.Mutex
	words := map[string]bool{}
	t.Run("each", func(t *testing.T) {
		for at, c := range orderStates {
			t.Run(c.want, func(t *testing.T) {
				t.Parallel()
				p := &play{Scenario: s, t: t, at: at, admin: &Staff{admin.Client, t}, helper: &Staff{helper.Client, t}, printer: shop.NewID()}
				p.Write(func(ctx context.Context, tx *db.Tx) error {
					return tx.InsertPrinter(ctx, shop.Printer{ID: p.printer, ClassID: class, Name: fmt.Sprintf("Printer %d", at), Status: "ACTIVE"})
				})
				p.run(c.actions)
				if got := s.stateOf(p.o.ID); got != c.want {
					t.Errorf("it is %q", got)
				}
				p.bothDoorsAgree()
				p.everybodyHasAWayOn()
				mu.Lock()
				defer mu.Unlock()
				words[p.o.Status] = true
			})
		}
	})
	for _, word := range statusWords(t) {
		if !words[word] {
			t.Errorf("no order reads %s", word)
		}
	}
	everyStateIsStored(t, s)
}

// bothDoorsAgree holds the customer's page against the staff's.
func (p *play) bothDoorsAgree() {
	p.t.Helper()
	page := p.visitor.Order(p.link)
	if page.Status != p.o.Status || page.StatusMessage == "" || page.StatusMessage != p.o.StatusMessage {
		p.t.Errorf("staff read %s, %q; the customer %s, %q", p.o.Status, p.o.StatusMessage, page.Status, page.StatusMessage)
	}
	if page.InvoiceNumber != shownInvoice(p.o) || page.Paid != p.o.Paid || page.DueBack != p.o.DueBack || page.PaymentComing != p.o.PaymentComing || page.Balance != max(p.o.Balance, 0) {
		p.t.Errorf("staff read %s: %s paid, %s owed, %s due back; the customer %s: %s, %s, %s", p.o.InvoiceNumber, p.o.Paid, p.o.Balance, p.o.DueBack, page.InvoiceNumber, page.Paid, page.Balance, page.DueBack)
	}
	if !slices.Equal(page.PayMethods, p.o.PayMethods) || (page.Balance > 0 && page.DueBack == 0 && page.Status != "in_review" && page.Status != "stopped" && !page.PaymentComing) != (len(page.PayMethods) > 0) {
		p.t.Errorf("%s is owed, to be paid by %v; staff read %v", page.Balance, page.PayMethods, p.o.PayMethods)
	}
	told := p.o.Balance == 0 || p.o.State == shop.OrderCancelled || p.o.State == shop.OrderRefused || len(page.PayMethods) > 0 || page.PaymentComing
	if told != (page.PayNote == "") {
		p.t.Errorf("of %s, to be paid by %v, the customer reads %q", p.o.Balance, page.PayMethods, page.PayNote)
	}
	if next := p.o.Next; next != "" && !slices.Contains(p.o.Actions, p.o.Next) {
		p.t.Errorf("%s comes first of %v", next, p.o.Actions)
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

// everybodyHasAWayOn holds what each role is offered against how the order stands: it is brought on, or its page says why not, and
// nothing is offered that is refused.
func (p *play) everybodyHasAWayOn() {
	p.t.Helper()
	for role, staff := range map[string]*Staff{"an admin": p.admin, "a helper": p.helper} {
		o, err := Get[order.StaffOrderView](p.t.Context(), staff.Client, "/api/orders/"+p.o.ID)
		if err != nil {
			p.t.Fatal(err)
		}
		may := func(actions ...string) bool {
			return slices.ContainsFunc(actions, func(a string) bool { return slices.Contains(o.Actions, a) })
		}
		moves := slices.ContainsFunc(o.Jobs, func(j shop.Job) bool { return len(j.Next) > 0 && j.State != shop.JobCancelled })
		over := o.State != shop.OrderOpen && o.Balance <= 0
		if o.DueBack > 0 && o.Next == "" && role == "an admin" {
			p.t.Errorf("%s is to be sent back, and nothing comes first of %v", o.DueBack, o.Actions)
		}
		switch {
		case o.Next != "" || moves || o.PaymentComing || over || o.DueBack > 0 || o.OpenRefunds > 0:
		case may("cancel", "cancel_rest", "lift_hold", "write_off", "undo_write_off", "requeue"):
		case role == "a helper" && o.Hold != "" && (o.Disputed > 0 || o.Undecided > 0): // a bank decides, then an admin: its page says so
		default:
			p.t.Errorf("%s is offered no way on but %v", role, o.Actions)
		}
		lowered := role == "a helper" && o.Paid > 0 && o.Adjusted > 0 // what is put back costs again what it did, which an admin decides
		if o.Status == "stopped" && !lowered && (!may("requeue") || o.Next != "requeue" && o.Next != "answer_refund") {
			p.t.Errorf("%s of what is stopped does %q first of %v", role, o.Next, o.Actions)
		}
		left := slices.ContainsFunc(o.Copies, func(c shop.ItemCopies) bool { return c.Left > 0 })
		for _, j := range o.Jobs {
			rest := o.State == shop.OrderOpen && left && j.Last && o.Total > 0 && !j.State.Final()
			if rest && (j.Rest != may("cancel_rest") || slices.Contains(j.Next, shop.JobCancelled)) || !rest && j.Rest {
				p.t.Errorf("%s of the job %s, which is the rest: %v, is offered its rest: %v, and %v", role, j.State, rest, j.Rest, j.Next)
			}
		}
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
	"orders.state": {}, "orders.review": {}, "payments.state": {}, "disputes.state": {}, "refunds_due.state": {},
	"jobs.state":     {"SHIPPED": "no job is any more: copies leave by handovers"},
	"invoices.state": {},
	"checkout_sessions.state": {
		"intent": "it lasts while Stripe is asked", "failed": "a page on which nothing was paid expires",
	},
}

// everyStateIsStored holds what the plays left behind against what the tables' CHECKs allow.
func everyStateIsStored(t *testing.T, s *Scenario) {
	t.Helper()
	for _, column := range slices.Sorted(maps.Keys(stateColumns)) {
		table, name, _ := strings.Cut(column, ".")
		stored := dbtest.Texts(t, s.Path, `SELECT DISTINCT `+name+` FROM `+table)
		m := regexp.MustCompile(`CREATE TABLE ` + table + ` \((?s:.*?)\n  ` + name + ` TEXT NOT NULL[^\n]* CHECK \(` + name + ` IN \(([^)]*)\)`).FindStringSubmatch(dbtest.Schema(t))
		if m == nil {
			t.Errorf("%s has no CHECK of its states", column)
			continue
		}
		for _, quoted := range strings.Split(m[1], ", ") {
			state := strings.Trim(quoted, "'")
			switch why, left := stateColumns[column][state]; {
			case slices.Contains(stored, state) && left:
				t.Errorf("%s is %s, and was left out because %s", column, state, why)
			case !slices.Contains(stored, state) && !left:
				t.Errorf("no play has %s %s", column, state)
			}
		}
	}
}
