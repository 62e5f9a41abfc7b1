package cart_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage"
)

// blocks is an archive of so many models that differ.
func blocks(n int) []byte {
	var files []meshtest.File
	for i := range n {
		files = append(files, meshtest.File{Name: fmt.Sprintf("block-%02d.stl", i), Data: meshtest.BinarySTL(meshtest.Box(20, 20, float64(5+i)))})
	}
	return meshtest.ZIP(files...)
}

func filesIn(t *testing.T, c *apptest.Scenario) (n int) {
	t.Helper()
	for _, err := range c.Store.List(storage.Tmp) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// The models of an archive are parts like any other: a cart has fifty, however they came, and its answer stays small. An
// archive that does not fit is not taken in half: it says how many would fit, and goes to a person if it is left there.
func TestACartHasFiftyParts(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	mine := c.NewCart()
	c.Drop(mine, "photo.jpg", photo)
	c.Drop(mine, "all.zip", blocks(shop.MaxCartFiles))
	failed := func() shop.Part {
		t.Helper()
		for _, p := range c.Parts(mine) {
			if p.State == shop.PartFailed {
				return p
			}
		}
		t.Fatal("no part failed")
		return shop.Part{}
	}
	want := "There are 50 models in all.zip, and an order takes 50 parts: 49 more fit here."
	if p := failed(); len(c.Parts(mine)) != 2 || p.Name != "all.zip" || !strings.HasPrefix(p.Message, want) || filesIn(t, c) != 2 {
		t.Fatalf("%q with %q, %d parts, %d files", p.Name, p.Message, len(c.Parts(mine)), filesIn(t, c))
	}
	if _, err := c.Carts.DeletePart(t.Context(), shop.Visitor(mine), 0, failed().ID); err != nil {
		t.Fatal(err)
	}
	c.Drop(mine, "most.zip", blocks(47))
	if n := len(c.Parts(mine)); n != 48 {
		t.Fatalf("%d parts of 48", n)
	}
	c.Drop(mine, "again.zip", blocks(4))
	if p := failed(); len(c.Parts(mine)) != 49 || !strings.Contains(p.Message, "2 more fit here") {
		t.Errorf("%q, %d parts", p.Message, len(c.Parts(mine)))
	}
	// A file on its way has its place.
	c.Begin(mine, "photo.jpg", photo, 1)
	if _, err := c.Carts.CreateUpload(t.Context(), shop.Visitor(mine), "more.jpg", 10); !shop.IsCode(err, "cart_files_full") || !strings.Contains(err.Error(), "50 parts") {
		t.Errorf("beside 49 parts and a file on its way: %v", err)
	}
	if _, err := c.Carts.RetrySlices(t.Context(), shop.Visitor(mine), nil); err != nil {
		t.Fatal(err)
	}
	c.Inspect(mine)
	if p := failed(); !strings.Contains(p.Message, "1 more fits here") {
		t.Errorf("again: %q", p.Message)
	}
	v, err := c.Carts.Get(t.Context(), shop.Visitor(mine))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Parts) != 49 {
		t.Errorf("a cart has %d parts", len(v.Parts))
	}
	// What does not fit is no reason to send the rest away: a person looks at it.
	for _, p := range c.Parts(mine) {
		if p.State != shop.PartFailed {
			if _, err := c.Carts.DeletePart(t.Context(), shop.Visitor(mine), 0, p.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := c.Carts.RetrySlices(t.Context(), shop.Visitor(mine), nil); err != nil {
		t.Fatal(err)
	}
	c.Inspect(mine)
	if n := len(c.Parts(mine)); n != 4 {
		t.Errorf("with room, %d parts of 4", n)
	}
}

// The answer of a full cart stays small once all of it is sliced and priced, as a browser gets it.
func TestAFullCartIsASmallAnswer(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	mine := apptest.NewVisitor(t, c)
	mine.Drop("all.zip", blocks(shop.MaxCartFiles))
	v, err := mine.WaitSliced(t.Context(), shop.MaxCartFiles)
	if err != nil || len(v.Parts) != shop.MaxCartFiles || !v.CanPay && v.Price == nil {
		t.Fatalf("%d parts, %v", len(v.Parts), err)
	}
	for _, p := range v.Parts {
		if p.Price == nil || p.Result == nil || p.LayersURL == "" {
			t.Fatalf("%s is %s", p.Name, p.State)
		}
	}
	text, err := apptest.Get[json.RawMessage](t.Context(), mine.Client, "/api/quick-order/cart")
	if err != nil || len(text) > 2000*shop.MaxCartFiles {
		t.Errorf("a cart of %d sliced parts is %d bytes, %v", len(v.Parts), len(text), err)
	}
}

// Meshes are written for a cart as its files are, and have their bounds with them.
func TestMeshesOfACartAreBounded(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true, Damaged: true})
	mine := c.NewCart()
	c.Begin(mine, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 5)), 684)
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertBlob(ctx, db.Blob{ID: shop.NewID(), Bucket: "tmp", CartID: mine, Size: shop.MaxCartBytes - 800, SHA256: strings.Repeat("0", 64)})
	})
	c.Inspect(mine)
	if p := c.Parts(mine)[0]; p.State != shop.PartFailed || !strings.Contains(p.Message, "an order takes 2000 MB") || p.MeshBlob != "" {
		t.Errorf("%+v", p)
	}
}

