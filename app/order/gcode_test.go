package order_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

const cura = ";FLAVOR:Marlin\n;TIME:2375\n;Filament used: 1.57025m\nG28\n"

// Many at once do not wait for each other's reads: there are only a few at a time.
func TestGCodeOfManyAtOnce(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	part := a.brings("bare.gcode", []byte("G28\nG1 X1\n")) // refused each time: nothing is written
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			_, err := a.Orders.AttachGCode(ctx, a.who, o.ID, o.Items[0].ID, order.AttachGCodeRequest{Version: o.Version, PartID: part.ID})
			if shop.CodeOf(err) != "minutes_missing" {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// G-code that staff made elsewhere gives an item's job its work: as the file says, or as they write it.
func TestGCodeOfStaff(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	total := shop.Cents(80_00)
	o, err := a.Orders.ApproveOrder(t.Context(), grace, o.ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "as agreed"})
	if err != nil {
		t.Fatal(err)
	}
	if o, err = a.Orders.ReleaseOrder(t.Context(), helper, o.ID, 0, ""); err != nil {
		t.Fatal(err)
	}
	attach := func(o order.StaffOrderView, part shop.Part, minutes, grams *float64) (order.StaffOrderView, error) {
		return a.Orders.AttachGCode(t.Context(), a.who, o.ID, o.Items[0].ID, order.AttachGCodeRequest{Version: o.Version, PartID: part.ID, Minutes: minutes, Grams: grams})
	}
	for name, c := range map[string]struct {
		file, code, field string
	}{
		"vase.jpg":   {string(photo), "gcode_unreadable", "file"},
		"bin.gcode":  {"GCDE\x00\x01", "gcode_unreadable", "file"},
		"poem.gcode": {";TIME:60\n<script>roses are red</script>\nGood morning\n", "gcode_unreadable", "file"},
		"long.gcode": {"; " + strings.Repeat("G28 ", 5000) + "\n", "gcode_unreadable", "file"},
		"bare.gcode": {"G28\nG1 X1\n", "minutes_missing", "minutes"},
		"time.gcode": {";TIME:60\nG28\n", "grams_missing", "grams"},
	} {
		if _, err := attach(o, a.brings(name, []byte(c.file)), nil, nil); shop.CodeOf(err) != shop.Code(c.code) || shop.FieldOf(err) != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := attach(o, a.brings("vase_PLA.gcode", []byte(cura)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	j := v.Jobs[0]
	if j.Elsewhere || j.Seconds != 2375 || j.Grams != 4.68 || v.Items[0].Elsewhere || v.Total != total || v.Activity[0].Code != shop.VerbGCodeAttached {
		t.Errorf("%+v", v)
	}
	kept := apptest.FileOf(t, v, "gcode")
	if kept.ID != j.GCodeFileID || kept.Name != v.Number+"_vase_PLA-Black_0.20_plate-1of1.gcode" || kept.SHA256 != v.Items[0].GCodeSHA256 || !slices.Equal(fileKinds(v, v.Items[0].ID), []string{"gcode", "review_file"}) {
		t.Errorf("%+v", v.Files)
	}
	var blob shop.OrderFile
	a.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		blob, err = tx.OrderFile(ctx, kept.ID)
		return err
	})
	f, err := a.Files.Open(t.Context(), storage.OrderFiles, blob.BlobID)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil || string(text) != cura {
		t.Errorf("kept is %q, %v", text, err)
	}
	// What staff write counts more than what the file says; it is in the place of the first.
	minutes, grams := 90.0, 12.5
	if v, err = attach(v, a.brings("better.gcode", []byte(cura+"M84\n")), &minutes, &grams); err != nil {
		t.Fatal(err)
	}
	if j := v.Jobs[0]; j.Seconds != 5400 || j.Grams != 12.5 || j.GCodeFileID == kept.ID || !slices.Equal(fileKinds(v, v.Items[0].ID), []string{"gcode", "review_file"}) {
		t.Errorf("%+v, %+v", j, v.Files)
	}
	// Numbers that staff write make no G-code of what is none.
	if _, err := attach(v, a.brings("poem.gcode", []byte("<script>roses are red</script>")), &minutes, &grams); !shop.IsCode(err, "gcode_unreadable") {
		t.Errorf("a poem: %v", err)
	}
	// A model after that slices it here.
	if v, err = a.replaces(v, 0, a.brings("vase.stl", apptest.Block(20, 20, 10)), false); err != nil || v.Jobs[0].Seconds == 5400 || v.Items[0].MeshURL == "" {
		t.Errorf("%+v, %v", v, err)
	}
	if got := strings.Join(fileKinds(v, v.Items[0].ID), " "); got != "gcode mesh review_file settings" {
		t.Errorf("the item has the files %s", got)
	}
}
