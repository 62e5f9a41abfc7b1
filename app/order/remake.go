package order

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// ReplaceModel puts a model in the place of an item that was ordered without a slice, or whose files are gone: the part of the actor's own cart that
// was sliced on the item's choices, or on those that the actor makes in their place, becomes how it is made, and leaves the cart. What the customer sent stays. In review the
// price is worked out anew; of an order that may be paid and was not, only where that is asked for, and it goes back into
// review then; else it stays as it was agreed on.
// Errors: Forbidden; NotFound; Conflict when the item is not to be made another way, the part is not ready or was sliced on
// other choices, the price stands, or somebody was quicker; Invalid for a file that was refused for good, for choices that
// are not offered, and for others than were ordered without a reason.
func (s *Service) ReplaceModel(ctx context.Context, who shop.Actor, id, itemID string, req ReplaceModelRequest) (StaffOrderView, error) {
	if err := errors.Join(who.Must(shop.RemakeItem, shop.OrderOf(id)), who.Must(shop.UseCart, shop.CartOf(who.CartID))); err != nil {
		return StaffOrderView{}, err
	}
	list := func(ctx context.Context, tx *db.Tx, r *remaking) error { return s.modelFiles(ctx, tx, r, req) }
	r, err := s.readRemake(ctx, who, id, itemID, req.PartID, list)
	if err != nil {
		return StaffOrderView{}, err
	}
	if err := s.copyRemake(ctx, r); err != nil {
		return StaffOrderView{}, err
	}
	act := func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		now, err := s.keepRemake(ctx, tx, who, o, r, "mesh", "gcode", "settings")
		if err != nil {
			return did, err
		}
		did = who.Activity(shop.VerbModelReplaced, o.ID, shop.ActivityParams{Name: now.item.Name, Was: r.part.Name, PoseReset: r.reset, Made: r.made, Ordered: r.ordered, Reason: r.why})
		if o.Review == shop.ReviewRequested || req.Reprice {
			now.part = r.part
			if err := s.reprice(ctx, tx, who, o, now); err != nil {
				return did, err
			}
			did.Params.Amount, did.Params.Currency = o.Price.Total, o.Currency
		}
		return did, s.keepItem(ctx, tx, who, o, now)
	}
	v, err := s.commitRemake(ctx, who, r, id, req.Version, req.Reprice, act)
	if err != nil {
		return v, err
	}
	s.slices.DropUnwanted()
	return v, nil
}

// remaking is an item that is to be made another way.
type remaking struct {
	prepared              // its order with all items, the item's plates as they become, and the files that it gets
	item     *shop.Item   // one of the items
	had      []shop.Plate // the item's plates as they are
	of       int          // the order's last plate
	jobs     []shop.Job   // of these; none while the order is not released
	part     cart.Taken   // what it is made from
	reset    bool         // it was turned, and lies now as that part does
	made     string       // how it is printed where somebody chose that now, in words
	ordered  string       // and how it was to be printed until then, where somebody had chosen that
	why      string       // it is not printed so
}

// readRemake reads an item and the part that it is to be made from, and has the files listed that come of it. None is opened
// yet: that is a read of its own, and reads that wait for another within them stop all.
func (s *Service) readRemake(ctx context.Context, who shop.Actor, id, itemID, partID string, list func(context.Context, *db.Tx, *remaking) error) (*remaking, error) {
	var r *remaking
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if r, err = findRemake(ctx, tx, o, itemID); err != nil {
			return err
		}
		if r.part, err = s.carts.Find(ctx, tx, who.CartID, partID); err != nil {
			return err
		}
		if r.part.State == shop.PartInspecting || r.part.State == shop.PartQueued {
			return shop.Conflictf("part_not_ready", "%s is still being worked on. Wait until its price is exact.", r.part.Name)
		}
		if err := list(ctx, tx, r); err != nil {
			return err
		}
		return r.checkRefusedModels(ctx, tx, who)
	})
	return r, err
}

