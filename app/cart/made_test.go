package cart_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage"
)

// sliceAll asks for the slices of a cart and waits for them.
func sliceAll(t *testing.T, c *apptest.Scenario, cart string) shop.Part {
	t.Helper()
	if err := c.Carts.Slice(t.Context(), cart); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(cart)
	return c.Parts(cart)[0]
}

// read is the content of a blob as it is handed out, with its row.
func read(t *testing.T, c *apptest.Scenario, id string) (b db.Blob, content []byte) {
	t.Helper()
	c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		b, err = tx.Blob(ctx, id)
		return err
	})
	f, err := c.Files.Open(t.Context(), storage.Tmp, id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if content, err = io.ReadAll(f); err != nil {
		t.Fatal(err)
	}
	return b, content
}

// shown is a part's mesh as its page gets it.
func shown(t *testing.T, c *apptest.Scenario, cart, part string) []byte {
	t.Helper()
	m, err := c.Carts.PartMesh(t.Context(), shop.Visitor(cart), part)
	if err != nil {
		t.Fatal(err)
	}
	in, err := m.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	stl, err := io.ReadAll(in)
	if err != nil || int64(len(stl)) != m.Size {
		t.Fatalf("%d bytes of %d, %v", len(stl), m.Size, err)
	}
	return stl
}

// What the shop makes takes less room on the disk than it has bytes, and is handed out as it was made: the G-code is the
// one that was priced.
func TestWhatIsMadeIsKeptCompressed(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "sphere.stl", meshtest.BinarySTL(meshtest.Sphere(20, 60)))
	part := sliceAll(t, c, cart)
	var made shop.Slice
	c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = tx.Slice(ctx, part.SliceKey)
		return err
	})
	if part.State != shop.PartSliced || made.GCodeBlob == "" {
		t.Fatalf("%+v", part)
	}
	for id, name := range map[string]string{made.GCodeBlob: "the G-code", part.MeshBlob: "the mesh"} {
		b, content := read(t, c, id)
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != b.SHA256 || int64(len(content)) != b.Size {
			t.Errorf("%s is handed out otherwise than it was made: %d bytes of %d", name, len(content), b.Size)
		}
		info, err := c.Store.Stat(storage.Tmp, id)
		if err != nil || b.Packed == 0 || info.Size != b.Packed || b.Packed >= b.Size {
			t.Errorf("%s of %d bytes takes %d on the disk, %d by its row: %v", name, b.Size, info.Size, b.Packed, err)
		}
	}
	if b, gcode := read(t, c, made.GCodeBlob); b.SHA256 != made.Facts.GCodeSHA256 || int64(len(gcode)) != made.Facts.GCodeBytes {
		t.Errorf("the G-code has %d bytes and is %s; priced were %+v", len(gcode), b.SHA256, made.Facts)
	}
	if b, _ := read(t, c, part.RawBlob); b.Packed != 0 {
		t.Error("the file that came is not kept as it came")
	}
}

// Meshes of before are as they were, and are shown, read in another unit and sliced like any other.
func TestMeshesThatAreNotCompressedAreStillRead(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 30, 10)))
	part := c.Parts(cart)[0]
	want := shown(t, c, cart, part.ID)
	packed, stl := read(t, c, part.MeshBlob)
	plain, err := c.Files.Put(t.Context(), storage.Tmp, "mesh.stl", func(w io.Writer) error {
		_, err := w.Write(stl)
		return err
	})
	if err != nil || plain.SHA256 != packed.SHA256 || plain.Packed != 0 {
		t.Fatalf("%+v, %v", plain, err)
	}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		old := part.MeshBlob
		part.MeshBlob = plain.ID
		if err := tx.InsertBlob(ctx, plain); err != nil {
			return err
		}
		if err := tx.SavePart(ctx, part); err != nil {
			return err
		}
		return c.Files.Trash(ctx, tx, old)
	})
	if got := shown(t, c, cart, part.ID); !bytes.Equal(got, want) {
		t.Error("it is shown otherwise")
	}
	inch := shop.Inch
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(cart), 0, nil, shop.ChoicesPatch{Unit: &inch}); err != nil {
		t.Fatal(err)
	}
	c.Inspect(cart)
	mm := shop.Millimetre
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(cart), 0, nil, shop.ChoicesPatch{Unit: &mm}); err != nil {
		t.Fatal(err)
	}
	c.Inspect(cart)
	if p := sliceAll(t, c, cart); p.State != shop.PartSliced || p.MeshBlob != plain.ID {
		t.Errorf("%s: %s", p.State, p.Message)
	}
}

// fill takes so many bytes of a cart's room, or of nobody's, and gives back what frees it.
func fill(c *apptest.Scenario, cart string, size int64) (free func()) {
	b := db.Blob{ID: shop.NewID(), Bucket: "tmp", CartID: cart, Size: size, SHA256: strings.Repeat("0", 64)}
	c.Write(func(ctx context.Context, tx *db.Tx) error { return tx.InsertBlob(ctx, b) })
	return func() {
		c.Write(func(ctx context.Context, tx *db.Tx) error { return c.Files.Trash(ctx, tx, b.ID) })
	}
}

