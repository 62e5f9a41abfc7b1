package api_test

import (
	"bytes"
	"context"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

// A scenario uses one route for what it is for, with a success, and looks at the reply and at what became of it in the
// database. It stands under the route's METHOD and path. The shop is shared, by
// several at once: a scenario makes what it changes.
type scenario func(t *testing.T, s *stage)

var scenarios = []map[string]scenario{
	cartScenarios, uploadScenarios, customerScenarios, accountScenarios, peopleScenarios, orderScenarios, fileScenarios, moneyScenarios, writeOffScenarios, disputeScenarios, refundScenarios, handoverScenarios, jobScenarios, pageScenarios, termsScenarios, leftOutScenarios,
}

// TestScenarioOfEveryRoute fails for a route that no scenario uses and for a scenario of no route, and runs them all.
func TestScenarioOfEveryRoute(t *testing.T) {
	t.Parallel()
	all := map[string]scenario{}
	for _, group := range scenarios {
		for name, run := range group {
			if all[name] != nil {
				t.Errorf("%s has two scenarios", name)
			}
			all[name] = run
		}
	}
	s := newStage(t, apptest.Setup{})
	for _, row := range api.Routes() {
		name := row.Method + " " + row.Path
		run := all[name]
		delete(all, name)
		if run == nil {
			t.Errorf("%s has no scenario: every route is used by one", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mine := &stage{rig: s.rig, admin: s.admin, helper: s.helper}
			before := s.succeeded(row)
			run(t, mine)
			now := s.succeeded(row)
			if mine.elsewhere != nil {
				now += mine.elsewhere.succeeded(row)
			}
			if now == before && !t.Failed() {
				t.Error("the scenario does not use its route, or the route refuses it")
			}
			if !mine.asked.has(row) && (mine.elsewhere == nil || !mine.elsewhere.asked.has(row)) {
				t.Errorf("no use case asks for a permission, and the table names %q", row.Permission)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Errorf("there is a scenario for %s, and no such route", name)
	}
}

// stage is the shop that scenarios share, with its first admin and a member of staff who is none.
type stage struct {
	*rig
	admin, helper *apptest.Staff
	elsewhere     *rig // another shop in which a scenario played, if any
}

func newStage(t *testing.T, o apptest.Setup) *stage {
	t.Helper()
	o.Tasks = func(tasks *task.Service) {
		tasks.Register(task.Kind{Name: "scenario.task", Run: func(context.Context) error { return nil }})
	}
	s := &stage{rig: newRigWith(t, o)}
	s.admin, s.helper = apptest.SetUp(t, s), apptest.Helper(t, s.Scenario)
	return s
}

// succeeded counts the requests to a route that were not refused.
func (r *rig) succeeded(row api.Route) (n int) {
	route := row.Method + " " + api.FiberPath(row.Path)
	for _, line := range r.log.all(r.t) {
		if line.Msg == "request" && line.Route == route && line.Status < http.StatusBadRequest {
			n++
		}
	}
	return n
}

// must fails the test for an error beside a value.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func get[T any](t *testing.T, c *apptest.Client, path string) T {
	t.Helper()
	return must(apptest.Get[T](t.Context(), c, path))(t)
}

func post[T any](t *testing.T, c *apptest.Client, path string, in any) T {
	t.Helper()
	return must(apptest.Post[T](t.Context(), c, path, in))(t)
}

// send asks and wants a status.
func send(t *testing.T, c *apptest.Client, method, path, body string, want int, header ...string) apptest.Answer {
	t.Helper()
	if body != "" && len(header) == 0 {
		header = []string{"Content-Type", "application/json"}
	}
	a := must(c.Send(t.Context(), method, path, []byte(body), header...))(t)
	if a.Status != want {
		t.Fatalf("%s %s answers %d, not %d: %.300s", method, path, a.Status, want, a.Body)
	}
	return a
}

// shownPicture holds what lists show of a model: a picture that the browser keeps, at an address that no other picture will have.
func shownPicture(t *testing.T, c *apptest.Client, at string) {
	t.Helper()
	a := send(t, c, "GET", at, "", 200)
	found, err := png.DecodeConfig(bytes.NewReader(a.Body))
	tag := a.Header.Get("ETag")
	if err != nil || found.Width != 256 || found.Height != 256 || a.Header.Get("Content-Type") != "image/png" || tag == "" || a.Header.Get("Cache-Control") != "private, max-age=31536000, immutable" {
		t.Errorf("%d bytes, %v, %v", len(a.Body), a.Header, err)
	}
	if a = send(t, c, "GET", at, "", 304, "If-None-Match", tag); len(a.Body) != 0 {
		t.Errorf("%d bytes of what the browser has", len(a.Body))
	}
	plain, _, _ := strings.Cut(at, "?")
	if a = send(t, c, "GET", plain+"?v=0", "", 200); a.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("another picture's address is kept: %v", a.Header)
	}
	if a = send(t, c, "HEAD", at, "", 200); len(a.Body) != 0 || a.Header.Get("ETag") != tag {
		t.Errorf("HEAD answers %d bytes, %v", len(a.Body), a.Header)
	}
}

// shownLayers holds what a page fetches to draw a print layer by layer.
func shownLayers(t *testing.T, c *apptest.Client, at string) {
	t.Helper()
	a := send(t, c, "GET", at, "", 200)
	tag := a.Header.Get("ETag")
	if !strings.HasPrefix(string(a.Body), "BPL1") || tag == "" || a.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%d bytes, %v", len(a.Body), a.Header)
	}
	if a = send(t, c, "GET", at, "", 304, "If-None-Match", tag); len(a.Body) != 0 {
		t.Errorf("%d bytes of what the browser has", len(a.Body))
	}
	if a = send(t, c, "HEAD", at, "", 200); len(a.Body) != 0 || a.Header.Get("ETag") != tag {
		t.Errorf("HEAD answers %d bytes, %v", len(a.Body), a.Header)
	}
}

// sliced is a new visitor with models that are ready to be ordered.
func (s *stage) sliced(t *testing.T, names ...string) (*apptest.Visitor, cart.View) {
	t.Helper()
	v := apptest.NewVisitor(t, s)
	for _, name := range names {
		v.Drop(name, apptest.Block(20, 20, 5))
	}
	return v, must(v.WaitSliced(t.Context(), len(names)))(t)
}

// ordered is a new visitor who has ordered a model, the order as the visitor got it and as staff see it.
func (s *stage) ordered(t *testing.T, payment shop.PaymentMethod) (*apptest.Visitor, order.CheckoutView, order.StaffOrderView) {
	t.Helper()
	v, _ := s.sliced(t, "part.stl")
	total := shop.Cents(0)
	if payment != shop.ByReview {
		total = v.Price().Price.Total
	}
	placed := v.Checkout(apptest.Order(payment, total))
	return v, placed, s.admin.Find(placed.OrderNumber)
}

// released is an order whose jobs may be printed.
func (s *stage) released(t *testing.T) order.StaffOrderView {
	t.Helper()
	_, _, o := s.ordered(t, shop.ByTransfer)
	return s.helper.Act(o.ID, "release", struct{}{})
}

// order is an order as it is stored.
func (s *stage) order(t *testing.T, id string) (o *shop.Order) {
	t.Helper()
	s.read(t, func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = tx.Order(ctx, id)
		return err
	})
	return o
}

// read is Scenario.Read for the test that a scenario runs in.
func (s *stage) read(t *testing.T, fn func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := s.DB.Read(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// parts are a visitor's parts as they are stored.
func (s *stage) parts(t *testing.T, c *apptest.Client) []shop.Part {
	t.Helper()
	return s.Parts(s.cartOf("Cookie: " + c.Cookies()))
}
