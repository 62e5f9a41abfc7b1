package order_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// A model whose surface is not closed is reviewed first, unless its customer wants it printed anyway: then it is paid at once, and the
// order says so to everybody, also once it came back into the cart.
func TestPrintedAnyway(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	id := c.NewCart()
	who := shop.Visitor(id)
	leaky := apptest.LeakyBlock()
	c.Begin(id, "leaky.stl", leaky, len(leaky))
	c.AwaitSliced(id)
	want := func(anyway bool) {
		t.Helper()
		if _, err := c.Carts.PatchParts(t.Context(), who, 0, nil, shop.ChoicesPatch{PrintAnyway: &anyway}); err != nil {
			t.Fatal(err)
		}
		v, err := c.Carts.Get(t.Context(), who)
		if err != nil || v.CanPay != anyway || v.Parts[0].PrintAnyway != anyway || (len(v.Parts[0].ReviewReasons) == 0) != anyway {
			t.Fatalf("printed anyway: %v; %+v, %v", anyway, v, err)
		}
	}
	want(false)
	want(true)
	want(false)
	want(true)
	v, err := c.Carts.Get(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	placed, err := c.Orders.Checkout(t.Context(), who, apptest.Order(shop.ByTransfer, v.Price.Total), nil)
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: placed.OrderNumber})
	if err != nil || len(list.Orders) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	page, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(list.Orders[0].ID), "/")
	if err != nil || !page.Items[0].PrintAnyway || len(page.ReviewReasons) != 0 {
		t.Errorf("the customer reads %+v, %v", page.Items[0], err)
	}
	if staff := seen(t, c, list.Orders[0].ID); !staff.Items[0].PrintAnyway || len(staff.Items[0].ReviewReasons) != 0 {
		t.Errorf("staff read %+v", staff.Items[0])
	}

	guest := shop.Guest(list.Orders[0].ID)
	guest.CartID = c.NewCart()
	if _, err := c.Orders.TakeBack(t.Context(), guest); err != nil {
		t.Fatal(err)
	}
	if p := c.Parts(guest.CartID)[0]; !p.PrintAnyway {
		t.Errorf("it came back as %+v", p)
	}
	c.AwaitSliced(guest.CartID)
}

// What a person looks at in any case cannot be printed anyway, and of a closed surface nothing is written down.
func TestNothingToAccept(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	id := c.NewCart()
	anyway := true
	if _, err := c.Carts.AddLink(t.Context(), shop.Visitor(id), "https://example.com/model"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{PrintAnyway: &anyway}); !shop.IsCode(err, "nothing_to_accept") || shop.FieldOf(err) != "print_anyway" {
		t.Errorf("a link: %v", err)
	}
	id = c.NewCart()
	block := apptest.Block(20, 20, 10)
	c.Begin(id, "block.stl", block, len(block))
	c.AwaitSliced(id)
	v, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{PrintAnyway: &anyway})
	if err != nil {
		t.Fatal(err)
	}
	placed, err := c.Orders.Checkout(t.Context(), shop.Visitor(id), apptest.Order(shop.ByTransfer, v.Price.Total), nil)
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: placed.OrderNumber})
	if err != nil || len(list.Orders) != 1 || seen(t, c, list.Orders[0].ID).Items[0].PrintAnyway {
		t.Errorf("a block is printed though it is closed: %v", err)
	}
}
