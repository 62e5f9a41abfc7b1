package apptest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"buildplate/app/account"
	"buildplate/app/demo"
	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/storage/failpoint"
)

// A sample shop that is cut off while it is made never opens: the next start makes it anew, whole, and those after it
// leave it as it is.
func TestSampleShopIsWholeOrNotThere(t *testing.T) {
	o := Options{Data: t.TempDir(), Sample: true, Env: []string{failpoint.Env + "=demo.placed:2"}}
	cut, greeted, err := launch(Binary(t), t.TempDir, o)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-greeted:
		t.Fatal("the shop opened its doors before its sample was whole")
	case <-cut.done:
	case <-time.After(startTimeout):
		t.Fatal("the shop did not come to its second order")
	}
	o.Env = nil
	p := Start(t, o)
	_, first := sampleOrders(t, p)
	if len(first) != 22 || first[0] != "ORD-1022" || first[21] != "ORD-1001" {
		t.Errorf("the sample shop has the orders %v", first)
	}
	if seen, err := NewClient(p.Public).OrderAt(t.Context(), p.Order); err != nil || seen.Number == "" {
		t.Errorf("the greeting shows the order %+v, %v", seen, err)
	}
	p.Stop(t)
	p = Start(t, o)
	staff, again := sampleOrders(t, p)
	if !slices.Equal(again, first) || p.Order == "" || p.SetupToken != "" {
		t.Errorf("after a restart the orders are %v, and the greeting shows %q and %q", again, p.Order, p.SetupToken)
	}
	// The stand-in has forgotten the card page that was open, and another one opens.
	unpaid := staff.Find("ORD-1016")
	page, err := Post[struct {
		PayURL string `json:"pay_url"`
	}](t.Context(), staff.Client, "/api/invoices/"+unpaid.InvoiceID+"/stripe-session", nil)
	if _, err := staff.Pay(t.Context(), must(t, page, err).PayURL); err != nil {
		t.Fatal(err)
	}
	Await(t, "the payment of "+unpaid.Number, func() bool { return staff.Find(unpaid.Number).InvoiceState == shop.Paid })
	status, err := Get[ops.StatusView](t.Context(), staff.Client, "/api/status")
	kinds := map[shop.AlarmKind]int{}
	for _, a := range must(t, status, err).Alarms {
		kinds[a.Kind]++
	}
	if want := (map[shop.AlarmKind]int{shop.AlarmPayment: 1, shop.AlarmDispute: 1}); !maps.Equal(kinds, want) { // the story's own
		t.Errorf("the alarms are %v", kinds)
	}
	p.Stop(t)
	if b := Audit(t, p.Data, Stopped); len(b.Orders) != len(first) || b.Swept != 0 {
		t.Errorf("the audit: %+v", b)
	}
}

// sampleOrders logs in as the sample shop's staff, and lists the numbers of all orders.
func sampleOrders(t *testing.T, p *Process) (staff *Staff, numbers []string) {
	t.Helper()
	staff = &Staff{NewClient(p.Shop), t}
	_, err := Post[account.UserView](t.Context(), staff.Client, "/api/auth/login", map[string]string{"email": demo.Staff.Email, "password": demo.Staff.Password})
	if err != nil {
		t.Fatal(err)
	}
	list, err := Get[order.OrderListView](t.Context(), staff.Client, "/api/orders?tab=all")
	for _, row := range must(t, list, err).Orders {
		numbers = append(numbers, row.Number)
	}
	return staff, numbers
}
