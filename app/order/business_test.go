package order_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// A business is kept with its order as it was checked: the customer and staff read it, and the invoice has the number of its
// purchase order.
func TestAnOrderForABusiness(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	typed := shop.Business{Company: " Analytical Engines ", TaxNumber: "51-824 753 556", PONumber: "4500-17", InvoiceEmail: "accounts@engines.example"}
	kept := shop.Business{Company: "Analytical Engines", TaxNumber: "51824753556", PONumber: "4500-17", InvoiceEmail: "accounts@engines.example"}

	cartID := c.NewCart()
	block := apptest.Block(20, 20, 10)
	c.Begin(cartID, "block.stl", block, len(block))
	c.AwaitSliced(cartID)
	v, err := c.Carts.Get(t.Context(), shop.Visitor(cartID))
	if err != nil {
		t.Fatal(err)
	}
	req := apptest.Order(shop.ByTransfer, v.Price.Total)
	req.Contact.Business = typed
	req.Contact.Business.TaxNumber = "51 824 753 557"
	if _, err := c.Orders.Checkout(t.Context(), shop.Visitor(cartID), req, nil); !shop.IsCode(err, "buyer_abn_malformed") || shop.FieldOf(err) != "contact.business.tax_number" {
		t.Errorf("an ABN that does not add up: %v", err)
	}
	req.Contact.Business = typed
	placed, err := c.Orders.Checkout(t.Context(), shop.Visitor(cartID), req, nil)
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: placed.OrderNumber})
	if err != nil || len(list.Orders) != 1 || list.Orders[0].Company != kept.Company {
		t.Fatalf("%+v, %v", list, err)
	}
	staff, err := c.Orders.StaffOrder(t.Context(), grace, list.Orders[0].ID)
	if err != nil || staff.Contact.Business != kept {
		t.Errorf("staff read %+v, %v", staff.Contact, err)
	}
	customer, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(staff.ID), "/")
	if err != nil || customer.Contact.Business != kept {
		t.Errorf("the customer reads %+v, %v", customer.Contact, err)
	}
	if inv, err := c.Billing.Invoice(t.Context(), grace, staff.InvoiceID); err != nil || inv.PONumber != kept.PONumber {
		t.Errorf("the invoice has %q, %v", inv.PONumber, err)
	}
	invoices, err := c.Billing.Invoices(t.Context(), grace, billing.InvoiceFilter{Tab: "all", Query: kept.Company})
	if err != nil || len(invoices.Invoices) != 1 || invoices.Invoices[0].Company != kept.Company {
		t.Errorf("found by its company are the invoices %+v, %v", invoices.Invoices, err)
	}

	who, counter := atTheCounter(t, c, 24_30)
	counter.Contact.Business = typed
	counter.Contact.Business.Company = " "
	if _, err := c.Orders.TakeCounterOrder(t.Context(), who, counter); !shop.IsCode(err, "company_length") {
		t.Errorf("without a company: %v", err)
	}
	counter.Contact.Business = typed
	taken, err := c.Orders.TakeCounterOrder(t.Context(), who, counter)
	if err != nil {
		t.Fatal(err)
	}
	if staff, err = c.Orders.StaffOrder(t.Context(), grace, taken.OrderID); err != nil || staff.Contact.Business != kept {
		t.Errorf("of the counter order staff read %+v, %v", staff.Contact, err)
	}
}
