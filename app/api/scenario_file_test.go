package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/file"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

var fileScenarios = map[string]scenario{
	"GET /api/orders/{id}/items/{item_id}/mesh": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		a := send(t, s.helper.Client, http.MethodGet, "/api/orders/"+o.ID+"/items/"+o.Items[0].ID+"/mesh", "", 200)
		if len(a.Body) != len(apptest.Block(20, 20, 5)) || a.Header.Get("Content-Type") != "model/stl" {
			t.Errorf("%d bytes, %v", len(a.Body), a.Header)
		}
	},
	"GET /api/orders/{id}/items/{item_id}/thumbnail": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		at := o.Items[0].ThumbnailURL
		shownPicture(t, s.helper.Client, at)
		if rows := get[order.OrderListView](t, s.helper.Client, "/api/orders?tab=unpaid&q="+o.Number).Orders; len(rows) != 1 || rows[0].ID != o.ID || rows[0].ThumbnailURL != at {
			t.Errorf("in the list: %+v", rows)
		}
		s.helper.Act(o.ID, "release", map[string]string{})
		if jobs := get[job.ListView](t, s.helper.Client, "/api/jobs?q="+o.Number).Jobs; len(jobs) != 1 || jobs[0].Thumbnail != at {
			t.Errorf("its job: %+v", jobs)
		}
	},
	"GET /api/orders/{id}/items/{item_id}/layers": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		shownLayers(t, s.helper.Client, o.Items[0].LayersURL)
	},
	"DELETE /api/order-files/{id}": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		o = s.helper.Act(o.ID, "cancel", map[string]string{"reason": "A test."})
		model := apptest.FileOf(t, o, "model")
		link := s.helper.Link(model.ID)
		send(t, s.helper.Client, http.MethodDelete, fmt.Sprintf("/api/order-files/%s?version=%d", model.ID, o.Version), "", 204)
		mesh := apptest.FileOf(t, o, "mesh")
		err := s.admin.JSON(t.Context(), http.MethodDelete, fmt.Sprintf("/api/order-files/%s?version=%d", mesh.ID, o.Version), nil, nil)
		if apptest.CodeOf(err) != "changed_meanwhile" || !strings.Contains(err.Error(), "Flo Helper") {
			t.Errorf("another file, from before: %v", err)
		}
		if left := s.stored(t, o.ID); len(left) != len(o.Files)-1 {
			t.Errorf("%d of %d files are left", len(left), len(o.Files))
		}
		send(t, s.helper.Client, http.MethodGet, link, "", 404)
	},
	"POST /api/order-files/{id}/link": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		gcode := apptest.FileOf(t, o, "gcode")
		link := post[file.LinkView](t, s.helper.Client, "/api/order-files/"+gcode.ID+"/link", nil)
		if got := s.helper.Download(t, link.URL); got.SHA256 != gcode.SHA256 || got.SHA256 != o.Items[0].GCodeSHA256 {
			t.Errorf("%s is not the G-code that was priced", got.Name)
		}
		mesh := apptest.FileOf(t, o, "mesh")
		link = post[file.LinkView](t, s.helper.Client, "/api/order-files/"+mesh.ID+"/link?oriented=true", nil)
		if got := s.helper.Download(t, link.URL); got.Name != "part_oriented.stl" {
			t.Errorf("turned as it is printed it is called %s", got.Name)
		}
	},
}
