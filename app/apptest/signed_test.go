package apptest

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"buildplate/app/api"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/storage"
)

// A signed link opens one file, for a time, while its row is there; any other link opens nothing.
func TestSignedLinks(t *testing.T) {
	p := Start(t, Options{})
	staff := SetUp(t, p)
	v := NewVisitor(t, p)
	v.Drop("part.stl", Block(20, 20, 5))
	v.Sliced()
	o := staff.Find(v.Checkout(Order(shop.ByTransfer, v.Price().Price.Total)).OrderNumber)
	other := NewVisitor(t, p)
	other.Drop("other.stl", Block(20, 20, 6)) // and stays in its cart
	other.Sliced()
	p.Stop(t)
	signer, blob, client, upload := keysOf(t, p.Data, o.ID)

	p = Start(t, Options{Data: p.Data})
	staff = LogIn(t, p)
	anyone := NewClient(p.Public)
	now := time.Now()
	sign := func(g storage.Grant, at time.Time) string {
		t.Helper()
		g.Method = http.MethodGet
		link, err := signer.Sign(g, at)
		return "/f/" + must(t, link, err)
	}
	good := storage.Grant{Bucket: storage.OrderFiles, ID: blob, Client: client, Door: string(api.Public), Expires: now.Add(4 * time.Minute)}
	valid := sign(good, now)
	expired, stranger, ofTmp, future, elsewhere := good, good, good, good, good
	elsewhere.Door = string(api.Shop)
	expired.Expires, stranger.Client, future.Expires = now.Add(-time.Second), shop.NewID(), now.Add(9*time.Minute)
	ofTmp.Bucket, ofTmp.ID, ofTmp.Client = storage.Tmp, upload, ""
	for _, ask := range []struct {
		what, method, link string
		want               int
	}{
		{"a good link", "GET", valid, 200},
		{"its size", "HEAD", valid, 200},
		{"another method", "POST", valid, 404},
		{"another method", "DELETE", valid, 404},
		{"an expired link", "GET", sign(expired, now.Add(-2*time.Minute)), 401},
		{"a link from the future", "GET", sign(future, now.Add(5*time.Minute)), 401},
		{"another door's", "GET", sign(elsewhere, now), 404},
		{"another client's", "GET", sign(stranger, now), 404},
		{"a file that is in no order", "GET", sign(ofTmp, now), 404},
		{"a name after it", "GET", valid + ".stl", 404},
		{"no link at all", "GET", "/f/", 404},
	} {
		a, err := anyone.Send(t.Context(), ask.method, ask.link, nil)
		if err != nil || a.Status != ask.want {
			t.Errorf("%s: %s answered %d, want %d: %v", ask.what, ask.method, a.Status, ask.want, err)
		}
	}
	for i := len("/f/"); i < len(valid); i++ {
		for bit := range 7 {
			changed := []byte(valid)
			changed[i] ^= 1 << bit
			if strings.ContainsAny(string(changed[i]), "/?#%\x00\r\n \x7f") || changed[i] < 0x20 || (i+bit)%8 != 0 {
				continue // not a path of one part; and an eighth of the rest says as much
			}
			a, err := anyone.Send(t.Context(), http.MethodGet, string(changed), nil)
			if err != nil || (a.Status != 404 && a.Status != 401) {
				t.Errorf("letter %d as %q: %d %v", i, changed[i], a.Status, err)
			}
		}
	}
	link := staff.Link(FileOf(t, o, "model").ID)
	NewClient(p.Shop).Download(t, link) // whoever has it, at staff's door
	if a, err := anyone.Send(t.Context(), http.MethodGet, link, nil); err != nil || a.Status != 404 {
		t.Errorf("a link of staff's at the public door: %d %v", a.Status, err)
	}
	o = staff.Act(o.ID, "cancel", map[string]string{"reason": "A test of links."})
	if err := staff.JSON(t.Context(), http.MethodDelete, fmt.Sprintf("/api/order-files/%s?version=%d", FileOf(t, o, "model").ID, o.Version), nil, nil); err != nil {
		t.Fatal(err)
	}
	for gone, at := range map[string]*Client{link: NewClient(p.Shop), valid: anyone} {
		if a, err := at.Send(t.Context(), http.MethodGet, gone, nil); err != nil || a.Status != 404 {
			t.Errorf("the file was deleted, and its link answers %d: %v", a.Status, err)
		}
	}
	p.Stop(t)
	Audit(t, p.Data, Stopped)
}

// keysOf reads the key that signs links from a stopped shop, with the blob and the client of an order's model, and a
// blob that belongs to a cart.
func keysOf(t *testing.T, data, orderID string) (signer *storage.Signer, blob, client, upload string) {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, filepath.Join(data, "buildplate.db"), dbtest.Schema(t), db.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var text string
	err = d.Read(ctx, func(tx *db.Tx) error {
		if text, err = tx.Secret(ctx, "link_key"); err != nil {
			return err
		}
		files, err := tx.OrderFiles(ctx, orderID)
		for _, f := range files {
			if f.Kind == "model" {
				blob, client = f.BlobID, f.ClientID
			}
		}
		if err != nil {
			return err
		}
		parts, err := tx.PartsInState(ctx, shop.PartSliced)
		if err == nil {
			upload = parts[0].RawBlob
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	id, secret, _ := strings.Cut(text, ":")
	key, err := base64.RawStdEncoding.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	signer, err = storage.NewSigner(storage.Key{ID: id, Secret: key})
	return must(t, signer, err), blob, client, upload
}
