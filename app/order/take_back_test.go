package order_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/event"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// customer is somebody with the link of an order, and no cart of their own yet.
func customer(orderID string) shop.Actor {
	return shop.Guest(orderID).BeginningCart(shop.NewID(), shop.NewCart{TokenHash: shop.HashToken(shop.NewToken())})
}

// backIn reads the cart that somebody took an order back into.
func backIn(t *testing.T, c *apptest.Scenario, who shop.Actor) cart.View {
	t.Helper()
	v, err := c.Carts.Get(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// orderedBy orders what is in a cart, and gives it as staff see it.
func orderedBy(t *testing.T, c *apptest.Scenario, cartID string, by shop.PaymentMethod) (order.StaffOrderView, order.CheckoutView) {
	t.Helper()
	req := apptest.Order(by, 0)
	if by != shop.ByReview {
		req.ExpectedTotal = backIn(t, c, shop.Visitor(cartID)).Price.Total
	}
	req.Contact.Business = shop.Business{Company: "Analytical Engines", PONumber: "4500-17"}
	placed, err := c.Orders.Checkout(t.Context(), shop.Visitor(cartID), req, nil)
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: placed.OrderNumber})
	if err != nil || len(found.Orders) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	return seen(t, c, found.Orders[0].ID), placed
}

// aBlock is an order of a block, which waits for its payment.
func aBlock(t *testing.T, c *apptest.Scenario, by shop.PaymentMethod) (order.StaffOrderView, order.CheckoutView) {
	t.Helper()
	id := c.NewCart()
	block := apptest.Block(20, 20, 10)
	c.Begin(id, "block.stl", block, len(block))
	c.AwaitSliced(id)
	return orderedBy(t, c, id, by)
}

// All of it comes back as it was chosen, at the price that it had, without a new slice; and the order that it becomes is in the place of
// the one before.
func TestAnOrderComesBackAsItWas(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	from := c.NewCart()
	block := apptest.Block(20, 20, 10)
	two := meshtest.ZIP(meshtest.File{Name: "a.stl", Data: apptest.Block(10, 10, 5)}, meshtest.File{Name: "b.stl", Data: apptest.Block(10, 10, 6)})
	c.Begin(from, "block.stl", block, len(block))
	c.Begin(from, "two.zip", two, len(two))
	c.AwaitSliced(from)
	was := backIn(t, c, shop.Visitor(from))
	if len(was.Parts) != 3 {
		t.Fatalf("%+v", was.Parts)
	}
	three, fine, pose := 3, "0.12", shop.Pose{W: 0.8, X: 0.36, Z: 0.48}
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(from), 0, []string{was.Parts[0].ID}, shop.ChoicesPatch{Copies: &three, Quality: &fine, Pose: &pose}); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(from)
	was = backIn(t, c, shop.Visitor(from))
	first, _ := orderedBy(t, c, from, shop.ByTransfer)
	page, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(first.ID), "/")
	if err != nil || !page.Editable || page.TakenBack {
		t.Fatalf("%+v, %v", page, err)
	}

	who := customer(first.ID)
	v, err := c.Orders.TakeBack(t.Context(), who)
	if err != nil || len(v.LeftOut) != 0 {
		t.Fatalf("%+v, %v", v, err)
	}
	c.AwaitSliced(who.CartID) // three copies are laid out once more, for the slice that is there
	now := backIn(t, c, who)
	if now.Busy || len(now.Parts) != len(was.Parts) || now.Price.Total != was.Price.Total || now.Price.Estimated || !now.CanPay {
		t.Fatalf("%+v", now)
	}
	for i, p := range now.Parts {
		before := was.Parts[i]
		if p.Name != before.Name || p.Choices != before.Choices || p.State != before.State || p.Bytes != before.Bytes || p.Price.Total != before.Price.Total || (p.Pose == nil) != (before.Pose == nil) || p.Pose != nil && *p.Pose != *before.Pose {
			t.Errorf("%+v came back as %+v", before, p)
		}
	}
	closed := seen(t, c, first.ID)
	if closed.State != shop.OrderCancelled || closed.InvoiceState != shop.Void || closed.InvoiceNumber != "" || closed.ShopMessage != "" || closed.Activity[0].Message != "The customer took order "+first.Number+" back to change it." {
		t.Errorf("%+v, %+v", closed.OrderRowView, closed.Activity[0])
	}
	if page, err = c.Orders.CustomerOrder(t.Context(), shop.Guest(first.ID), "/"); err != nil || page.Editable || !page.TakenBack || page.StatusMessage != "You took this order back to change it." {
		t.Errorf("%+v, %v", page, err)
	}

	next, _ := orderedBy(t, c, who.CartID, shop.ByTransfer)
	if next.Replaces == nil || next.Replaces.Number != first.Number || next.Total != first.Total || !strings.Contains(next.Activity[0].Message, "Replaces "+first.Number+".") {
		t.Errorf("%+v, %+v", next.Replaces, next.Activity[0])
	}
	if closed = seen(t, c, first.ID); closed.ReplacedBy == nil || closed.ReplacedBy.ID != next.ID {
		t.Errorf("%+v", closed.ReplacedBy)
	}
	if page, err = c.Orders.CustomerOrder(t.Context(), shop.Guest(first.ID), "/"); err != nil || page.ReplacedBy != next.Number {
		t.Errorf("%+v, %v", page, err)
	}
	if _, err := c.Orders.TakeBack(t.Context(), customer(first.ID)); !shop.IsCode(err, "order_taken_back") {
		t.Errorf("ordered again, and taken back once more: %v", err)
	}
	// Numbers of invoices have no gap: the one that was void had none.
	if err := c.Billing.TakePayment(t.Context(), grace, next.InvoiceID, 0, shop.ByTransfer, next.Total, ""); err != nil {
		t.Fatal(err)
	}
	if paid := seen(t, c, next.ID); !strings.HasSuffix(paid.InvoiceNumber, "1") {
		t.Errorf("the first invoice is %s", paid.InvoiceNumber)
	}
}

