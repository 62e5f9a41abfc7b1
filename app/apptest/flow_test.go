package apptest

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/app/cart"
	"buildplate/app/file"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// A model dropped on the page becomes a paid order with a job, and the G-code that staff download is the one that was
// priced, with each engine.
func TestFromModelToPaidJob(t *testing.T) {
	for _, engine := range []string{"embedded", "native"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "native" && FastestEngine() != "native" {
				need.Without(t, "cura", "no CuraEngine is installed")
			}
			p := Start(t, Options{Engine: engine})
			staff := SetUp(t, p)
			v := NewVisitor(t, p)
			model := Block(25, 20, 12)
			v.Drop("Bracket.stl", model)
			found := v.Sliced()
			if len(found.Parts) != 1 || found.Parts[0].State != cart.ShownState(shop.PartSliced) || !found.CanPay {
				t.Fatalf("the cart is not ready to be paid: %+v", found)
			}
			price := v.Price()
			if price.Price.Estimated || price.Price.Total <= 0 || !slices.Contains(price.PaymentMethods, shop.ByCard) {
				t.Fatalf("this price cannot be paid by card: %+v", price)
			}
			placed := v.Checkout(Order(shop.ByCard, price.Price.Total))
			if o := v.Order(placed.OrderURL); o.Status != "awaiting_payment" || o.Balance != price.Price.Total || o.InvoiceNumber != "" {
				t.Errorf("before it is paid the order is %s, owes %s, and has the invoice number %q", o.Status, o.Balance, o.InvoiceNumber)
			}
			v.PaysOn(placed.PayURL)

			seen := v.Order(placed.OrderURL)
			if seen.Status != "paid" || seen.Balance != 0 || seen.Paid != price.Price.Total || seen.InvoiceNumber == "" {
				t.Errorf("the customer's page says %s, paid %s, owed %s, invoice %q", seen.Status, seen.Paid, seen.Balance, seen.InvoiceNumber)
			}
			o := staff.Find(placed.OrderNumber)
			if len(o.Payments) != 1 || o.Payments[0].Amount != price.Price.Total || o.InvoiceState != shop.Paid {
				t.Errorf("staff see %s with the payments %+v", o.InvoiceState, o.Payments)
			}
			if len(o.Jobs) != 1 || o.Jobs[0].State != shop.JobQueued || o.Jobs[0].ItemID != o.Items[0].ID {
				t.Errorf("there are the jobs %+v", o.Jobs)
			}
			line := o.Items[0]
			gcode := staff.Download(t, staff.Link(FileOf(t, o, "gcode").ID))
			if len(line.GCodeSHA256) != 64 || gcode.SHA256 != line.GCodeSHA256 || !bytes.Contains(gcode.Bytes, []byte(";LAYER:0")) {
				t.Errorf("the G-code downloaded (%d bytes, %s) is not the one on the line (%s)", len(gcode.Bytes), gcode.SHA256, line.GCodeSHA256)
			}
			if sent := staff.Download(t, staff.Link(FileOf(t, o, "model").ID)); !bytes.Equal(sent.Bytes, model) || sent.Name != "Bracket.stl" {
				t.Errorf("the model came back as %q with %d bytes", sent.Name, len(sent.Bytes))
			}
			// The customer's own link opens what they sent, and not the shop's G-code.
			link, err := Post[file.LinkView](t.Context(), v.Client, "/api/order-links/"+Token(placed.OrderURL)+"/files/"+FileOf(t, o, "model").ID+"/link", nil)
			if got := v.Download(t, must(t, link, err).URL); !bytes.Equal(got.Bytes, model) {
				t.Error("the customer's link gives another file than they sent")
			}
			_, err = Post[file.LinkView](t.Context(), v.Client, "/api/order-links/"+Token(placed.OrderURL)+"/files/"+FileOf(t, o, "gcode").ID+"/link", nil)
			if StatusOf(err) != 404 {
				t.Errorf("a customer asking for the G-code got %v", err)
			}
			p.Stop(t)
			if b := Audit(t, p.Data, Stopped); b.Paid != 1 || b.Payments != 1 || b.Issued != 1 || b.Jobs != 1 || len(b.Orders) != 1 {
				t.Errorf("the audit: %+v", b)
			}
		})
	}
}