// copyRemake copies the files that were listed: they are durable before a row names them.
func (s *Service) copyRemake(ctx context.Context, r *remaking) error {
	err := s.copyFiles(ctx, &r.prepared)
	if err != nil {
		s.discardCopies(ctx, &r.prepared)
	}
	return err
}

// findRemake reads an item that may be made another way now. Errors: NotFound; Conflict.
func findRemake(ctx context.Context, tx *db.Tx, o *shop.Order, itemID string) (*remaking, error) {
	r := &remaking{prepared: prepared{order: o}}
	var err error
	if r.items, err = tx.Items(ctx, o.ID); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(r.items, func(it shop.Item) bool { return it.ID == itemID })
	if at < 0 {
		return nil, shop.NotFoundf("item_not_found", "This part is not in the order.")
	}
	r.item = &r.items[at]
	plates, err := tx.PlatesOf(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range plates {
		r.of = max(r.of, p.Position) // some may have gone
	}
	r.had = slices.DeleteFunc(plates, func(p shop.Plate) bool { return p.ItemID != itemID })
	if r.jobs, err = tx.JobsOf(ctx, o.ID); err != nil {
		return nil, err
	}
	r.jobs = slices.DeleteFunc(r.jobs, func(j shop.Job) bool { return j.ItemID != itemID })
	files, err := tx.OrderFiles(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	refused := false
	if o.RefusedModel() != "" {
		all, err := tx.RefusedItems(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		refused = slices.Contains(all, itemID)
	}
	_, err = o.MayRemake(*r.item, r.had, r.jobs, files, refused)
	return r, err
}

// modelFiles lists what a sliced part brings to the item: the mesh, the G-code, and the settings it was made with. The item is
// printed as it was ordered, or as it is chosen to be.
func (s *Service) modelFiles(ctx context.Context, tx *db.Tx, r *remaking, req ReplaceModelRequest) error {
	if r.part.State != shop.PartSliced {
		return shop.Conflictf("part_not_sliced", "%s is not sliced. Choose a model that can be.", r.part.Name)
	}
	if req.Choices != nil && *req.Choices != r.item.Choices.Print() {
		if err := r.choose(ctx, tx, *req.Choices, req.Reason); err != nil {
			return err
		}
	}
	made, wanted := r.part.Choices.Print(), r.item.Choices.Print()
	made.ColourID = wanted.ColourID // it makes no difference to a slice
	if made != wanted {
		return shop.Conflictf("choices_differ", "%s is sliced on other choices than %s is to be printed with. Slice it on those first.", r.part.Name, r.item.Name)
	}
	class, err := tx.MachineClass(ctx, r.part.Plates[0].ClassID)
	if err != nil {
		return err
	}
	r.item.Inspection, r.item.MeshHash, r.item.SliceKey, r.item.GCodeHash = r.part.Inspection, r.part.MeshHash, r.part.Plates[0].SliceKey, r.part.Plates[0].GCodeHash
	r.reset = r.item.Pose != (shop.Pose{}) && r.item.Pose != r.part.Pose
	r.item.Choices.Unit, r.item.Choices.PrintAnyway, r.item.Pose = r.part.Choices.Unit, false, r.part.Pose // it is another model
	if r.item.Result, err = json.Marshal(r.part.Plates[0].Slice.Facts); err != nil {
		return err
	}
	mesh, err := tx.Blob(ctx, r.part.MeshBlob)
	if err != nil {
		return err
	}
	r.files = append(r.files, preparedFile{row: r.fileRow("mesh", baseName(r.item.Name)+"_mesh.stl", r.item.ID), from: mesh})
	laid, err := r.layAnew(r.part.Plates)
	if err != nil {
		return err
	}
	for _, p := range laid {
		if err := r.plateFiles(ctx, tx, class, *r.item, p, r.part.Name); err != nil {
			return err
		}
	}
	r.nameFiles(r.of)
	return nil
}

// choose lets the item be printed otherwise than it was to be. Errors: Invalid for what is not offered, and for what was
// chosen before and changes without a reason.
func (r *remaking) choose(ctx context.Context, tx *db.Tx, chosen shop.PrintChoices, reason string) error {
	menu, err := catalog.Menu(ctx, tx)
	if err != nil {
		return err
	}
	now := r.item.Choices.With(chosen)
	if err := now.Check(menu); err != nil {
		return err
	}
	choices, err := r.item.PrintedWith(menu.Named(now), reason)
	if err != nil {
		return err
	}
	if r.item.Chosen() {
		r.ordered, r.why = r.item.Choices.Made(), strings.TrimSpace(reason)
	}
	r.item.Choices = choices
	r.made = choices.Made()
	return nil
}

// keepRemake writes how an item is made from now on and the files of that, in the place of those kinds that it had; the part
// leaves its cart. The item is read again, and handed on for its price.
func (s *Service) keepRemake(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, r *remaking, replaced ...string) (*remaking, error) {
	now, err := findRemake(ctx, tx, o, r.item.ID)
	if err != nil {
		return nil, err
	}
	if err := r.checkRefusedModels(ctx, tx, who); err != nil {
		return nil, err
	}
	if err := s.carts.Take(ctx, tx, r.part); err != nil {
		return nil, err
	}
	price := now.item.Price
	*now.item = *r.item
	now.item.Price = price
	had, err := tx.OrderFiles(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range had {
		if f.ItemID != now.item.ID || !slices.Contains(replaced, f.Kind) || r.stays(f.PlateID) {
			continue
		}
		if err := s.drop(ctx, tx, f, shop.DeletedReplaced, tx.Now); err != nil {
			return nil, err
		}
	}
	if err := r.keepPlates(ctx, tx, now); err != nil {
		return nil, err
	}
	if o.FilesGone != 0 { // these files go by age in their turn
		if err := tx.FilesBack(ctx, o.ID); err != nil {
			return nil, err
		}
		o.FilesGone, o.FilesWarned = 0, 0
	}
	for _, f := range r.files {
		if err := tx.InsertBlob(ctx, f.blob); err != nil {
			return nil, err
		}
		f.row.Remade = true
		if f.row.Kind != "settings" {
			f.row.SentAs = r.part.Name
		}
		if err := tx.InsertOrderFile(ctx, f.row); err != nil {
			return nil, err
		}
	}
	jobs, err := tx.JobsOf(ctx, o.ID)
	for _, j := range jobs {
		if err == nil && j.ItemID == now.item.ID {
			err = s.events.Emit(ctx, tx, event.JobChanged{ID: j.ID, OrderID: o.ID})
		}
	}
	return now, err
}

// keepItem keeps the item and, as a new version, its order.
func (s *Service) keepItem(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, r *remaking) error {
	if err := tx.SaveItem(ctx, *r.item); err != nil {
		return err
	}
	if err := tx.SaveOrder(ctx, o, who.Name); err != nil {
		return err
	}
	return s.liftModels(ctx, tx, who, o.ID, "", "replaced by another model.")
}

// commitRemake writes what was prepared in one transaction. Where that takes the order back into review, its payment page is
// closed first. Copies that no row came to name are discarded, or left to the sweep.
func (s *Service) commitRemake(ctx context.Context, who shop.Actor, r *remaking, id string, version int, reprices bool, act change) (v StaffOrderView, err error) {
	if reprices {
		may := func(_ context.Context, _ *db.Tx, o *shop.Order) error { return o.Repriceable() }
		v, err = s.close(ctx, who, shop.RemakeItem, id, version, may, act)
	} else {
		v, err = s.change(ctx, who, shop.RemakeItem, id, version, act)
	}
	if err != nil {
		if k := shop.KindOf(err); k != shop.Internal && k != shop.Unavailable { // else it may have been written
			s.discardCopies(ctx, &r.prepared)
		}
	}
	return v, err
}