// What the shop has left out does not come back, and the customer reads why.
func TestAPartThatWasLeftOutStaysBehind(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	from := c.NewCart()
	for name, file := range map[string][]byte{"block.stl": apptest.Block(20, 20, 10), "lid.stl": apptest.Block(30, 30, 8)} {
		c.Begin(from, name, file, len(file))
	}
	c.AwaitSliced(from)
	o, _ := orderedBy(t, c, from, shop.ByTransfer)
	lid := o.Items[slices.IndexFunc(o.Items, func(it order.StaffItemView) bool { return it.Name == "lid.stl" })]
	if _, err := c.Orders.LeaveOut(t.Context(), grace, o.ID, lid.ID, order.LeaveOutRequest{Version: o.Version, Reason: noLid}); err != nil {
		t.Fatal(err)
	}
	who := customer(o.ID)
	v, err := c.Orders.TakeBack(t.Context(), who)
	if err != nil || len(v.LeftOut) != 1 || v.LeftOut[0] != "We do not make lid.stl: "+noLid {
		t.Fatalf("%+v, %v", v, err)
	}
	if now := backIn(t, c, who); len(now.Parts) != 1 || now.Parts[0].Name != "block.stl" {
		t.Errorf("%+v", now.Parts)
	}
}

// What a person looks at comes back, too: photos, links, and files that could not be read.
func TestAReviewComesBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	from := c.NewCart()
	broken, inches := []byte("solid nothing at all"), meshtest.BinarySTL(meshtest.Box(2, 1, 0.5))
	for name, file := range map[string][]byte{"photo.jpg": photo, "broken.stl": broken, "inches.stl": inches} {
		c.Begin(from, name, file, len(file))
	}
	if _, err := c.Carts.AddLink(t.Context(), shop.Visitor(from), "https://models.example/clip"); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(from)
	was := backIn(t, c, shop.Visitor(from))
	o, _ := orderedBy(t, c, from, shop.ByReview)
	who := customer(o.ID)
	if v, err := c.Orders.TakeBack(t.Context(), who); err != nil || len(v.LeftOut) != 0 {
		t.Fatalf("%+v, %v", v, err)
	}
	c.AwaitSliced(who.CartID)
	now := backIn(t, c, who)
	if len(now.Parts) != len(was.Parts) {
		t.Fatalf("%+v", now.Parts)
	}
	for i, p := range now.Parts {
		if before := was.Parts[i]; p.Name != before.Name || p.State != before.State || p.Message != before.Message || p.Kind != before.Kind || (p.UnitQuestion == nil) != (before.UnitQuestion == nil) {
			t.Errorf("%+v came back as %+v", before, p)
		}
	}
}

// An order of before items knew their meshes is read again, and costs the same.
func TestAnOldOrderComesBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, _ := aBlock(t, c, shop.ByTransfer)
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		items, err := tx.Items(ctx, o.ID)
		if err != nil {
			return err
		}
		items[0].MeshHash = ""
		return tx.SaveItem(ctx, items[0])
	})
	who := customer(o.ID)
	if _, err := c.Orders.TakeBack(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(who.CartID)
	if now := backIn(t, c, who); len(now.Parts) != 1 || now.Price.Total != o.Total || !now.CanPay || !now.Parts[0].FromCache {
		t.Errorf("%+v", now)
	}
}

