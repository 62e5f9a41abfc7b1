package order_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
)

// An order that cannot be closed keeps its payment page: a refusal changes nothing for the customer who is about to pay.
func TestARefusedClosingLeavesThePaymentPage(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	v := reviewed(t, c, 30_00)
	if err := c.Billing.TakePayment(t.Context(), grace, v.InvoiceID, 0, shop.ByTransfer, 10_00, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Cards.PayByCard(t.Context(), v.InvoiceID); err != nil {
		t.Fatal(err)
	}
	_, byStaff := c.Orders.CancelOrder(t.Context(), helper, v.ID, 0, "a mistake")
	if !shop.IsKind(byStaff, shop.Forbidden) {
		t.Errorf("cancelled by staff: %v", byStaff)
	}
	_, refused := c.Orders.RefuseOrder(t.Context(), grace, v.ID, 0, "a mistake", false)
	if !shop.IsCode(refused, "order_not_in_review") {
		t.Errorf("refused after it was issued: %v", refused)
	}
	if err := c.Orders.DeleteOrder(t.Context(), grace, v.ID, 0); !shop.IsCode(err, "order_not_deletable") {
		t.Errorf("deleted with money: %v", err)
	}
	if all := c.Stripe.Sessions(); len(all) != 1 || all[0].Status != "open" {
		t.Errorf("the payment page: %+v", all)
	}
}

// A void invoice asks for nothing and is no receipt: its number stays with staff, and the customer is not shown it.
func TestACustomerIsNotShownAVoidInvoice(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	v := reviewed(t, c, 30_00)
	v, err := c.Orders.ReleaseOrder(t.Context(), grace, v.ID, 0, "")
	if err != nil || v.InvoiceNumber == "" {
		t.Fatalf("%+v, %v", v.OrderRowView, err)
	}
	if shown := customerOf(t, c, v).InvoiceNumber; shown != v.InvoiceNumber {
		t.Errorf("while it is to be paid, %q is shown", shown)
	}
	if v, err = c.Orders.CancelOrder(t.Context(), grace, v.ID, 0, "a mistake"); err != nil || v.InvoiceState != shop.Void || v.InvoiceNumber == "" {
		t.Fatalf("%+v, %v", v.OrderRowView, err)
	}
	if shown := customerOf(t, c, v); shown.InvoiceNumber != "" {
		t.Errorf("cancelled, %q is shown", shown.InvoiceNumber)
	}
}

// What was paid and is void then stays on its customer's page, by its number: the terms say so, and it is in their books.
func TestACustomerIsToldOfAPaidInvoiceThatIsVoid(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	v := reviewed(t, c, 30_00)
	if err := c.Billing.TakePayment(t.Context(), grace, v.InvoiceID, 0, shop.ByTransfer, 30_00, ""); err != nil {
		t.Fatal(err)
	}
	paid := customerOf(t, c, v)
	if paid.InvoiceNumber == "" || paid.VoidInvoice != "" {
		t.Fatalf("paid, its customer reads %q and %q", paid.InvoiceNumber, paid.VoidInvoice)
	}
	if _, err := c.Orders.CancelOrder(t.Context(), grace, v.ID, 0, "a mistake"); err != nil {
		t.Fatal(err)
	}
	if closed := customerOf(t, c, v); closed.InvoiceNumber != "" || closed.VoidInvoice != paid.InvoiceNumber {
		t.Errorf("cancelled, they read %q and %q", closed.InvoiceNumber, closed.VoidInvoice)
	}
}
