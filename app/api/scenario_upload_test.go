package api_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

var speaksTus = []string{"Tus-Resumable", "1.0.0"}

// begun is a visitor with an upload of which 100 bytes have come.
func (s *stage) begun(t *testing.T) (v *apptest.Visitor, u *apptest.Upload, file []byte) {
	t.Helper()
	v, file = apptest.NewVisitor(t, s), apptest.Block(20, 20, 5)
	u = must(v.CreateUpload(t.Context(), "part.stl", int64(len(file))))(t)
	if err := v.Append(t.Context(), u, 0, file[:100]); err != nil {
		t.Fatal(err)
	}
	return v, u, file
}

func (s *stage) uploadKnown(t *testing.T, u *apptest.Upload) (known bool) {
	t.Helper()
	s.read(t, func(ctx context.Context, tx *db.Tx) (err error) {
		known, err = tx.UploadKnown(ctx, strings.TrimPrefix(u.Path, uploadPath+"/"))
		return err
	})
	return known
}

func tusOptions(at func(*testing.T, *stage) string) scenario {
	return func(t *testing.T, s *stage) {
		a := send(t, apptest.NewVisitor(t, s).Client, "OPTIONS", at(t, s), "", 204)
		if a.Header.Get("Tus-Version") != "1.0.0" || a.Header.Get("Tus-Extension") != "creation,termination,expiration" || a.Header.Get("Tus-Max-Size") == "" {
			t.Errorf("%v", a.Header)
		}
	}
}