// What somebody works on, paid for or closed stays as it is, and so does a cart with other parts in it.
func TestWhatIsNotTakenBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	refused := func(what string, o order.StaffOrderView, who shop.Actor, code shop.Code) {
		t.Helper()
		before := seen(t, c, o.ID)
		if _, err := c.Orders.TakeBack(t.Context(), who); !shop.IsCode(err, code) {
			t.Errorf("%s: %v", what, err)
		}
		if after := seen(t, c, o.ID); after.State != before.State || after.Version != before.Version {
			t.Errorf("%s: %+v", what, after.OrderRowView)
		}
	}
	o, _ := aBlock(t, c, shop.ByTransfer)
	refused("by a stranger", o, shop.Visitor(c.NewCart()), "login_needed")
	refused("by staff", o, grace, "admin_only")
	other := customer(o.ID)
	other.OrderID = shop.NewID()
	refused("by another's link", o, other, "order_not_found")
	full := shop.Guest(o.ID).WithCart(c.NewCart())
	c.Begin(full.CartID, "other.stl", apptest.Block(20, 20, 5), 100)
	refused("into a cart that something comes into", o, full, "cart_not_empty")
	if _, err := c.Orders.ReleaseOrder(t.Context(), grace, o.ID, 0, "a regular"); err != nil {
		t.Fatal(err)
	}
	refused("released", o, customer(o.ID), "order_has_payment")

	paid, _ := aBlock(t, c, shop.ByTransfer)
	if err := c.Billing.TakePayment(t.Context(), grace, paid.InvoiceID, 0, shop.ByTransfer, 5_00, ""); err != nil {
		t.Fatal(err)
	}
	refused("paid in part", paid, customer(paid.ID), "order_has_payment")
	stray, _ := aBlock(t, c, shop.ByTransfer)
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		p := shop.Payment{ID: shop.NewID(), InvoiceID: stray.InvoiceID, Amount: 20_00, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_1", State: shop.PaymentNeedsReview, Created: tx.Now}
		return errors.Join(tx.InsertPayment(ctx, p), c.Events.Emit(ctx, tx, event.PaymentChanged{ID: p.ID}))
	})
	refused("with money that fits nothing", stray, customer(stray.ID), "order_has_payment")
	if page, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(stray.ID), "/"); err != nil || page.Editable {
		t.Errorf("%+v, %v", page.Editable, err)
	}
	cancelled, _ := aBlock(t, c, shop.ByTransfer)
	if _, err := c.Orders.CancelOrder(t.Context(), grace, cancelled.ID, 0, "Too large."); err != nil {
		t.Fatal(err)
	}
	refused("cancelled", cancelled, customer(cancelled.ID), "order_closed")
	staffs, req := atTheCounter(t, c, 24_30)
	req.Payment = shop.ByReview
	req.AdjustedTotal, req.Reason = nil, ""
	taken, err := c.Orders.TakeCounterOrder(t.Context(), staffs, req)
	if err != nil {
		t.Fatal(err)
	}
	refused("typed in by staff", seen(t, c, taken.OrderID), customer(taken.OrderID), "order_typed_in")
	c.FilesAgree()
}

// A model that was refused for good does not come back, nor does a file that is missing; nothing comes of an order of which nothing can.
func TestWhatCannotComeBackIsSaid(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Damaged: true})
	from := c.NewCart()
	for name, file := range map[string][]byte{"good.stl": apptest.Block(20, 20, 5), "gone.stl": apptest.Block(20, 20, 6)} {
		c.Begin(from, name, file, len(file))
	}
	c.AwaitSliced(from)
	o, _ := orderedBy(t, c, from, shop.ByTransfer)
	miss := func(name string) {
		c.Write(func(ctx context.Context, tx *db.Tx) error {
			files, err := tx.OrderFiles(ctx, o.ID)
			for _, f := range files {
				if err == nil && f.Name == name {
					_, err = tx.MarkBlob(ctx, f.BlobID, db.BlobMissing)
					err = errors.Join(err, c.Events.Emit(ctx, tx, event.FileChanged{ID: f.BlobID}))
				}
			}
			return err
		})
	}
	miss("gone.stl")
	who := customer(o.ID)
	v, err := c.Orders.TakeBack(t.Context(), who)
	if err != nil || len(v.LeftOut) != 1 || !strings.Contains(v.LeftOut[0], "gone.stl") {
		t.Fatalf("%+v, %v", v, err)
	}
	if now := backIn(t, c, who); len(now.Parts) != 1 || now.Parts[0].Name != "good.stl" {
		t.Errorf("%+v", now.Parts)
	}
	if closed := seen(t, c, o.ID); !strings.Contains(closed.Activity[0].Message, "gone.stl did not come back") {
		t.Errorf("%+v", closed.Activity[0])
	}
}
