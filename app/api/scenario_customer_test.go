package api_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/file"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// customerFile is a signed link to the model of a new order, as the customer gets it.
func (s *stage) customerFile(t *testing.T) (v *apptest.Visitor, link file.LinkView) {
	t.Helper()
	v, placed, _ := s.ordered(t, shop.ByTransfer)
	o := v.Order(placed.OrderURL)
	if len(o.Files) == 0 {
		t.Fatal("the order shows no file")
	}
	return v, post[file.LinkView](t, v.Client, "/api/order-links/"+apptest.Token(placed.OrderURL)+"/files/"+o.Files[0].ID+"/link", nil)
}

// What a customer does with an order's link, and Stripe with its payment.
var customerScenarios = map[string]scenario{
	"GET /api/order-links/{token}": func(t *testing.T, s *stage) {
		v, placed, seen := s.ordered(t, shop.ByTransfer)
		o := get[order.CustomerOrderView](t, v.Client, "/api/order-links/"+apptest.Token(placed.OrderURL))
		if o.Number != placed.OrderNumber || o.Status != "awaiting_payment" || o.Price.Total != seen.Total || o.Balance != seen.Total || o.Transfer == nil || len(o.Items) != 1 {
			t.Errorf("%+v", o)
		}
	},
	"POST /api/order-links/{token}/pay": func(t *testing.T, s *stage) {
		v, placed, seen := s.ordered(t, shop.ByCard)
		got := post[order.PayView](t, v.Client, "/api/order-links/"+apptest.Token(placed.OrderURL)+"/pay", map[string]string{"method": "transfer"})
		if got.PayURL != "" || got.Order.Payment != shop.ByTransfer || got.Order.Transfer == nil || s.order(t, seen.ID).Payment != shop.ByTransfer {
			t.Errorf("%+v", got)
		}
	},
	"POST /api/order-links/{token}/take-back": func(t *testing.T, s *stage) {
		v, placed, seen := s.ordered(t, shop.ByTransfer)
		at := "/api/order-links/" + apptest.Token(placed.OrderURL) + "/take-back"
		for range 2 { // a double click
			if got := post[order.TakenBackView](t, v.Client, at, nil); got.LeftOut == nil || len(got.LeftOut) != 0 {
				t.Errorf("%+v", got)
			}
			if parts := s.parts(t, v.Client); len(parts) != 1 || parts[0].Name != "part.stl" || parts[0].State != shop.PartSliced {
				t.Errorf("%+v", parts)
			}
		}
		if o := s.order(t, seen.ID); !o.TakenBack() || o.Invoice.State != shop.Void || o.Invoice.Number != "" {
			t.Errorf("%+v", o)
		}
		again := v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total))
		if o := s.find(again.OrderNumber); o.Replaces != seen.ID {
			t.Errorf("%s replaces %q", again.OrderNumber, o.Replaces)
		}
		if _, err := apptest.Post[any](t.Context(), v.Client, at, nil); apptest.CodeOf(err) != "order_taken_back" {
			t.Errorf("ordered again: %v", err)
		}
	},
	"POST /api/order-links/{token}/files/{file_id}/link": func(t *testing.T, s *stage) {
		v, link := s.customerFile(t)
		if left := link.Expires.Time().Sub(s.Now()); left <= 0 || left > 5*60e9 {
			t.Errorf("the link is good for %v", left)
		}
		if got := v.Download(t, link.URL); got.Name != "part.stl" {
			t.Errorf("it opens %s", got.Name)
		}
	},
	"GET /f/{signed}": func(t *testing.T, s *stage) {
		v, link := s.customerFile(t)
		if got := v.Download(t, link.URL); string(got.Bytes) != string(apptest.Block(20, 20, 5)) {
			t.Errorf("%d bytes, not those that were uploaded", len(got.Bytes))
		}
	},
	"GET /api/order-links/{token}/items/{item_id}/mesh": func(t *testing.T, s *stage) {
		v, placed, _ := s.ordered(t, shop.ByTransfer)
		item := v.Order(placed.OrderURL).Items[0]
		a := send(t, v.Client, "GET", "/api/order-links/"+apptest.Token(placed.OrderURL)+"/items/"+item.ID+"/mesh", "", 200)
		if len(a.Body) != len(apptest.Block(20, 20, 5)) || a.Header.Get("Content-Type") != "model/stl" || item.MeshURL == "" {
			t.Errorf("%d bytes, %v", len(a.Body), a.Header)
		}
	},
	"GET /api/order-links/{token}/items/{item_id}/thumbnail": func(t *testing.T, s *stage) {
		v, placed, _ := s.ordered(t, shop.ByTransfer)
		o := v.Order(placed.OrderURL)
		shownPicture(t, v.Client, o.Items[0].ThumbnailURL)
		if len(o.Files) != 1 || o.Files[0].ThumbnailURL != o.Items[0].ThumbnailURL {
			t.Errorf("%+v", o.Files)
		}
		other, elsewhere, _ := s.ordered(t, shop.ByTransfer)
		at := "/api/order-links/" + apptest.Token(elsewhere.OrderURL) + "/items/" + o.Items[0].ID + "/thumbnail"
		send(t, other.Client, "GET", at, "", 404)
	},
	"GET /api/order-links/{token}/items/{item_id}/layers": func(t *testing.T, s *stage) {
		v, placed, _ := s.ordered(t, shop.ByTransfer)
		shownLayers(t, v.Client, v.Order(placed.OrderURL).Items[0].LayersURL)
	},
	"POST /api/checkout/{intent_id}/return": func(t *testing.T, s *stage) {
		v, placed, seen := s.ordered(t, shop.ByCard)
		v.PaysOn(placed.PayURL)
		if o := s.order(t, seen.ID); o.Invoice.State != shop.Paid || o.Balance() != 0 || o.InvoiceNumber() == "" {
			t.Errorf("%+v", o)
		}
	},
	"POST /api/stripe/webhook": func(t *testing.T, s *stage) {
		res, text := s.ask(s.public, "POST", webhookPath, someEvent, s.signed(someEvent))
		if res.StatusCode != 200 || text != `{"received":true}` || s.event("evt_1").Payload != someEvent {
			t.Errorf("%d %s", res.StatusCode, text)
		}
		// And an event that says that an order was paid, with nobody coming back to the shop.
		v, placed, seen := s.ordered(t, shop.ByCard)
		must(v.Pay(t.Context(), placed.PayURL))(t)
		apptest.Await(t, "the webhook", func() bool { return s.order(t, seen.ID).PaidAt() != 0 })
	},
	"POST /api/quick-order/order-link": func(t *testing.T, s *stage) {
		v, placed, _ := s.ordered(t, shop.ByTransfer)
		link := post[struct{ URL string }](t, v.Client, "/api/quick-order/order-link", nil).URL
		if o := apptest.NewVisitor(t, s).Order(link); o.Number != placed.OrderNumber {
			t.Errorf("%s leads to %s", link, o.Number)
		}
		other, _ := s.sliced(t, "part.stl")
		if _, err := apptest.Post[struct{ URL string }](t.Context(), other.Client, "/api/quick-order/order-link", nil); apptest.CodeOf(err) != "order_not_found" {
			t.Errorf("before there is an order: %v", err)
		}
	},
}
