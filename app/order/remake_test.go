package order_test

import (
	"context"
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

// atCounter is a member of staff with a cart of their own, and what lies in it by name.
type atCounter struct {
	*apptest.Scenario
	t   *testing.T
	who shop.Actor
}

func newCounter(t *testing.T, c *apptest.Scenario) atCounter {
	t.Helper()
	u := c.Employ("Flo Helper", shop.NewID()+"@example.com", shop.RoleStaff)
	who := shop.Actor{ID: u.ID, Name: u.Name, Role: u.Role, CartID: c.NewCart()}
	return atCounter{c, t, who}
}

// brings uploads a file to the counter's cart and waits until nothing is worked on.
func (a atCounter) brings(name string, file []byte) shop.Part {
	a.t.Helper()
	a.Begin(a.who.CartID, name, file, len(file))
	a.AwaitSliced(a.who.CartID)
	parts := a.Parts(a.who.CartID)
	at := slices.IndexFunc(parts, func(p shop.Part) bool { return p.Name == name })
	if at < 0 {
		a.t.Fatalf("%s is not in the cart: %+v", name, parts)
	}
	return parts[at]
}

// requested is an order in review, of files by name, printed on the usual choices or on these.
func (a atCounter) requested(files map[string][]byte, choices ...shop.ChoicesPatch) order.StaffOrderView {
	a.t.Helper()
	cart := a.NewCart()
	for _, name := range []string{"block.stl", "vase.jpg", "vase.step"} {
		if file, ok := files[name]; ok {
			a.Begin(cart, name, file, len(file))
		}
	}
	a.AwaitSliced(cart)
	for _, patch := range choices {
		if _, err := a.Carts.PatchParts(a.t.Context(), shop.Actor{Role: shop.RoleVisitor, CartID: cart}, 0, nil, patch); err != nil {
			a.t.Fatal(err)
		}
	}
	placed, err := a.Review(cart)
	if err != nil {
		a.t.Fatal(err)
	}
	found, err := a.Orders.Orders(a.t.Context(), helper, order.OrderFilter{Tab: "review", Query: placed.OrderNumber})
	if err != nil || len(found.Orders) != 1 {
		a.t.Fatalf("%+v, %v", found, err)
	}
	return a.seen(found.Orders[0].ID)
}

func (a atCounter) seen(id string) order.StaffOrderView {
	a.t.Helper()
	v, err := a.Orders.StaffOrder(a.t.Context(), helper, id)
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

func (a atCounter) replaces(o order.StaffOrderView, item int, part shop.Part, reprice bool) (order.StaffOrderView, error) {
	return a.Orders.ReplaceModel(a.t.Context(), a.who, o.ID, o.Items[item].ID, order.ReplaceModelRequest{Version: o.Version, PartID: part.ID, Reprice: reprice})
}

// fileKinds are the kinds of an item's files, in order.
func fileKinds(o order.StaffOrderView, itemID string) (kinds []string) {
	for _, f := range o.Files {
		if f.ItemID == itemID {
			kinds = append(kinds, f.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// In review a model takes the place of a photo: it is sliced, the order is priced with it as if it had come so, and what the
// customer sent stays.
func TestAModelInThePlaceOfAPhoto(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	block := apptest.Block(50, 50, 30)
	o := a.requested(map[string][]byte{"block.stl": block, "vase.jpg": photo})
	if photo := o.Items[1]; !photo.Elsewhere || !photo.Remakable || photo.Price != nil || o.Items[0].Remakable || !o.Repriceable {
		t.Fatalf("%+v", o.Items)
	}
	// The same mesh as the other part's: set-up is charged once.
	part := a.brings("vase as a model.stl", block)
	v, err := a.replaces(o, 1, part, false)
	if err != nil {
		t.Fatal(err)
	}
	it := v.Items[1]
	if it.Name != "vase.jpg" || it.Elsewhere || it.Seconds == 0 || it.MeshURL == "" || it.GCodeSHA256 == "" || it.Price == nil || it.Price.Total >= v.Items[0].Price.Total || it.MadeFrom != part.Name || v.Items[0].MadeFrom != "" {
		t.Errorf("%+v", it)
	}
	if got := fileKinds(v, it.ID); !slices.Equal(got, []string{"gcode", "mesh", "review_file", "settings"}) {
		t.Errorf("the item has the files %q", got)
	}
	if v.Status != "in_review" || v.Total <= o.Total || v.Ready == nil || v.Version <= o.Version || v.Activity[0].Code != shop.VerbModelReplaced {
		t.Errorf("%s for %s, %+v", v.Status, v.Total, v.Activity)
	}
	if left := a.Parts(a.who.CartID); len(left) != 0 {
		t.Errorf("the cart still has %+v", left)
	}
	// Once more, from a page of before, and of a part that is gone.
	if _, err := a.replaces(o, 1, a.brings("other.stl", apptest.Block(10, 10, 5)), false); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("from an old page: %v", err)
	}
	if _, err := a.replaces(v, 1, part, false); !shop.IsCode(err, "part_not_found") {
		t.Errorf("of a part that is gone: %v", err)
	}
	if _, err := a.replaces(v, 0, a.brings("third.stl", block), false); !shop.IsCode(err, "item_sliced") {
		t.Errorf("what was priced by its slice: %v", err)
	}
	// It was the wrong model: another takes its place, with its files.
	old := apptest.FileOf(t, v, "gcode")
	if v, err = a.replaces(v, 1, a.Parts(a.who.CartID)[0], false); err != nil {
		t.Fatal(err)
	}
	if v.Items[1].MadeFrom != "other.stl" {
		t.Errorf("after the second model: %+v", v.Items[1])
	}
	if got := fileKinds(v, it.ID); !slices.Equal(got, []string{"gcode", "mesh", "review_file", "settings"}) || slices.ContainsFunc(v.Files, func(f order.StaffFileView) bool { return f.ID == old.ID && f.ItemID == it.ID }) {
		t.Errorf("after the second model the item has %+v", v.Files)
	}
	// Every part has a price, so the order is approved at its own.
	approved, err := a.Orders.ApproveOrder(t.Context(), helper, v.ID, order.ApproveRequest{Version: v.Version})
	if err != nil || approved.Total != v.Total || approved.InvoiceID == "" {
		t.Errorf("%+v, %v", approved, err)
	}
}

// A price that was agreed on stays when the order is paid: only how the item is made changes, and its job has work to do.
func TestAModelInAPaidOrder(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	total := shop.Cents(80_00)
	o, err := a.Orders.ApproveOrder(t.Context(), grace, o.ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "as agreed"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, total, ""); err != nil {
		t.Fatal(err)
	}
	o = a.seen(o.ID)
	if len(o.Jobs) != 1 || !o.Jobs[0].Elsewhere || o.Repriceable {
		t.Fatalf("%+v", o)
	}
	part := a.brings("vase.stl", apptest.Block(20, 20, 10))
	if _, err := a.replaces(o, 0, part, true); !shop.IsCode(err, "price_frozen") {
		t.Errorf("priced anew after it was paid: %v", err)
	}
	v, err := a.replaces(o, 0, part, false)
	if err != nil {
		t.Fatal(err)
	}
	if v.Total != total || v.Balance != 0 || v.Items[0].Price != nil || v.Status != o.Status {
		t.Errorf("%+v", v)
	}
	j := v.Jobs[0]
	if j.Elsewhere || j.ID != o.Jobs[0].ID || j.Seconds == 0 || j.Grams == 0 || j.GCodeFileID == "" || slices.Contains(j.Next, shop.JobPrintingComplete) || !slices.Contains(j.Next, shop.JobPrinting) {
		t.Errorf("%+v", j)
	}
	// A copy is good: how it is made is not changed any more.
	var printer string
	a.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.Printers(ctx)
		printer = all[0].ID
		return err
	})
	for _, to := range []shop.JobState{shop.JobPrinting, shop.JobPrintingComplete} {
		if _, err := a.Jobs.Move(t.Context(), helper, j.ID, job.MoveRequest{State: to, PrinterID: printer}); err != nil {
			t.Fatal(err)
		}
	}
	v = a.seen(v.ID)
	if _, err := a.replaces(v, 0, a.brings("late.stl", apptest.Block(10, 10, 5)), false); !shop.IsCode(err, "item_begun") || v.Items[0].Remakable {
		t.Errorf("after a good copy: %v", err)
	}
	// It is cancelled, refunded and refused with its files as any other.
	cancelled, err := a.Orders.CancelOrder(t.Context(), grace, v.ID, v.Version, "The customer thought again.")
	if err != nil || cancelled.DueBack != total || cancelled.Jobs[0].State != shop.JobCancelled {
		t.Errorf("%+v, %v", cancelled, err)
	}
}

// An order that may be paid and was not keeps its price, unless staff ask for a new one: then it is in review again, and what
// it was to be paid by is void.
func TestAModelInAnApprovedOrder(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	total := shop.Cents(80_00)
	o, err := a.Orders.ApproveOrder(t.Context(), grace, o.ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "as agreed"})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := a.replaces(o, 0, a.brings("vase.stl", apptest.Block(20, 20, 10)), false)
	if err != nil || kept.Total != total || kept.InvoiceID != o.InvoiceID || kept.Items[0].Elsewhere || kept.Status != o.Status {
		t.Fatalf("%+v, %v", kept, err)
	}
	again, err := a.replaces(kept, 0, a.brings("larger.stl", apptest.Block(40, 40, 10)), true)
	if err != nil {
		t.Fatal(err)
	}
	if again.Status != "in_review" || again.Total == total || again.Items[0].Price == nil || again.Balance != 0 || !slices.Equal(again.ReviewReasons, []string{shop.Remade(shop.Item{Name: "vase.jpg"}).Message}) || again.ShopMessage != "" || !slices.Contains(again.Actions, "approve") || again.InvoiceState != shop.Void {
		t.Errorf("%+v", again)
	}
	a.Read(func(ctx context.Context, tx *db.Tx) error {
		kept, err := tx.Order(ctx, o.ID)
		if err == nil && (!slices.Contains(shop.Messages(kept.ReviewReasons), shop.Remade(shop.Item{Name: "vase.jpg"}).Message) || slices.Contains(kept.CustomerReasons(), shop.Remade(shop.Item{Name: "vase.jpg"}).Message)) {
			t.Errorf("staff are told %q, the customer %q", kept.ReviewReasons, kept.CustomerReasons())
		}
		return err
	})
	// It costs less by its slice: what staff may take off goes by what was agreed on.
	if _, err := a.Orders.ApproveOrder(t.Context(), helper, again.ID, order.ApproveRequest{Version: again.Version}); again.Total >= 72_00 || !shop.IsCode(err, "below_agreed") {
		t.Errorf("staff approve %s: %v", again.Total, err)
	}
	less := shop.Cents(71_99)
	if _, err := a.Orders.ApproveOrder(t.Context(), helper, again.ID, order.ApproveRequest{Version: again.Version, AdjustedTotal: &less, Reason: "it is smaller"}); !shop.IsCode(err, "below_agreed") {
		t.Errorf("staff approve %s: %v", less, err)
	}
	approved, err := a.Orders.ApproveOrder(t.Context(), grace, again.ID, order.ApproveRequest{Version: again.Version})
	if err != nil || approved.Total != again.Total || approved.Balance != again.Total || approved.InvoiceID == o.InvoiceID {
		t.Errorf("%+v, %v", approved, err)
	}
}

// Nobody chose how a photo is printed, or the shop has that no more: whoever puts a model in its place does, and it is priced so.
func TestAModelOnChoicesOfStaff(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	mesh := apptest.Block(50, 50, 30)
	usual, err := a.replaces(o, 0, a.brings("vase.stl", mesh), false)
	if err != nil {
		t.Fatal(err)
	}
	var menu shop.Menu
	a.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		menu, err = catalog.Menu(ctx, tx)
		return err
	})
	last := menu.Materials[len(menu.Materials)-1]
	colour := last.Colours[len(last.Colours)-1]
	chosen := shop.PrintChoices{MaterialID: last.ID, ColourID: colour.ID, Quality: "0.12", Infill: 60, Supports: shop.SupportsOn}
	part := a.brings("vase again.stl", mesh)
	if _, err := a.replacesOn(usual, part, chosen); !shop.IsCode(err, "choices_differ") {
		t.Errorf("sliced on the usual choices: %v", err)
	}
	patch := shop.ChoicesPatch{MaterialID: &chosen.MaterialID, Quality: &chosen.Quality, Infill: &chosen.Infill, Supports: &chosen.Supports}
	if _, err := a.Carts.PatchParts(t.Context(), a.who, 0, []string{part.ID}, patch); err != nil {
		t.Fatal(err)
	}
	a.AwaitSliced(a.who.CartID)
	wrong := chosen
	wrong.ColourID = menu.Materials[0].Colours[0].ID
	if _, err := a.replacesOn(usual, part, wrong); !shop.IsCode(err, "colour_not_offered") {
		t.Errorf("in another material's colour: %v", err)
	}
	v, err := a.replacesOn(usual, part, chosen)
	if err != nil {
		t.Fatal(err)
	}
	it := v.Items[0]
	if it.Material != last.Name || it.Colour != colour.Name || it.ColourHex != colour.Hex || it.Choices.Print() != chosen || it.Choices.Copies != usual.Items[0].Choices.Copies {
		t.Errorf("it is printed with %+v", it)
	}
	if v.Total <= usual.Total {
		t.Errorf("it costs %s, and cost %s with the usual choices", v.Total, usual.Total)
	}
	if said := v.Activity[0].Message; !strings.Contains(said, last.Name+", "+colour.Name+", 0.12 mm") || strings.Contains(usual.Activity[0].Message, "printed with") {
		t.Errorf("staff read %q, and before %q", said, usual.Activity[0].Message)
	}
}

