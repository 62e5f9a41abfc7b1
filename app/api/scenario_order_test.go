package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/catalog"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// reviewed is an order that a person has to look at, as staff see it.
func (s *stage) reviewed(t *testing.T) order.StaffOrderView {
	t.Helper()
	_, _, o := s.ordered(t, shop.ByReview)
	if o.Status != "in_review" {
		t.Fatalf("the order is %s", o.Status)
	}
	return o
}

// pictured is an order of a photo that a person has to look at, as staff see it.
func (s *stage) pictured(t *testing.T) order.StaffOrderView {
	t.Helper()
	v := apptest.NewVisitor(t, s)
	v.Drop("vase.jpg", []byte("\xff\xd8\xff\xe0 a photo of a vase"))
	must(v.WaitSliced(t.Context(), 1))(t)
	return s.admin.Find(v.Checkout(apptest.Order(shop.ByReview, 0)).OrderNumber)
}

// stored are the files of an order that are stored.
func (s *stage) stored(t *testing.T, id string) (files []shop.OrderFile) {
	t.Helper()
	s.read(t, func(ctx context.Context, tx *db.Tx) (err error) {
		files, err = tx.OrderFiles(ctx, id)
		return err
	})
	return files
}

// What staff do with orders, money aside.
var orderScenarios = map[string]scenario{
	"GET /api/events": func(t *testing.T, s *stage) {
		_, lines, leave := s.listen(s.shop, staffEventsPath, "Cookie: "+s.admin.Cookies())
		defer leave()
		next(t, lines, "retry: ")
		_, placed, o := s.ordered(t, shop.ByTransfer)
		for want, got := `data: {"id":"`+o.ID+`","number":"`+placed.OrderNumber+`"}`, ""; got != want; { // among others' orders
			next(t, lines, "event: order_placed")
			got = next(t, lines, "data: ")
		}
	},
	"GET /api/orders": func(t *testing.T, s *stage) {
		_, placed, o := s.ordered(t, shop.ByTransfer)
		list := get[order.OrderListView](t, s.helper.Client, "/api/orders?tab=unpaid&q="+placed.OrderNumber)
		if len(list.Orders) != 1 || list.Next != "" || list.Orders[0].ID != o.ID || list.Orders[0].Balance != o.Total || list.Counts["unpaid"] == 0 {
			t.Errorf("%+v", list)
		}
	},
	"GET /api/orders/{id}": func(t *testing.T, s *stage) {
		_, placed, seen := s.ordered(t, shop.ByTransfer)
		o := get[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+seen.ID)
		if o.Number != placed.OrderNumber || o.Source != "web" || len(o.Items) != 1 || len(o.Files) != len(s.stored(t, o.ID)) || len(o.Activity) == 0 || o.Items[0].GCodeSHA256 == "" {
			t.Errorf("%+v", o)
		}
	},
	"DELETE /api/orders/{id}": func(t *testing.T, s *stage) {
		_, placed, o := s.ordered(t, shop.ByTransfer)
		send(t, s.helper.Client, http.MethodDelete, fmt.Sprintf("/api/orders/%s?version=%d", o.ID, o.Version), "", 204)
		err := s.DB.Read(t.Context(), func(tx *db.Tx) error { _, err := tx.Order(t.Context(), o.ID); return err })
		if !shop.IsKind(err, shop.NotFound) || len(s.stored(t, o.ID)) != 0 {
			t.Errorf("the order is still there: %v", err)
		}
		send(t, apptest.NewVisitor(t, s).Client, http.MethodGet, "/api/order-links/"+apptest.Token(placed.OrderURL), "", 404)
	},
	"POST /api/orders/{id}/release": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		got := s.helper.Act(o.ID, "release", map[string]string{"note": "A regular."})
		if !got.Released || len(got.Jobs) != 1 || got.InvoiceNumber == "" {
			t.Errorf("%+v", got)
		}
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			jobs, err := tx.JobsOf(ctx, o.ID)
			if len(jobs) != 1 || jobs[0].State != shop.JobQueued || jobs[0].GCodeFileID == "" {
				t.Errorf("%+v", jobs)
			}
			return err
		})
	},
	"POST /api/orders/{id}/approve": func(t *testing.T, s *stage) {
		o := s.reviewed(t)
		total := shop.Cents(4200)
		got := s.helper.Act(o.ID, "approve", order.ApproveRequest{AdjustedTotal: &total, Reason: "It takes a day.", Message: "Done on Friday."})
		if kept := s.order(t, o.ID); got.Total != total || got.ShopMessage != "Done on Friday." || kept.Review != shop.ReviewApproved || kept.Price.Total != total {
			t.Errorf("%+v, kept %+v", got, kept)
		}
	},
	"POST /api/orders/{id}/message": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		got := s.helper.Act(o.ID, "message", order.MessageRequest{Message: "Ready on\r\nFriday."})
		if kept := s.order(t, o.ID); got.ShopMessage != "Ready on\nFriday." || kept.Message != got.ShopMessage || got.Activity[0].Code != shop.VerbMessageChanged {
			t.Errorf("%q, kept %q, %+v", got.ShopMessage, kept.Message, got.Activity[0])
		}
		if got = s.helper.Act(o.ID, "message", order.MessageRequest{}); got.ShopMessage != "" || !slices.Contains(got.Actions, "change_message") {
			t.Errorf("taken back: %q, %v", got.ShopMessage, got.Actions)
		}
		if _, err := s.helper.Try(o.ID, "message", order.MessageRequest{Message: strings.Repeat("a", 1001)}); apptest.StatusOf(err) != http.StatusUnprocessableEntity && apptest.StatusOf(err) != http.StatusBadRequest {
			t.Errorf("longer than on approving: %v", err)
		}
	},
	"POST /api/orders/{id}/items/{item_id}/model": func(t *testing.T, s *stage) {
		o, counter := s.pictured(t), apptest.LogIn(t, s)
		if err := counter.Upload(t.Context(), "vase.stl", apptest.Block(50, 50, 30), 4<<20); err != nil {
			t.Fatal(err)
		}
		part := must(counter.WaitSliced(t.Context(), 1))(t).Parts[0]
		got := counter.Act(o.ID, "items/"+o.Items[0].ID+"/model", order.ReplaceModelRequest{PartID: part.ID})
		if got.Items[0].Elsewhere || got.Items[0].Price == nil || got.Total == 0 || len(s.stored(t, o.ID)) != 4 || len(s.parts(t, counter.Client)) != 0 {
			t.Errorf("%+v", got)
		}
		if kept := s.order(t, o.ID); kept.Price.Total != got.Total || kept.Version != o.Version+1 {
			t.Errorf("kept %+v", kept)
		}
		// It has settings now, so others need a reason.
		chosen := got.Items[0].Choices.Print()
		for _, m := range get[catalog.ShopView](t, counter.Client, "/api/shop").Materials {
			if m.ID == chosen.MaterialID {
				chosen.ColourID = m.Colours[len(m.Colours)-1].ID
			}
		}
		if err := counter.Upload(t.Context(), "another.stl", apptest.Block(50, 50, 30), 4<<20); err != nil {
			t.Fatal(err)
		}
		part = must(counter.WaitSliced(t.Context(), 1))(t).Parts[0]
		again := order.ReplaceModelRequest{PartID: part.ID, Choices: &chosen}
		at := "items/" + o.Items[0].ID + "/model"
		if _, err := counter.Try(o.ID, at, again); apptest.CodeOf(err) != "settings_reason_missing" {
			t.Errorf("other settings without a reason: %v", err)
		}
		again.Reason = "The other colour ran out."
		got = counter.Act(o.ID, at, again)
		if instead := got.Items[0].Instead; instead == nil || instead.Reason != again.Reason || !strings.Contains(got.Activity[0].Message, again.Reason) {
			t.Errorf("printed otherwise: %+v, %+v", got.Items[0], got.Activity[0])
		}
	},
	"POST /api/orders/{id}/items/{item_id}/gcode": func(t *testing.T, s *stage) {
		o, counter := s.pictured(t), apptest.LogIn(t, s)
		if err := counter.Upload(t.Context(), "vase.gcode", []byte(";TIME:600\nG28\n"), 4<<20); err != nil {
			t.Fatal(err)
		}
		part := must(counter.WaitSliced(t.Context(), 1))(t).Parts[0]
		at := "items/" + o.Items[0].ID + "/gcode"
		if _, err := counter.Try(o.ID, at, order.AttachGCodeRequest{PartID: part.ID}); apptest.CodeOf(err) != "grams_missing" {
			t.Errorf("nobody says what it weighs: %v", err)
		}
		grams := 12.5
		got := counter.Act(o.ID, at, order.AttachGCodeRequest{PartID: part.ID, Grams: &grams})
		if it := got.Items[0]; it.Elsewhere || it.Seconds != 600 || it.Grams != 12.5 || len(s.stored(t, o.ID)) != 2 {
			t.Errorf("%+v", got)
		}
		if f := counter.Download(t, counter.Link(apptest.FileOf(t, got, "gcode").ID)); !strings.HasSuffix(f.Name, "_vase_PLA-Black_0.20_plate-1of1.gcode") || string(f.Bytes) != ";TIME:600\nG28\n" || f.SHA256 != got.Items[0].GCodeSHA256 {
			t.Errorf("%+v", f)
		}
	},
	"POST /api/orders/{id}/refuse": func(t *testing.T, s *stage) {
		v := apptest.NewVisitor(t, s)
		v.Drop("refused.stl", apptest.Block(9, 8, 7)) // nobody else's: it is never taken again
		v.Sliced()
		o := s.admin.Find(v.Checkout(apptest.Order(shop.ByReview, 0)).OrderNumber)
		got := s.helper.Act(o.ID, "refuse", map[string]any{"reason": "It cannot be printed.", "delete_files": true})
		if kept := s.order(t, o.ID); got.Status != "refused" || kept.State != shop.OrderRefused || kept.Review != shop.ReviewRefused || len(s.stored(t, o.ID)) != 0 {
			t.Errorf("%+v, kept %+v with %d files", got, kept, len(s.stored(t, o.ID)))
		}
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			refused, err := tx.FileRefused(ctx, o.Files[0].SHA256)
			if !refused {
				t.Error("the file would be taken again")
			}
			return err
		})
	},
	"POST /api/orders/refusals": func(t *testing.T, s *stage) {
		_, _, a := s.ordered(t, shop.ByReview)
		_, _, b := s.ordered(t, shop.ByTransfer)
		req := order.RefuseAllRequest{Orders: []job.Ref{{ID: a.ID, Version: a.Version}, {ID: b.ID, Version: b.Version}}, Reason: "We are closed in August."}
		got := post[order.EndedView](t, s.helper.Client, "/api/orders/refusals", req)
		if len(got.Done) != 1 || got.Done[0] != a.ID || len(got.Left) != 1 || got.Left[0].ID != b.ID || got.Left[0].Code != "order_not_in_review" || got.Left[0].Message == "" {
			t.Errorf("%+v", got)
		}
		if kept := s.order(t, a.ID); kept.State != shop.OrderRefused || kept.Message != req.Reason || s.order(t, b.ID).State != shop.OrderOpen {
			t.Errorf("%+v", kept)
		}
	},
	"POST /api/orders/deletions": func(t *testing.T, s *stage) {
		_, _, a := s.ordered(t, shop.ByReview)
		b := s.released(t)
		req := order.DeleteAllRequest{Orders: []job.Ref{{ID: a.ID, Version: a.Version}, {ID: b.ID, Version: b.Version}}}
		got := post[order.EndedView](t, s.helper.Client, "/api/orders/deletions", req)
		if len(got.Done) != 1 || got.Done[0] != a.ID || len(got.Left) != 1 || got.Left[0].Code != "order_not_deletable" {
			t.Errorf("%+v", got)
		}
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Order(ctx, a.ID); !shop.IsKind(err, shop.NotFound) {
				t.Errorf("it is still there: %v", err)
			}
			return nil
		})
	},
	"POST /api/orders/{id}/cancel": func(t *testing.T, s *stage) {
		o := s.released(t)
		got := s.helper.Act(o.ID, "cancel", map[string]string{"reason": "The customer thought again."})
		if kept := s.order(t, o.ID); got.Status != "cancelled" || kept.State != shop.OrderCancelled || kept.Invoice.State != shop.Void || kept.CloseReason != "The customer thought again." {
			t.Errorf("%+v", kept)
		}
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			jobs, err := tx.JobsOf(ctx, o.ID)
			if len(jobs) != 1 || jobs[0].State != shop.JobCancelled {
				t.Errorf("%+v", jobs)
			}
			return err
		})
	},
	"POST /api/orders/{id}/link": func(t *testing.T, s *stage) {
		v, placed, o := s.ordered(t, shop.ByTransfer)
		made := post[order.MadeLinkView](t, s.helper.Client, "/api/orders/"+o.ID+"/link", nil)
		if apptest.Token(made.URL) == apptest.Token(placed.OrderURL) || v.Order(made.URL).Number != placed.OrderNumber {
			t.Errorf("%+v", made)
		}
		// So many work at a time. One more ends none that somebody may have been sent: staff end one of their choice first.
		for o = get[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+o.ID); len(o.Links) < o.MaxLinks; o = get[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+o.ID) {
			post[order.MadeLinkView](t, s.helper.Client, "/api/orders/"+o.ID+"/link", nil)
		}
		_, err := apptest.Post[order.MadeLinkView](t.Context(), s.helper.Client, "/api/orders/"+o.ID+"/link", nil)
		if apptest.CodeOf(err) != "order_links_full" || o.MaxLinks != shop.MaxOrderLinks {
			t.Errorf("one more than %d: %v", o.MaxLinks, err)
		}
		_, err = apptest.Post[struct{ URL string }](t.Context(), v.Client, "/api/quick-order/order-link", nil)
		if apptest.CodeOf(err) != "order_links_full" {
			t.Errorf("by the customer: %v", err)
		}
		for _, url := range []string{made.URL, placed.OrderURL} {
			if v.Order(url).Number != placed.OrderNumber {
				t.Errorf("%s was ended for others", url)
			}
		}
		post[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+o.ID+"/links/"+o.Links[3].ID+"/revoke", map[string]any{"version": o.Links[3].Version})
		made = post[order.MadeLinkView](t, s.helper.Client, "/api/orders/"+o.ID+"/link", nil)
		if v.Order(made.URL).Number != placed.OrderNumber {
			t.Error("once one was ended, there is no new one")
		}
	},
	"GET /api/orders/{id}/activity": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		for range 25 { // more than a page
			s.helper.Act(o.ID, "message", order.MessageRequest{Message: shop.NewID()})
		}
		o = get[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+o.ID)
		first := get[order.ActivityPageView](t, s.helper.Client, "/api/orders/"+o.ID+"/activity")
		if !slices.Equal(first.Activity, o.Activity) || first.Next == "" || first.Next != o.ActivityNext {
			t.Errorf("%d of it, %q; the order has %d, %q", len(first.Activity), first.Next, len(o.Activity), o.ActivityNext)
		}
		rest := get[order.ActivityPageView](t, s.helper.Client, "/api/orders/"+o.ID+"/activity?after="+first.Next)
		if last := rest.Activity[len(rest.Activity)-1]; rest.Next != "" || last.Code != shop.VerbOrderPlaced || len(first.Activity)+len(rest.Activity) != 26 {
			t.Errorf("%+v", rest)
		}
		send(t, s.helper.Client, http.MethodGet, "/api/orders/"+shop.NewID()+"/activity", "", 404)
	},
	"POST /api/orders/{id}/links/{link_id}/revoke": func(t *testing.T, s *stage) {
		v, placed, o := s.ordered(t, shop.ByTransfer)
		link := post[struct{ URL string }](t, s.helper.Client, "/api/orders/"+o.ID+"/link", nil).URL
		o = get[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+o.ID)
		if len(o.Links) != 2 || o.Links[0].Expires.Sub(o.Links[0].Created) != shop.DefaultRetention().Age(shop.RetainDocuments) || strings.Contains(fmt.Sprint(o.Links), apptest.Token(link)) {
			t.Fatalf("%+v", o.Links)
		}
		at, body := "/api/orders/"+o.ID+"/links/"+o.Links[0].ID+"/revoke", map[string]int{"version": o.Links[0].Version}
		send(t, s.helper.Client, http.MethodPost, at, "{}", 422)               // without a version
		send(t, s.helper.Client, http.MethodPost, at, `{"version": "1"}`, 422) // no number
		err := s.helper.JSON(t.Context(), http.MethodPost, at, map[string]int{"version": body["version"] + 1}, nil)
		if apptest.CodeOf(err) != "changed_meanwhile" || apptest.ChangedBy(err) != "" || strings.Contains(err.Error(), "Jan") {
			t.Errorf("of a version that never was: %v", err)
		}
		now := post[order.StaffOrderView](t, s.helper.Client, at, body)
		if len(now.Links) != 1 || now.Links[0] != o.Links[1] || now.Activity[0].Code != shop.VerbOrderLinkRevoked || now.Activity[1].Code != shop.VerbOrderLinked {
			t.Errorf("%+v, %+v", now.Links, now.Activity)
		}
		_, err = apptest.Get[order.CustomerOrderView](t.Context(), v.Client, "/api/order-links/"+apptest.Token(link))
		if apptest.CodeOf(err) != "order_link_unknown" || v.Order(placed.OrderURL).Number != placed.OrderNumber {
			t.Errorf("by the link that ended: %v", err)
		}
		_, err = apptest.Post[order.StaffOrderView](t.Context(), s.admin.Client, at, body)
		if apptest.CodeOf(err) != "changed_meanwhile" || apptest.ChangedBy(err) != "Flo Helper" {
			t.Errorf("by somebody who had not seen that: %v", err)
		}
		body["version"]++
		if _, err = apptest.Post[order.StaffOrderView](t.Context(), s.admin.Client, at, body); apptest.CodeOf(err) != "order_link_gone" {
			t.Errorf("a second time: %v", err)
		}
		_, _, other := s.ordered(t, shop.ByTransfer)
		_, err = apptest.Post[order.StaffOrderView](t.Context(), s.helper.Client, "/api/orders/"+other.ID+"/links/"+o.Links[1].ID+"/revoke", body)
		if apptest.CodeOf(err) != "order_link_gone" || v.Order(placed.OrderURL).Number != placed.OrderNumber {
			t.Errorf("by another order: %v", err)
		}
	},
}