// A network has only so many files, however small they are and in however many carts: each makes what the shop has to add up longer.
// An archive that would be more of them goes to a person. Whoever asks from elsewhere, and staff, have their room.
func TestFilesOfANetworkAreBounded(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true, Damaged: true})
	begin := func(address string) string {
		t.Helper()
		id, _, err := c.Carts.BeginCart(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		for i := range 4*shop.MaxVisitorFiles - 2 {
			id := shop.NewID()
			if err := tx.InsertCart(ctx, id, id, fmt.Sprintf("2001:db8:7:%x::", 1+i)); err != nil {
				return err
			}
			if err := tx.InsertBlob(ctx, db.Blob{ID: shop.NewID(), Bucket: "tmp", CartID: id, Size: 5, SHA256: strings.Repeat("0", 64)}); err != nil {
				return err
			}
		}
		return nil
	})
	mine := begin("2001:db8:7:ff01::")
	c.Drop(mine, "two.zip", blocks(3))
	if parts := c.Parts(mine); len(parts) != 1 || parts[0].State != shop.PartFailed || !strings.Contains(parts[0].Message, "files from your network are waiting") {
		t.Errorf("three models with room for two: %+v", parts)
	}
	c.Drop(mine, "last.jpg", photo)
	for name, try := range map[string]func(cart string) error{
		"a file": func(cart string) error {
			_, err := c.Carts.CreateUpload(t.Context(), shop.Visitor(cart), "more.jpg", 10)
			return err
		},
		"a link": func(cart string) error {
			_, err := c.Carts.AddLink(t.Context(), shop.Visitor(cart), "https://example.com/a-model")
			return err
		},
	} {
		err := try(begin("2001:db8:7:ff02::"))
		if !shop.IsCode(err, "visitor_files_full") || !shop.IsKind(err, shop.TooMany) || shop.AfterOf(err) == 0 {
			t.Errorf("%s more of the network: %v", name, err)
		}
		for _, elsewhere := range []string{"2001:db8:8::", "203.0.113.9", ""} {
			if err := try(begin(elsewhere)); err != nil {
				t.Errorf("%s from %q: %v", name, elsewhere, err)
			}
		}
	}
	if _, err := c.Carts.DeletePart(t.Context(), shop.Visitor(mine), 0, c.Parts(mine)[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Carts.CreateUpload(t.Context(), shop.Visitor(begin("2001:db8:7:ff02::")), "more.jpg", 10); err != nil {
		t.Errorf("once one was removed: %v", err)
	}
	// Whoever is at the counter may be in the same network.
	u := c.Employ("Flo", "flo@example.com", shop.RoleStaff)
	who := shop.Actor{ID: u.ID, Role: u.Role, Name: u.Name, CartID: begin("2001:db8:7:ff02::")}
	if _, err := c.Carts.CreateUpload(t.Context(), who, "more.jpg", 10); err != nil {
		t.Error(err)
	}
}