// Only what is sliced on the order's own choices takes a place in it, of the cart of whoever asks, and only for staff.
func TestWhatTakesNoPlaceInAnOrder(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	a := newCounter(t, c)
	o := a.requested(map[string][]byte{"vase.step": []byte("ISO-10303-21; of a vase")})
	part := a.brings("vase.stl", apptest.Block(20, 20, 10))
	fine := "0.12"
	if _, err := c.Carts.PatchParts(t.Context(), a.who, 0, []string{part.ID}, shop.ChoicesPatch{Quality: &fine}); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(a.who.CartID)
	if _, err := a.replaces(o, 0, part, false); !shop.IsCode(err, "choices_differ") {
		t.Errorf("in another quality: %v", err)
	}
	if _, err := a.replaces(o, 0, a.brings("another.jpg", photo), false); !shop.IsCode(err, "part_not_sliced") {
		t.Errorf("a photo: %v", err)
	}
	fine = o.Items[0].Quality
	if _, err := c.Carts.PatchParts(t.Context(), a.who, 0, []string{part.ID}, shop.ChoicesPatch{Quality: &fine}); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(a.who.CartID)
	other := newCounter(t, c)
	if _, err := other.replaces(o, 0, part, false); !shop.IsCode(err, "part_not_found") {
		t.Errorf("of a colleague's cart: %v", err)
	}
	if _, err := c.Orders.ReplaceModel(t.Context(), a.who, o.ID, shop.NewID(), order.ReplaceModelRequest{PartID: part.ID}); !shop.IsCode(err, "item_not_found") {
		t.Errorf("of no item: %v", err)
	}
	guest := shop.Actor{Role: shop.RoleGuest, OrderID: o.ID, CartID: a.who.CartID}
	if _, err := c.Orders.ReplaceModel(t.Context(), guest, o.ID, o.Items[0].ID, order.ReplaceModelRequest{PartID: part.ID}); err == nil {
		t.Error("a customer did it")
	}
	// It was refused for good meanwhile, as the same mesh in another file.
	disguised := append([]byte("made by another program"), apptest.Block(20, 20, 10)[23:]...)
	bad := a.requested(map[string][]byte{"block.stl": disguised})
	if _, err := c.Orders.RefuseOrder(t.Context(), helper, bad.ID, 0, "It must not be made.", true); err != nil {
		t.Fatal(err)
	}
	if _, err := a.replaces(o, 0, part, false); !shop.IsCode(err, "file_refused") {
		t.Errorf("a file that was refused: %v", err)
	}
	if v := a.seen(o.ID); v.Version != o.Version || len(v.Files) != len(o.Files) {
		t.Errorf("%+v", v)
	}
}