// G-code has its room within the cart's, and is no verdict about the part: once there is room, it is sliced.
func TestGCodeOfACartIsBounded(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true, Damaged: true})
	cart := c.NewCart()
	c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 40)))
	before := filesIn(t, c)
	free := fill(c, cart, shop.MaxCartBytes-2000) // beside the file and its mesh there is room, and not for the G-code
	p := sliceAll(t, c, cart)
	if p.State != shop.PartFailed || !strings.Contains(p.Message, "the limit is 2.0 GB") {
		t.Errorf("%s: %s", p.State, p.Message)
	}
	if after := filesIn(t, c); after != before {
		t.Errorf("%d files were left behind", after-before)
	}
	free()
	if _, err := c.Carts.RetrySlices(t.Context(), shop.Visitor(cart), nil); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(cart)
	if p := c.Parts(cart)[0]; p.State != shop.PartSliced {
		t.Errorf("with room it is %s: %s", p.State, p.Message)
	}
}

// When visitors have filled the shop, meshes and G-code of theirs have no room; an order at the counter has.
func TestStaffHaveRoomForWhatIsMade(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true, Damaged: true})
	who := aHelper(t, c)
	theirs, ours := c.NewCart(), c.NewCart()
	block := meshtest.BinarySTL(meshtest.Box(20, 20, 10))
	who.CartID = ours
	send := func(who shop.Actor) {
		t.Helper()
		id, err := c.Carts.CreateUpload(t.Context(), who, "block.stl", int64(len(block)))
		if err == nil {
			_, err = c.Carts.AppendUpload(t.Context(), who, id, 0, bytes.NewReader(block))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	send(who)
	send(shop.Visitor(theirs))
	fill(c, "", shop.MaxTmpBytes-shop.StaffTmpBytes-2*int64(len(block)))
	c.Inspect(theirs)
	if p := c.Parts(theirs)[0]; p.State != shop.PartFailed || !strings.Contains(p.Message, "cannot take more files") {
		t.Errorf("a visitor's mesh: %s, %q", p.State, p.Message)
	}
	c.Inspect(ours)
	if p := sliceAll(t, c, ours); p.State != shop.PartSliced {
		t.Errorf("the counter's part: %s, %q", p.State, p.Message)
	}
}

// aHelper is a member of staff who is no admin.
func aHelper(t *testing.T, c *apptest.Scenario) shop.Actor {
	t.Helper()
	u := shop.User{ID: shop.NewID(), Role: shop.RoleStaff, Name: "Helper", Email: "helper@example.com", State: shop.UserActive, Version: 1}
	c.Write(func(ctx context.Context, tx *db.Tx) error { return tx.InsertUser(ctx, u) })
	return shop.Actor{Role: u.Role, ID: u.ID, Name: u.Name}
}

// queued puts a part like another into a cart, to be sliced with another infill, and gives it its place.
func queued(t *testing.T, c *apptest.Scenario, like shop.Part, cart string, infill int) {
	t.Helper()
	p := like
	p.ID, p.CartID, p.UploadID, p.SliceKey, p.State = shop.NewID(), cart, "", "", shop.PartQueued
	p.Choices.Infill = infill
	c.Write(func(ctx context.Context, tx *db.Tx) error { return tx.InsertPart(ctx, p) })
	if err := c.Carts.Slice(t.Context(), cart); err != nil {
		t.Fatal(err)
	}
}

// placeIn is where in the queue the page of a cart says that its part is.
func placeIn(t *testing.T, c *apptest.Scenario, cart string) int {
	t.Helper()
	v, err := c.Carts.Get(t.Context(), shop.Visitor(cart))
	if err != nil || len(v.Parts) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	return v.Parts[0].QueuePosition
}

// Sixty carts of one visitor are one in the queue: whoever comes after them from elsewhere is next, and staff come before.
// Where no address is known, every cart is on its own.
func TestTurnsGoByAddress(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	from := func(address string) string {
		id, _, err := c.Carts.BeginCart(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := from("203.0.113.9")
	c.Drop(first, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	part := c.Parts(first)[0]
	if err := c.Carts.Slice(t.Context(), first); err != nil { // it runs
		t.Fatal(err)
	}
	for i := range 60 {
		queued(t, c, part, from("203.0.113.9"), 21+i)
	}
	other, unknown := from("203.0.113.10"), from("")
	queued(t, c, part, other, 90)
	queued(t, c, part, unknown, 91)
	if p := placeIn(t, c, other); p != 1 {
		t.Errorf("another address is at place %d", p)
	}
	if p := placeIn(t, c, unknown); p != 2 {
		t.Errorf("one whose address is not known is at place %d", p)
	}
	counter := from("203.0.113.9")
	who := aHelper(t, c)
	who.CartID = counter
	queued(t, c, part, counter, 92)
	if p := placeIn(t, c, counter); p < 60 {
		t.Errorf("before staff work on it, a cart is at place %d", p)
	}
	supports := shop.SupportsOff
	if _, err := c.Carts.PatchParts(t.Context(), who, 0, nil, shop.ChoicesPatch{Supports: &supports}); err != nil {
		t.Fatal(err)
	}
	if places := []int{placeIn(t, c, counter), placeIn(t, c, other), placeIn(t, c, unknown)}; !slices.Equal(places, []int{1, 2, 3}) {
		t.Errorf("the counter's part, another address's and an unknown one's are at %v", places)
	}
}
