package order_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// askew is a T that somebody turned.
var askew = shop.Pose{W: 0.8, X: 0.36, Z: 0.48}

// turned is an order in review of a part that somebody turned, in inches where its file says nothing.
func (a atCounter) turned(file []byte, pose shop.Pose) order.StaffOrderView {
	a.t.Helper()
	id := a.NewCart()
	a.Begin(id, "block.stl", file, len(file))
	a.AwaitSliced(id)
	inch := shop.Inch
	if _, err := a.Carts.PatchParts(a.t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Pose: &pose, Unit: &inch}); err != nil {
		a.t.Fatal(err)
	}
	a.AwaitSliced(id)
	placed, err := a.Review(id)
	if err != nil {
		a.t.Fatal(err)
	}
	found, err := a.Orders.Orders(a.t.Context(), helper, order.OrderFilter{Tab: "review", Query: placed.OrderNumber})
	if err != nil || len(found.Orders) != 1 {
		a.t.Fatalf("%+v, %v", found, err)
	}
	return a.seen(found.Orders[0].ID)
}

// boxOf is the box round a binary STL: its lowest corner and its highest.
func boxOf(stl []byte) (low, high [3]float64) {
	for k := range low {
		low[k], high[k] = math.Inf(1), math.Inf(-1)
	}
	for record := stl[84:]; len(record) >= 50; record = record[50:] {
		for i := range 9 {
			v := float64(math.Float32frombits(binary.LittleEndian.Uint32(record[12+4*i:])))
			low[i%3], high[i%3] = min(low[i%3], v), max(high[i%3], v)
		}
	}
	return low, high
}

// An order keeps how a part lies, and staff download it so: with the size that it was inspected with, standing on the bed.
func TestAnOrderKeepsThePose(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.turned(meshtest.BinarySTL(meshtest.TBracket().Times(1/25.4)), askew)
	it := o.Items[0]
	if it.Pose == nil || *it.Pose != askew || it.SizeMM == nil || it.GCodeSHA256 == "" {
		t.Fatalf("%+v", it)
	}
	mesh := apptest.FileOf(t, o, "mesh")
	link, err := a.Orders.FileLink(t.Context(), grace, string(shop.ShopDoor), mesh.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	file, err := a.Files.OpenSigned(t.Context(), string(shop.ShopDoor), strings.TrimPrefix(link.URL, "/f/"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Reader.Close()
	stl, err := io.ReadAll(file.Reader)
	if err != nil || int64(len(stl)) != file.Size || file.Name != "block_oriented.stl" {
		t.Errorf("%s has %d bytes of %d: %v", file.Name, len(stl), file.Size, err)
	}
	low, high := boxOf(stl)
	if math.Abs(low[2]) > 1e-3 || math.Abs(low[0]+high[0]) > 1e-3 {
		t.Errorf("it stands at %v", low)
	}
	for k, size := range it.SizeMM {
		if math.Abs(high[k]-low[k]-size) > 0.01 {
			t.Errorf("it reaches from %v to %v, and was inspected as %v", low, high, it.SizeMM)
		}
	}
	if _, err := a.Orders.FileLink(t.Context(), grace, string(shop.ShopDoor), apptest.FileOf(t, o, "gcode").ID, true); !shop.IsCode(err, "file_not_mesh") {
		t.Errorf("G-code, turned: %v", err)
	}
	var settings struct{ Pose *shop.Pose }
	a.Read(func(ctx context.Context, tx *db.Tx) error {
		items, err := tx.Items(ctx, o.ID)
		if err == nil && items[0].Pose != askew {
			t.Errorf("kept as %+v", items[0].Pose)
		}
		return err
	})
	if link, err = a.Orders.FileLink(t.Context(), grace, string(shop.ShopDoor), apptest.FileOf(t, o, "settings").ID, false); err != nil {
		t.Fatal(err)
	}
	text, err := a.Files.OpenSigned(t.Context(), string(shop.ShopDoor), strings.TrimPrefix(link.URL, "/f/"))
	if err != nil {
		t.Fatal(err)
	}
	defer text.Reader.Close()
	if err := json.NewDecoder(text.Reader).Decode(&settings); err != nil || settings.Pose == nil || *settings.Pose != askew {
		t.Errorf("its settings say %+v: %v", settings.Pose, err)
	}
}

// Another model lies as its own file has it, whatever was done to the one before, and the order says so.
func TestAnotherModelLiesAsItDoes(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.turned(meshtest.BinarySTL(meshtest.Box(20, 1, 1)), askew) // half a metre long: it fits no bed
	if it := o.Items[0]; it.Pose == nil || !it.Remakable {
		t.Fatalf("%+v", it)
	}
	v, err := a.replaces(o, 0, a.brings("shorter.stl", apptest.Block(50, 50, 30)), false)
	if err != nil {
		t.Fatal(err)
	}
	if it := v.Items[0]; it.Pose != nil || it.GCodeSHA256 == "" || !strings.Contains(v.Activity[0].Message, "not as the one before was turned") {
		t.Errorf("%+v, %q", it.Pose, v.Activity[0].Message)
	}
	o = a.requested(map[string][]byte{"vase.jpg": photo})
	if v, err = a.replaces(o, 0, a.brings("other.stl", apptest.Block(50, 50, 31)), false); err != nil || strings.Contains(v.Activity[0].Message, "as the one before") {
		t.Errorf("what never was turned: %q, %v", v.Activity[0].Message, err)
	}
}
