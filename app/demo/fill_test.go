package demo_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/app"
	"buildplate/app/account"
	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
	"buildplate/app/demo"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
	"buildplate/storage"
)

func TestMain(m *testing.M) { slicertest.Main(m) }

// sample is a sample shop, filled.
type sample struct {
	*app.App
	db     *db.DB
	stripe *stripetest.Server
	filled demo.Filled
	data   string
	admin  shop.Actor
	close  func()
}

// fill fills a shop; engine "" is a stub.
func fill(t *testing.T, engine string) *sample {
	t.Helper()
	s := &sample{data: t.TempDir()}
	log := slog.New(slog.DiscardHandler)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	clock := &demo.Clock{}
	var err error
	s.db, err = db.Open(t.Context(), filepath.Join(s.data, "buildplate.db"), dbtest.Schema(t), db.Options{Log: log, Now: clock.Now})
	must(err)
	store, err := storage.Open(s.data, storage.Options{Reserve: -1, Log: log})
	must(err)
	var slice *slicer.Slicer
	if engine == "" {
		slice, err = slicer.With(slicertest.Stub{}, slicer.Options{Dir: filepath.Join(s.data, "slicing")})
	} else {
		slice, err = slicer.New(t.Context(), slicer.Options{Engine: engine, Dir: filepath.Join(s.data, "slicing")})
	}
	must(err)
	s.stripe, err = stripetest.Start("127.0.0.1:0", stripetest.Options{Key: setting.DemoStripeKey, WebhookSecret: setting.DemoWebhookSecret, Now: clock.Now, Log: log})
	must(err)
	s.App, err = app.New(t.Context(), app.Deps{DB: s.db, Files: store, Slicer: slice, Log: log, Config: app.Config{
		Config: setting.Config{Demo: true, LocalURL: "http://localhost:8081"}, StripeURL: s.stripe.URL(), Version: "test", Printers: demo.Printers(),
	}})
	must(err)
	must(s.Work(t.Context()))
	s.close = func() {
		s.Close()
		for _, c := range []func() error{slice.Close, s.stripe.Close, store.Close, s.db.Close} {
			if err := c(); err != nil {
				t.Error(err)
			}
		}
		s.close = func() {}
	}
	t.Cleanup(func() { s.close() })
	s.filled, err = demo.Fill(t.Context(), demo.Shop{App: s.App, Cards: s.stripe, Clock: clock})
	must(err)
	s.admin, _, err = s.Accounts.Login(t.Context(), account.From{Console: true}, demo.Admin.Email, demo.Admin.Password)
	must(err)
	return s
}

// orders are all of a shop's, the first one first.
func (s *sample) orders(t *testing.T) (all []order.StaffOrderView) {
	t.Helper()
	list, err := s.Orders.Orders(t.Context(), s.admin, order.OrderFilter{Tab: "all"})
	if err != nil || list.Next != "" {
		t.Fatal(list.Next, err)
	}
	for _, row := range slices.Backward(list.Orders) {
		o, err := s.Orders.StaffOrder(t.Context(), s.admin, row.ID)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

// notInTheSample are the states that nothing in the sample shop has, and why.
var notInTheSample = map[string]string{
	"DisputeState won":          "a bank decides after weeks; the sample's dispute is of last week",
	"DisputeState lost":         "as one that is won",
	"InvoiceState WRITTEN_OFF":  "nobody writes off an invoice of three weeks ago",
	"PaymentState needs_review": "it comes by a payment page that the shop does not know, and the stand-in has none",
	"PaymentState returned":     "the payment that came twice still waits for an admin",
	"PaymentState reversed":     "nobody mistypes in the sample",
}

// constantsOf are the values of the constants of one of shop's types of text, as its source has them: a state that is added is
// asked for.
func constantsOf(t *testing.T, name string) (values []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dbtest.Root(t), "app", "shop", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if of, ok := spec.Type.(*ast.Ident); ok && of.Name == name {
				for _, v := range spec.Values {
					if text, ok := v.(*ast.BasicLit); ok && text.Kind == token.STRING {
						values = append(values, strings.Trim(text.Value, `"`))
					}
				}
			}
			return true
		})
	}
	if len(values) < 3 {
		t.Fatalf("shop has only %q of the type %s", values, name)
	}
	return values
}