// Every story of staff, on one shop.
func TestWhatStaffDo(t *testing.T) {
	p := Start(t, Options{})
	staff := SetUp(t, p)
	model := Block(20, 20, 8)
	place := func(t *testing.T, v *Visitor, method shop.PaymentMethod) order.CheckoutView {
		t.Helper()
		v.Drop("part.stl", model)
		v.Sliced()
		return v.Checkout(Order(method, v.Price().Price.Total))
	}
	paid, released := 0, 0

	t.Run("pickup waits for release", func(t *testing.T) {
		v := NewVisitor(t, p)
		placed := place(t, v, shop.AtPickup)
		o := staff.Find(placed.OrderNumber)
		if o.Status != "awaiting_release" || len(o.Jobs) != 0 {
			t.Fatalf("before release: %s with %d jobs", o.Status, len(o.Jobs))
		}
		o = staff.Act(o.ID, "release", map[string]string{"note": "Regular customer."})
		if !o.Released || len(o.Jobs) != 1 || o.InvoiceNumber == "" || o.InvoiceState != shop.Pending || o.Balance != o.Total {
			t.Errorf("after release: %s, %d jobs, invoice %q, owed %s", o.InvoiceState, len(o.Jobs), o.InvoiceNumber, o.Balance)
		}
		if again := staff.Act(o.ID, "release", nil); again.InvoiceNumber != o.InvoiceNumber || len(again.Jobs) != 1 {
			t.Errorf("released twice: %s, then %s with %d jobs", o.InvoiceNumber, again.InvoiceNumber, len(again.Jobs))
		}
		o = staff.Takes(o, shop.ByCash, o.CashDue)
		if o.InvoiceState != shop.Paid {
			t.Errorf("after the cash: %s", o.InvoiceState)
		}
		paid, released = paid+1, released+1
	})

	t.Run("a leaky model is reviewed, repriced and paid", func(t *testing.T) {
		v := NewVisitor(t, p)
		v.Drop("leaky.stl", LeakyBlock())
		cart := v.Sliced()
		if cart.CanPay || len(cart.ReviewReasons) == 0 {
			t.Fatalf("a leaky model may be paid at once: %+v", cart)
		}
		req := Order(shop.ByCard, v.Price().Price.Total)
		if _, err := v.CheckOut(t.Context(), req); StatusOf(err) != 409 {
			t.Errorf("paying for a leaky model at once: %v", err)
		}
		placed := v.Checkout(Order(shop.ByReview, 0))
		if o := v.Order(placed.OrderURL); o.Status != "in_review" || len(o.PayMethods) != 0 || placed.PayURL != "" {
			t.Errorf("in review: %s, may be paid by %v at %q", o.Status, o.PayMethods, placed.PayURL)
		}
		o := staff.Find(placed.OrderNumber)
		if _, err := staff.Try(o.ID, "approve", order.ApproveRequest{AdjustedTotal: new(shop.Cents(4321))}); StatusOf(err) != 422 && StatusOf(err) != 400 {
			t.Errorf("a price set by hand without a reason: %v", err)
		}
		if _, err := staff.Try(o.ID, "release", nil); StatusOf(err) != 409 {
			t.Errorf("released from a review: %v", err)
		}
		o = staff.Act(o.ID, "approve", order.ApproveRequest{AdjustedTotal: new(shop.Cents(4321)), Reason: "Repaired by hand.", Message: "We closed the holes."})
		if o.Total != 4321 || o.Status != "awaiting_payment" {
			t.Errorf("approved: %s at %s", o.Status, o.Total)
		}
		pay, err := Post[order.PayView](t.Context(), v.Client, "/api/order-links/"+Token(placed.OrderURL)+"/pay", map[string]string{"method": "card"})
		v.PaysOn(must(t, pay, err).PayURL)
		if o := v.Order(placed.OrderURL); o.Status != "paid" || o.Paid != 4321 || o.ShopMessage != "We closed the holes." {
			t.Errorf("after paying: %s, %s, %q", o.Status, o.Paid, o.ShopMessage)
		}
		paid, released = paid+1, released+1
	})

	t.Run("a counter order in cash", func(t *testing.T) {
		counter := &Visitor{staff.Client, t}
		counter.Drop("walk-in.stl", model)
		counter.Sliced()
		total := counter.Price().Price.Total
		req := order.CounterOrderRequest{Contact: shop.Contact{Name: "Walk-in"}, Delivery: pickup, Payment: shop.ByCash, ExpectedTotal: total}
		placed, err := Post[order.PlacedView](t.Context(), staff.Client, "/api/orders/counter", req)
		o := staff.Find(must(t, placed, err).OrderNumber)
		if o.Source != shop.FromStaff || o.InvoiceState != shop.Paid || len(o.Jobs) != 1 || len(o.Payments) != 1 || o.Payments[0].Method != "cash" {
			t.Errorf("the counter's order: %s %s, %d jobs, payments %+v", o.Source, o.InvoiceState, len(o.Jobs), o.Payments)
		}
		paid, released = paid+1, released+1
	})

	t.Run("a review refused", func(t *testing.T) {
		v := NewVisitor(t, p)
		v.Drop("drawing.step", []byte("ISO-10303-21;\nHEADER;\nENDSEC;\n"))
		v.Sliced()
		placed := v.Checkout(Order(shop.ByReview, 0))
		o := staff.Find(placed.OrderNumber)
		if len(o.Files) != 1 || o.Files[0].Kind != "review_file" {
			t.Errorf("a STEP file came as %+v", o.Files)
		}
		staff.Act(o.ID, "refuse", map[string]string{"reason": "We cannot print this."})
		if o := v.Order(placed.OrderURL); o.Status != "refused" || o.ShopMessage != "We cannot print this." {
			t.Errorf("the customer sees %s: %q", o.Status, o.ShopMessage)
		}
	})

	t.Run("an approved order refused while its payment page is open", func(t *testing.T) {
		v := NewVisitor(t, p)
		v.Drop("leaky.stl", LeakyBlock())
		v.Sliced()
		placed := v.Checkout(Order(shop.ByReview, 0))
		o := staff.Find(placed.OrderNumber)
		staff.Act(o.ID, "approve", order.ApproveRequest{AdjustedTotal: new(shop.Cents(2000)), Reason: "As agreed."})
		pay, err := Post[order.PayView](t.Context(), v.Client, "/api/order-links/"+Token(placed.OrderURL)+"/pay", map[string]string{"method": "card"})
		page := must(t, pay, err).PayURL
		staff.Act(o.ID, "refuse", map[string]string{"reason": "The printer broke."})
		if _, err := v.Pay(t.Context(), page); err == nil {
			t.Error("an order that was refused could still be paid")
		}
	})

	t.Run("cancelled while its payment page is open", func(t *testing.T) {
		v := NewVisitor(t, p)
		placed := place(t, v, shop.ByCard)
		o := staff.Find(placed.OrderNumber)
		staff.Act(o.ID, "cancel", map[string]string{"reason": "Ordered by mistake."})
		if o := v.Order(placed.OrderURL); o.Status != "cancelled" || len(o.PayMethods) != 0 {
			t.Errorf("the customer sees %s, may pay by %v", o.Status, o.PayMethods)
		}
		if _, err := v.Pay(t.Context(), placed.PayURL); err == nil {
			t.Error("an order that was cancelled could still be paid")
		}
	})

	t.Run("an order deleted with its rows and files", func(t *testing.T) {
		v := NewVisitor(t, p)
		before := ordersFiles(t, p)
		placed := place(t, v, shop.ByCard)
		o := staff.Find(placed.OrderNumber)
		link := staff.Link(FileOf(t, o, "model").ID)
		if len(ordersFiles(t, p)) != len(before)+len(o.Files) {
			t.Errorf("%d files in the bucket after an order with %d, %d before it", len(ordersFiles(t, p)), len(o.Files), len(before))
		}
		if err := staff.JSON(t.Context(), "DELETE", fmt.Sprintf("/api/orders/%s?version=%d", o.ID, o.Version), nil, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := Get[order.StaffOrderView](t.Context(), staff.Client, "/api/orders/"+o.ID); StatusOf(err) != 404 {
			t.Errorf("the order is still there: %v", err)
		}
		if _, err := v.OrderAt(t.Context(), placed.OrderURL); StatusOf(err) != 404 {
			t.Errorf("the customer's link still opens: %v", err)
		}
		if a, err := staff.Send(t.Context(), "GET", link, nil); err != nil || a.Status != 404 {
			t.Errorf("the signed link still opens: %d %v", a.Status, err)
		}
		Await(t, "its files to go", func() bool { return slices.Equal(ordersFiles(t, p), before) })
	})

	p.Stop(t)
	b := Audit(t, p.Data, Stopped)
	if b.Paid != paid || b.Released != released || b.Issued != released || b.Jobs != released || b.Payments != paid || b.Returned != 0 {
		t.Errorf("the audit: %+v; paid %d, released %d", b, paid, released)
	}
}

// ordersFiles lists what is in the bucket of orders.
func ordersFiles(t *testing.T, p *Process) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(p.Data, "buckets", "order-files", "*", "*"))
	return must(t, found, err)
}

// The names that break naive code come back as they were sent.
func TestFileNamesComeBack(t *testing.T) {
	folder := filepath.Join(need.Models(t), "filenames")
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	p := Start(t, Options{})
	staff := SetUp(t, p)
	v := NewVisitor(t, p)
	sent := map[string][]byte{}
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sent[e.Name()] = body
		v.Drop(e.Name(), body)
	}
	if _, err := v.WaitSliced(t.Context(), len(sent)); err != nil {
		t.Fatal(err)
	}
	placed := v.Checkout(Order(shop.ByReview, 0))
	back := map[string][]byte{}
	for _, f := range staff.Find(placed.OrderNumber).Files {
		if f.Kind == "model" || f.Kind == "review_file" {
			got := staff.Download(t, staff.Link(f.ID))
			back[got.Name] = got.Bytes
		}
	}
	for name, body := range sent {
		if !bytes.Equal(back[name], body) {
			t.Errorf("%q did not come back; what came back: %q", name, slices.Sorted(maps.Keys(back)))
		}
	}
	p.Stop(t)
	Audit(t, p.Data, Stopped)
}
