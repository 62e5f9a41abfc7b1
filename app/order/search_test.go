package order_test

import (
	"errors"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// Staff find an order by who placed it and what was sent from the moment it is placed, and by its invoice's number from
// the moment that has one.
func TestAnOrderIsFoundOnceItIsPlaced(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	finds := func(text, id string) {
		t.Helper()
		list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: text})
		if err != nil || len(list.Orders) != 1 || list.Orders[0].ID != id || list.Counts["all"] != 1 {
			t.Errorf("%q finds %+v, %v", text, list, err)
		}
	}
	place := func(file string, contact shop.Contact) (id string) {
		t.Helper()
		cart := c.NewCart()
		c.Drop(cart, file, photo)
		req := apptest.Order(shop.ByReview, 0)
		req.Contact = contact
		placed, err := c.Orders.Checkout(t.Context(), shop.Visitor(cart), req, nil)
		if err != nil {
			t.Fatal(err)
		}
		list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: placed.OrderNumber})
		if err != nil || len(list.Orders) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		return list.Orders[0].ID
	}
	ada := place("hinge.jpg", shop.Contact{Name: "Ada Lovelace", Email: "ada@example.com", Phone: "02 5550 1234"})
	mary := place("clip.jpg", shop.Contact{Name: "Mary Shelley", Email: "mary@example.net", Phone: "0400 111 222"})
	for text, id := range map[string]string{
		"lovelace": ada, "ad": ada, "ada@example.com": ada, "0255501234": ada, "5550 1234": ada, "hinge.jpg": ada,
		"shelley": mary, "ma": mary, "example.net": mary, "0400111222": mary, "clip": mary,
	} {
		finds(text, id)
	}
	acme := place("gear.jpg", shop.Contact{Name: "Tom Baxter", Email: "tom@example.org", Business: shop.Business{Company: "Analytical Engines", TaxNumber: "51 824 753 556", PONumber: "4500-17", InvoiceEmail: "accounts@engines.example"}})
	for _, text := range []string{"analytical", "an", "engines.example", "51824753556", "51 824 753 556", "51-824-753-556", "824 753", "4500-17", "baxter engines"} {
		finds(text, acme)
	}
	price := shop.Cents(30_00)
	v, err := c.Orders.ApproveOrder(t.Context(), grace, ada, order.ApproveRequest{AdjustedTotal: &price, Reason: "agreed by phone"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Billing.TakePayment(t.Context(), grace, v.InvoiceID, 0, shop.ByTransfer, price, ""); err != nil {
		t.Fatal(err)
	}
	list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "paid"})
	if err != nil || len(list.Orders) != 1 || list.Orders[0].InvoiceNumber == "" {
		t.Fatalf("%+v, %v", list, err)
	}
	finds(list.Orders[0].InvoiceNumber, ada)
}

// Its files go, by a person's hand, by age, or with its refusal; their names stay, and people go on remembering the order by them.
func TestAnOrderIsFoundByTheNameOfAFileThatIsGone(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	if _, err := a.Orders.RefuseOrder(t.Context(), helper, o.ID, o.Version, "It must not be made.", true); err != nil {
		t.Fatal(err)
	}
	finds := func(when string) {
		t.Helper()
		list, err := a.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: "vase.jpg"})
		if err != nil || len(list.Orders) != 1 || list.Orders[0].ID != o.ID {
			t.Errorf("%s it finds %+v, %v", when, list, err)
		}
	}
	finds("while they go")
	if err := errors.Join(a.Tasks.RunDue(t.Context()), a.Files.Drain(t.Context())); err != nil {
		t.Fatal(err)
	}
	if v := a.seen(o.ID); len(v.Files) != 0 || len(v.DeletedFiles) == 0 {
		t.Fatalf("%+v", v.Files)
	}
	finds("once they are gone")
}

// What staff put in the place of a photo was called something when they sent it: the order is found by that, once another took its
// place, too, and by the photo.
func TestAnOrderIsFoundByWhatTookThePlaceOfAPhoto(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	finds := func(when string, names ...string) {
		t.Helper()
		for _, name := range names {
			list, err := a.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: name})
			if err != nil || len(list.Orders) != 1 || list.Orders[0].ID != o.ID {
				t.Errorf("%s %s finds %+v, %v", when, name, list, err)
			}
		}
	}
	v, err := a.replaces(o, 0, a.brings("café.stl", apptest.Block(50, 50, 30)), false)
	if err != nil {
		t.Fatal(err)
	}
	finds("replaced", "vase.jpg", "café.stl", "cafe\u0301.stl")
	if v, err = a.replaces(v, 0, a.brings("second.stl", apptest.Block(50, 50, 20)), false); err != nil {
		t.Fatal(err)
	}
	finds("replaced again", "vase.jpg", "café.stl", "second.stl")
	if _, err := a.Orders.RefuseOrder(t.Context(), helper, o.ID, v.Version, "It must not be made.", true); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(a.Tasks.RunDue(t.Context()), a.Files.Drain(t.Context())); err != nil {
		t.Fatal(err)
	}
	finds("deleted", "vase.jpg", "café.stl", "second.stl")
}