// The sample shop has something of everything, and nothing of it is amiss.
func TestFill(t *testing.T) {
	s := fill(t, "")
	all := s.orders(t)
	states, methods := map[string]int{}, map[string]int{}
	seen := map[string]map[string]int{} // a type of shop's -> a state of it -> how many
	for _, of := range []string{"JobState", "OrderState", "InvoiceState", "PaymentState", "DisputeState"} {
		seen[of] = map[string]int{}
	}
	refunds, unapplied, part, half := 0, 0, 0, 0
	for _, o := range all {
		if (o.State == shop.OrderCancelled || o.State == shop.OrderRefused) && (o.Hold != "" || slices.ContainsFunc(o.Jobs, func(j shop.Job) bool { return j.Hold != "" })) {
			t.Errorf("order %s is closed, and on hold", o.Number)
		}
		states[o.Status]++
		seen["OrderState"][string(o.State)]++
		seen["InvoiceState"][string(o.InvoiceState)]++
		refunds += len(o.RefundRows)
		if o.Paid > 0 && o.Balance > 0 && len(o.RefundRows) == 0 {
			part++
		}
		for _, p := range o.Payments {
			methods[p.Method]++
			seen["PaymentState"][p.State]++
			if p.State != string(shop.PaymentSettled) {
				unapplied++
			}
		}
		for _, j := range o.Jobs {
			seen["JobState"][string(j.State)]++
			if j.State == shop.JobPrinting && j.Failed > 0 && j.Done == j.Owed && j.Running > j.Started {
				half++
			}
		}
	}
	for _, want := range []string{"in_review", "awaiting_payment", "awaiting_release", "paid", "in_queue", "in_production", "ready_to_collect", "ready_to_send", "shipped", "completed", "cancelled", "refused", "on_hold"} {
		if states[want] == 0 {
			t.Errorf("no order is %s: %v", want, states)
		}
	}
	err := s.db.Read(t.Context(), func(tx *db.Tx) error {
		for _, o := range all {
			disputes, err := tx.Disputes(t.Context(), o.InvoiceID)
			if err != nil && o.InvoiceID != "" {
				return err
			}
			for _, d := range disputes {
				seen["DisputeState"][string(d.State)]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for of, states := range seen {
		for _, want := range constantsOf(t, of) {
			if reason, absent := notInTheSample[of+" "+want]; (states[want] == 0) != absent {
				t.Errorf("%d are %s %s: %v; left out because %q", states[want], of, want, states, reason)
			}
		}
	}
	if !slices.Equal(slices.Sorted(maps.Keys(methods)), []string{"card", "cash", "transfer"}) || refunds != 1 || unapplied != 1 || part != 1 || half != 1 {
		t.Errorf("paid by %v, %d refunds, %d unapplied payments, %d paid in part, %d half printed", methods, refunds, unapplied, part, half)
	}
	if guest, err := s.Accounts.GuestByLink(t.Context(), apptest.Token(s.filled.Order)); err != nil || guest.OrderID == "" {
		t.Errorf("the customer's link leads to %+v, %v", guest, err)
	}
	status, err := s.Ops.Status(t.Context(), s.admin)
	if err != nil || len(status.Alarms) != 2 || status.Alarms[0].Kind != shop.AlarmPayment || status.Alarms[1].Kind != shop.AlarmDispute || status.Queue != 0 || status.Degraded != "" {
		t.Errorf("the status: %+v, %v", status, err)
	}
	if err := s.Schedule(t.Context()); err != nil {
		t.Fatal(err)
	}
	work, err := s.Ops.Tasks(t.Context(), s.admin, "")
	if err != nil || len(work.Tasks) != 0 {
		t.Errorf("work that gave up: %+v, %v", work.Tasks, err)
	}
	// The clock went on by three weeks in a moment, and nobody takes it for wrong.
	if err := s.Tasks.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = s.db.Read(t.Context(), func(tx *db.Tx) error {
		c, err := tx.Clock(context.Background())
		if c.Held != db.ClockTrusted {
			t.Errorf("the clock is held: %+v", c)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if again := s.orders(t); len(again) != len(all) {
		t.Errorf("%d orders, then %d", len(all), len(again))
	}
	s.close()
	if b := apptest.Audit(t, s.data, apptest.Stopped); len(b.Orders) != len(all) || b.Returned != 1 {
		t.Errorf("the audit: %+v", b)
	}
}

// summary is what must be the same in every sample shop.
type summary struct {
	Number, Customer, Status, Hold string
	Total, Paid, Balance           shop.Cents
	Jobs, Payments, Files          []string
}

func summaryOf(o order.StaffOrderView) summary {
	v := summary{Number: o.Number, Customer: o.Customer, Status: o.Status, Hold: o.Hold, Total: o.Total, Paid: o.Paid, Balance: o.Balance}
	for _, j := range o.Jobs {
		v.Jobs = append(v.Jobs, string(j.State)+" "+j.Title+" on "+j.Printer)
	}
	for _, p := range o.Payments {
		v.Payments = append(v.Payments, p.Method+" "+p.State+" "+p.Amount.String())
	}
	for _, f := range o.Files {
		sum := f.SHA256
		if f.Kind == "settings" { // names the material, whose id is another in each shop
			sum = ""
		}
		v.Files = append(v.Files, f.Kind+" "+f.Name+" "+sum)
	}
	slices.Sort(v.Files)
	return v
}

// The sample shop is the same every time, down to the G-code, with the shop's own engine.
func TestFillIsTheSameEveryTime(t *testing.T) {
	if testing.Short() {
		t.Skip("it slices everything twice")
	}
	engine := apptest.FastestEngine()
	if engine == "embedded" && !slicer.EmbeddedEngine().Built || !slicer.Built() {
		need.Without(t, "cura", "there is no engine to slice with: run `make build`")
	}
	first, second := fill(t, engine).orders(t), fill(t, engine).orders(t)
	if len(first) != len(second) {
		t.Fatalf("%d orders, then %d", len(first), len(second))
	}
	for i := range first {
		a, b := summaryOf(first[i]), summaryOf(second[i])
		if !equal(a, b) {
			t.Errorf("an order is\n%+v\nand the next time\n%+v", a, b)
		}
	}
}

func equal(a, b summary) bool {
	return a.Number == b.Number && a.Customer == b.Customer && a.Status == b.Status && a.Hold == b.Hold && a.Total == b.Total && a.Paid == b.Paid && a.Balance == b.Balance &&
		slices.Equal(a.Jobs, b.Jobs) && slices.Equal(a.Payments, b.Payments) && slices.Equal(a.Files, b.Files)
}
