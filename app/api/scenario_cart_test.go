package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
	"buildplate/slicer/slicertest/meshtest"
)

// What a visitor does with a cart, and staff at the counter with theirs.
var cartScenarios = map[string]scenario{
	"GET /api/shop": func(t *testing.T, s *stage) {
		v := get[catalog.ShopView](t, apptest.NewVisitor(t, s).Client, "/api/shop")
		if !v.Open || v.Name == "" || v.Version != "test" || len(v.Materials) == 0 || len(v.PaymentMethods) == 0 || v.Terms.Version != "1" {
			t.Errorf("%+v", v)
		}
	},
	"GET /api/quick-order/cart": func(t *testing.T, s *stage) {
		v := apptest.NewVisitor(t, s)
		// A look makes no cart.
		if got := v.Cart(); got.Parts == nil || len(got.Parts) != 0 || got.CanPay || got.Order != nil || v.Cookies() != "" {
			t.Errorf("without a cart: %+v, cookies %q", got, v.Cookies())
		}
		v.Drop("part.stl", apptest.Block(20, 20, 5))
		if got := v.Cart(); len(got.Parts) != 1 || s.cartOf("Cookie: "+v.Cookies()) == "" {
			t.Errorf("%+v", got)
		}
	},
	"GET /api/quick-order/events": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "part.stl")
		_, lines, leave := s.listen(s.public, cartEventsPath, "Cookie: "+v.Cookies())
		defer leave()
		if got := picture(t, lines); len(got.Parts) != 1 || got.Version != found.Version {
			t.Errorf("%+v", got)
		}
		send(t, v.Client, "PATCH", "/api/quick-order/parts/"+found.Parts[0].ID, fmt.Sprintf(`{"version":%d,"copies":2}`, found.Version), 200)
		for copies := 1; copies != 2; {
			copies = picture(t, lines).Parts[0].Choices.Copies
		}
	},
	"PATCH /api/quick-order/parts": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "one.stl", "two.stl", "three.stl")
		send(t, v.Client, "PATCH", "/api/quick-order/parts", fmt.Sprintf(`{"version":%d,"choices":{"copies":4}}`, found.Version), 200)
		send(t, v.Client, "PATCH", "/api/quick-order/parts", fmt.Sprintf(`{"version":%d,"choices":{"copies":7},"ids":[%q]}`, v.Cart().Version, found.Parts[0].ID), 200)
		for _, p := range s.parts(t, v.Client) {
			if want := map[bool]int{true: 7, false: 4}[p.ID == found.Parts[0].ID]; p.Choices.Copies != want {
				t.Errorf("%s: %d copies, want %d", p.Name, p.Choices.Copies, want)
			}
		}
	},
	"PATCH /api/quick-order/parts/{id}": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "part.stl")
		var got cart.View
		if err := v.JSON(t.Context(), http.MethodPatch, "/api/quick-order/parts/"+found.Parts[0].ID, map[string]any{"version": found.Version, "infill": 50, "quality": "0.28"}, &got); err != nil {
			t.Fatal(err)
		}
		if c := got.Parts[0].Choices; c.Infill != 50 || c.Quality != "0.28" || c.Copies != 1 || got.Version <= found.Version {
			t.Errorf("%+v", got)
		}
		if c := s.parts(t, v.Client)[0].Choices; c != got.Parts[0].Choices {
			t.Errorf("kept %+v", c)
		}
		before := found.Parts[0].Price.Total
		if after := v.Sliced().Parts[0].Price; after == nil || after.Total == before {
			t.Errorf("the price stays at %s: %+v", before, after)
		}
		was := v.Cart()
		send(t, v.Client, http.MethodPatch, "/api/quick-order/parts/"+found.Parts[0].ID, fmt.Sprintf(`{"version":%d,"pose":{"w":1,"x":1,"y":0,"z":0}}`, was.Version), 422)
		send(t, v.Client, http.MethodPatch, "/api/quick-order/parts/"+found.Parts[0].ID, fmt.Sprintf(`{"version":%d,"pose":{"w":0.8,"x":0.6,"y":0,"z":0}}`, was.Version), 200)
		if p := v.Sliced().Parts[0]; p.Pose == nil || *p.Pose != (shop.Pose{W: 0.8, X: 0.6}) || p.Inspection.SizeMM[2] <= was.Parts[0].Inspection.SizeMM[2] {
			t.Errorf("turned, it lies as %+v and measures %v", p.Pose, p.Inspection.SizeMM)
		}
	},
	"POST /api/quick-order/parts/{id}/lines": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "part.stl", "other.stl")
		var got cart.View
		var red string
		for _, m := range get[catalog.ShopView](t, v.Client, "/api/shop").Materials {
			if m.ID == found.Parts[0].Choices.MaterialID {
				red = m.Colours[len(m.Colours)-1].ID
			}
		}
		if err := v.JSON(t.Context(), http.MethodPost, "/api/quick-order/parts/"+found.Parts[0].ID+"/lines", map[string]any{"version": found.Version, "colour_id": red, "copies": 3}, &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Parts) != 3 || got.Parts[1].Name != "part.stl" || got.Parts[1].Choices.ColourID != red || got.Parts[1].Choices.Copies != 3 || got.Parts[0].Choices != found.Parts[0].Choices {
			t.Errorf("%+v", got.Parts)
		}
	},
	"DELETE /api/quick-order/parts/{id}": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "kept.stl", "taken out.stl")
		at := "/api/quick-order/parts/" + found.Parts[1].ID
		send(t, v.Client, http.MethodDelete, at, "", 422) // without a version
		var got cart.View
		if err := v.JSON(t.Context(), http.MethodDelete, fmt.Sprintf("%s?version=%d", at, found.Version), nil, &got); err != nil || len(got.Parts) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		if left := s.parts(t, v.Client); len(left) != 1 || left[0].ID != found.Parts[0].ID {
			t.Errorf("%+v", left)
		}
	},
	"GET /api/quick-order/parts/{id}/mesh": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "part.stl")
		a := send(t, v.Client, "GET", found.Parts[0].MeshURL, "", 200)
		if len(a.Body) != len(apptest.Block(20, 20, 5)) || a.Header.Get("Content-Type") != "model/stl" || a.Header.Get("ETag") == "" {
			t.Errorf("%d bytes, %v", len(a.Body), a.Header)
		}
	},
	"GET /api/quick-order/parts/{id}/thumbnail": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "part.stl")
		shownPicture(t, v.Client, found.Parts[0].ThumbnailURL)
		other := apptest.NewVisitor(t, s)
		other.Drop("other.stl", apptest.Block(3, 4, 5))
		send(t, other.Client, "GET", found.Parts[0].ThumbnailURL, "", 404)
	},
	"GET /api/quick-order/parts/{id}/poses": func(t *testing.T, s *stage) {
		v := apptest.NewVisitor(t, s)
		v.Drop("t.stl", meshtest.BinarySTL(meshtest.TBracket()))
		found := v.Sliced()
		at := "/api/quick-order/parts/" + found.Parts[0].ID + "/poses"
		var got cart.PosesView
		apptest.Await(t, "poses to compare", func() bool {
			got = get[cart.PosesView](t, v.Client, at)
			return len(got.Poses) > 1 && got.Waiting == 0
		})
		own, best := got.Poses[0], got.Poses[1]
		if !own.Own || !own.Chosen || best.Price >= own.Price || best.Seconds <= 0 || best.SupportsUsed || len(best.Advantages) == 0 {
			t.Errorf("%+v", got)
		}
		shownPicture(t, v.Client, best.ThumbnailURL)
		shownPicture(t, v.Client, own.ThumbnailURL)
		for _, wrong := range []string{"9", "-1", "x"} {
			send(t, v.Client, "GET", "/api/quick-order/parts/"+found.Parts[0].ID+"/thumbnail?pose="+wrong, "", 404)
		}
		var taken cart.View
		if err := v.JSON(t.Context(), http.MethodPatch, "/api/quick-order/parts/"+found.Parts[0].ID, map[string]any{"version": v.Cart().Version, "pose": best.Pose}, &taken); err != nil {
			t.Fatal(err)
		}
		if p := taken.Parts[0]; p.State != cart.ShownState(shop.PartSliced) || !p.FromCache || p.Price.Total != best.Price {
			t.Errorf("taken, it is %s and costs %+v", p.State, p.Price)
		}
		other := apptest.NewVisitor(t, s)
		other.Drop("other.stl", apptest.Block(3, 4, 5))
		send(t, other.Client, "GET", at, "", 404)
	},
	"GET /api/quick-order/parts/{id}/layers": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "part.stl")
		shownLayers(t, v.Client, found.Parts[0].LayersURL)
		other := apptest.NewVisitor(t, s)
		other.Drop("other.stl", apptest.Block(3, 4, 5))
		send(t, other.Client, "GET", found.Parts[0].LayersURL, "", 404)
	},
	"POST /api/quick-order/links": func(t *testing.T, s *stage) {
		v := apptest.NewVisitor(t, s) // who has no cart yet
		got := post[cart.View](t, v.Client, "/api/quick-order/links", map[string]string{"link": "www.example.com/models/7-vase"})
		if len(got.Parts) != 1 || got.Parts[0].Kind != shop.KindReviewFile || got.Parts[0].Name != "https://www.example.com/models/7-vase" || got.CanPay || len(got.ReviewReasons) != 1 {
			t.Errorf("%+v", got)
		}
		if kept := s.parts(t, v.Client); len(kept) != 1 || kept[0].State != shop.PartReview || kept[0].Name != got.Parts[0].Name {
			t.Errorf("kept %+v", kept)
		}
		_, err := apptest.Post[cart.View](t.Context(), v.Client, "/api/quick-order/links", map[string]string{"link": "my cup"})
		if apptest.CodeOf(err) != "link_malformed" {
			t.Errorf("what is no link: %v", err)
		}
		placed := v.Checkout(apptest.Order(shop.ByReview, 0))
		if o := v.Order(placed.OrderURL); len(o.Items) != 1 || o.Items[0].Link != got.Parts[0].Name || len(o.Files) != 1 || o.Files[0].Link != got.Parts[0].Name {
			t.Errorf("%+v", o)
		}
	},
	"POST /api/quick-order/slice": func(t *testing.T, s *stage) {
		engine := &flaky{}
		engine.fails.Store(1)
		other := &stage{rig: newRigWith(t, apptest.Setup{Engine: engine})}
		s.elsewhere = other.rig
		v := apptest.NewVisitor(t, other)
		v.Drop("unlucky.stl", apptest.Block(20, 20, 5))
		if got := v.Sliced().Parts[0]; got.State != cart.ShownState(shop.PartFailed) {
			t.Fatalf("the slice did not fail: %+v", got)
		}
		if got := post[cart.View](t, v.Client, "/api/quick-order/slice", map[string]any{}); len(got.Parts) != 1 || got.Parts[0].State == cart.ShownState(shop.PartFailed) {
			t.Errorf("%+v", got)
		}
		if got := v.Sliced(); !got.CanPay || other.parts(t, v.Client)[0].State != shop.PartSliced {
			t.Errorf("%+v", got)
		}
	},
	"POST /api/quick-order/price": func(t *testing.T, s *stage) {
		v, found := s.sliced(t, "part.stl")
		collect := v.Price()
		ship := must(v.PriceFor(t.Context(), shop.Delivery{Method: shop.Ship, Line1: "1 Example Street", City: "Sydney", State: "NSW", Postcode: "2000", Country: "AU"}))(t)
		if collect.Price.Estimated || collect.Price.Total != found.Price.Total || ship.Price.Shipping == nil || ship.Price.Total != collect.Price.Total+*ship.Price.Shipping || *ship.Price.Shipping <= 0 {
			t.Errorf("collected %+v, shipped %+v", collect.Price, ship.Price)
		}
	},
	"POST /api/quick-order/checkout": func(t *testing.T, s *stage) {
		v, _ := s.sliced(t, "part.stl")
		total := v.Price().Price.Total
		placed := v.Checkout(apptest.Order(shop.ByCard, total))
		if placed.PayURL == "" || !strings.Contains(placed.OrderURL, "/order/") {
			t.Errorf("%+v", placed)
		}
		if again := v.Checkout(apptest.Order(shop.ByCard, total)); again.OrderNumber != placed.OrderNumber {
			t.Errorf("a second click made order %s", again.OrderNumber)
		}
		o := s.find(placed.OrderNumber)
		if o.State != shop.OrderOpen || o.Invoice == nil || o.Invoice.Total != total || o.Payment != shop.ByCard || o.Price.Total != total || o.CartID != s.cartOf("Cookie: "+v.Cookies()) {
			t.Errorf("%+v", o)
		}
		if got := v.Cart().Order; got == nil || got.Number != placed.OrderNumber {
			t.Errorf("the cart says %+v", got)
		}
	},
	"POST /api/orders/counter": func(t *testing.T, s *stage) {
		counter := s.helper.Client
		if err := counter.Upload(t.Context(), "counter.stl", apptest.Block(20, 20, 5), 4<<20); err != nil {
			t.Fatal(err)
		}
		must(counter.WaitSliced(t.Context(), 1))(t)
		total := must(counter.PriceFor(t.Context(), shop.Delivery{Method: shop.Pickup}))(t).Price.Total
		placed := post[order.PlacedView](t, counter, "/api/orders/counter", order.CounterOrderRequest{
			Contact: shop.Contact{Name: "Charles Babbage", Phone: "02 5550 1234"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.ByCash, ExpectedTotal: total,
		})
		o := s.order(t, placed.OrderID)
		if o.Number != placed.OrderNumber || o.Source != shop.FromStaff || o.Invoice.State != shop.Paid || o.Balance() != 0 {
			t.Errorf("%+v", o)
		}
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			money, err := tx.PaymentsOf(ctx, o.ID)
			if len(money) != 1 || money[0].Method != shop.ByCash || money[0].By != "Flo Helper" {
				t.Errorf("the till has %+v", money)
			}
			return err
		})
	},
}

// flaky is the stub that fails the next so many slices.
type flaky struct {
	slicertest.Stub
	fails atomic.Int32
}

func (f *flaky) Slice(ctx context.Context, j slicer.Job) (slicer.Report, error) {
	if f.fails.Add(-1) >= 0 {
		return slicer.Report{}, errors.New("the engine has a bad moment")
	}
	return f.Stub.Slice(ctx, j)
}