// Uploads follow the tus protocol.
var uploadScenarios = map[string]scenario{
	"OPTIONS /api/quick-order/upload": tusOptions(func(*testing.T, *stage) string { return uploadPath }),
	"OPTIONS /api/quick-order/upload/{id}": tusOptions(func(t *testing.T, s *stage) string {
		_, u, _ := s.begun(t)
		return u.Path
	}),
	"POST /api/quick-order/upload": func(t *testing.T, s *stage) {
		v := apptest.NewVisitor(t, s)
		u := must(v.CreateUpload(t.Context(), "../part.stl", 1234))(t)
		mine := s.cartOf("Cookie: " + v.Cookies())
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			got, err := tx.Upload(ctx, strings.TrimPrefix(u.Path, uploadPath+"/"))
			if got.Name != "part.stl" || got.Expected != 1234 || got.Durable != 0 || got.CartID != mine {
				t.Errorf("%+v", got)
			}
			return err
		})
	},
	"HEAD /api/quick-order/upload/{id}": func(t *testing.T, s *stage) {
		v, u, file := s.begun(t)
		if at := must(v.Resume(t.Context(), u))(t); at != 100 {
			t.Errorf("the upload is at %d of %d", at, len(file))
		}
	},
	"PATCH /api/quick-order/upload/{id}": func(t *testing.T, s *stage) {
		v, u, file := s.begun(t)
		if err := v.Append(t.Context(), u, 100, file[100:]); err != nil {
			t.Fatal(err)
		}
		if parts := s.parts(t, v.Client); len(parts) != 1 || parts[0].Name != "part.stl" || parts[0].Bytes != int64(len(file)) || s.uploadKnown(t, u) {
			t.Errorf("the upload became %+v", parts)
		}
		if got := v.Sliced(); !got.CanPay {
			t.Errorf("%+v", got)
		}
	},
	"GET /api/uploads": func(t *testing.T, s *stage) {
		_, u, file := s.begun(t)
		all := get[cart.UploadListView](t, s.helper.Client, "/api/uploads")
		i := slices.IndexFunc(all.Uploads, func(o cart.OpenUploadView) bool { return strings.HasSuffix(u.Path, o.ID) })
		if i < 0 || all.Total < 1 {
			t.Fatalf("%+v", all)
		}
		if got := all.Uploads[i]; got.Name != "part.stl" || got.Length != int64(len(file)) || got.Kept != 100 || got.Begun == 0 || got.Heard < got.Begun || got.By != "" {
			t.Errorf("%+v", got)
		}
		mine := must(s.helper.CreateUpload(t.Context(), "counter.stl", 100))(t)
		all = get[cart.UploadListView](t, s.helper.Client, "/api/uploads")
		i = slices.IndexFunc(all.Uploads, func(o cart.OpenUploadView) bool { return strings.HasSuffix(mine.Path, o.ID) })
		if i < 0 || all.Uploads[i].By != "Flo Helper" {
			t.Errorf("%+v", all)
		}
		send(t, s.helper.Client, "DELETE", mine.Path, "", 204, speaksTus...)
	},
	"GET /api/uploads/carts": func(t *testing.T, s *stage) {
		v := apptest.NewVisitor(t, s)
		file := apptest.Block(21, 21, 5)
		v.Drop("waits.stl", file)
		v.Sliced()
		all := get[cart.WaitingCartsView](t, s.helper.Client, "/api/uploads/carts")
		i := slices.IndexFunc(all.Carts, func(f cart.CartsFromView) bool { return f.Address == "" })
		if i < 0 || all.Carts[i].Carts < 1 || all.Carts[i].Files < 1 || all.Carts[i].Bytes < int64(len(file)) || all.Carts[i].Seen == 0 {
			t.Errorf("%+v", all)
		}
	},
	"POST /api/uploads/carts/clear": func(t *testing.T, s *stage) {
		other := newStage(t, apptest.Setup{}) // all that waits there goes
		s.elsewhere = other.rig
		v, ordered := apptest.NewVisitor(t, other), apptest.NewVisitor(t, other)
		v.Drop("waits.stl", apptest.Block(21, 21, 5))
		v.Sliced()
		ordered.Drop("ordered.stl", apptest.Block(22, 22, 5))
		ordered.Sliced()
		placed := ordered.Checkout(apptest.Order(shop.ByTransfer, ordered.Price().Price.Total))
		clear := map[string]string{"address": ""}
		if got := post[cart.ClearedView](t, other.helper.Client, "/api/uploads/carts/clear", clear); got.Carts != 1 {
			t.Errorf("%+v", got)
		}
		if parts := other.parts(t, v.Client); len(parts) != 0 {
			t.Errorf("in the cart are %+v", parts)
		}
		if left := get[cart.WaitingCartsView](t, other.helper.Client, "/api/uploads/carts"); len(left.Carts) != 0 {
			t.Errorf("%+v", left)
		}
		if o := other.admin.Find(placed.OrderNumber); len(o.Files) != 4 {
			t.Errorf("the order has %d files", len(o.Files))
		}
	},
	"GET /api/refused-models": func(t *testing.T, s *stage) {
		_, o := s.refusedModel(t, 6.5)
		list := get[cart.RefusedModelListView](t, s.helper.Client, "/api/refused-models")
		i := slices.IndexFunc(list.Files, func(b cart.RefusedModelView) bool { return b.OrderNumber == o.Number })
		if i < 0 || list.Files[i].Name != "refused.stl" || list.Files[i].Reason != "A weapon." || list.Files[i].OrderID != o.ID || list.Files[i].By != "Flo Helper" || list.Files[i].Created == 0 {
			t.Errorf("%+v", list)
		}
		if slices.ContainsFunc(list.Files[i+1:], func(b cart.RefusedModelView) bool { return b.OrderNumber == o.Number }) {
			t.Errorf("the mesh read from the file is a row of its own: %+v", list)
		}
	},
	"GET /api/refused-models/{hash}": func(t *testing.T, s *stage) {
		_, first := s.refusedModel(t, 7.5)
		at := "/api/refused-models/" + apptest.FileOf(t, first, "model").SHA256
		with := get[cart.RefusedWithView](t, s.admin.Client, at)
		if with.Count != 1 || len(with.Refusals) != 1 || with.Refusals[0].OrderNumber != first.Number || with.Refusals[0].Name != "refused.stl" {
			t.Errorf("%+v", with)
		}
		send(t, s.helper.Client, "GET", at, "", 403)
		send(t, s.admin.Client, "GET", "/api/refused-models/"+strings.Repeat("0", 64), "", 404)
	},
	"DELETE /api/refused-models/{hash}": func(t *testing.T, s *stage) {
		file, o := s.refusedModel(t, 5.5)
		at := "/api/refused-models/" + apptest.FileOf(t, o, "model").SHA256
		v := apptest.NewVisitor(t, s)
		if err := v.Upload(t.Context(), "again.stl", file, 4<<20); apptest.CodeOf(err) != "file_refused" {
			t.Errorf("sent again: %v", err)
		}
		counter := apptest.LogIn(t, s)
		if err := counter.Upload(t.Context(), "again.stl", file, 4<<20); apptest.CodeOf(err) != "file_refused" || !strings.Contains(err.Error(), o.Number) || !strings.Contains(err.Error(), "“A weapon”") {
			t.Errorf("staff hear: %v", err)
		}
		send(t, s.helper.Client, "DELETE", at, "", 403)
		send(t, s.admin.Client, "DELETE", at+"?count=2", "", 409) // from a page that showed another refusal, too
		send(t, s.admin.Client, "DELETE", at+"?count=1", "", 204)
		v.Drop("again.stl", file)
		v.Sliced()
		if price := v.Price(); price.Price.Total == 0 {
			t.Errorf("%+v", price)
		}
		send(t, s.admin.Client, "DELETE", at, "", 404)
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			log, _, err := tx.ActivityPage(ctx, o.ID, "", 20)
			if log[0].Verb != shop.VerbModelAccepted || !strings.Contains(log[0].Message(), "refused.stl") {
				t.Errorf("%+v", log)
			}
			return err
		})
	},
	"DELETE /api/uploads/{id}": func(t *testing.T, s *stage) {
		v, u, _ := s.begun(t)
		id := strings.TrimPrefix(u.Path, uploadPath+"/")
		send(t, s.helper.Client, "DELETE", "/api/uploads/"+id, "", 204)
		if s.uploadKnown(t, u) {
			t.Error("the upload is still known")
		}
		send(t, v.Client, "HEAD", u.Path, "", 404, speaksTus...)
		if err := v.Append(t.Context(), u, 100, []byte("x")); apptest.CodeOf(err) != "upload_not_found" {
			t.Errorf("its next piece: %v", err)
		}
		send(t, s.helper.Client, "DELETE", "/api/uploads/"+id, "", 404)
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			log, _, err := tx.ActivityPage(ctx, "", "", 20)
			if !slices.ContainsFunc(log, func(a shop.Activity) bool {
				return a.Verb == shop.VerbUploadCleared && a.ObjectID == id && a.Who == "Flo Helper"
			}) {
				t.Errorf("%+v", log)
			}
			return err
		})
	},
	"DELETE /api/quick-order/upload/{id}": func(t *testing.T, s *stage) {
		v, u, _ := s.begun(t)
		if !s.uploadKnown(t, u) {
			t.Fatal("the upload is not known")
		}
		send(t, v.Client, "DELETE", u.Path, "", 204, speaksTus...)
		if s.uploadKnown(t, u) {
			t.Error("the upload is still known")
		}
		send(t, v.Client, "HEAD", u.Path, "", 404, speaksTus...)
	},
}

// refusedModel is a file that nobody else sends, and its order, which was refused with it.
func (s *stage) refusedModel(t *testing.T, height float64) ([]byte, order.StaffOrderView) {
	t.Helper()
	v := apptest.NewVisitor(t, s)
	file := apptest.Block(9, 8, height)
	v.Drop("refused.stl", file)
	v.Sliced()
	o := s.admin.Find(v.Checkout(apptest.Order(shop.ByReview, 0)).OrderNumber)
	s.helper.Act(o.ID, "refuse", map[string]any{"reason": "A weapon.", "delete_files": true})
	return file, o
}
