package order

import (
	"context"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// KeepFiles is staff's wish to keep an order's models, or to let them go as the terms say. Errors: Forbidden; NotFound;
// Conflict when they are gone, or the order is another by now.
func (s *Service) KeepFiles(ctx context.Context, who shop.Actor, id string, version int, keep bool) (StaffOrderView, error) {
	return s.change(ctx, who, shop.KeepFiles, id, version, func(ctx context.Context, tx *db.Tx, o *shop.Order) (shop.Activity, error) {
		did, err := keepFiles(who, o, keep)
		if err != nil || did.Verb == "" {
			return did, err
		}
		return did, tx.SaveOrder(ctx, o, who.Name)
	})
}

// wishesADay is how often a customer may change their mind about an order's models in a day: each time is one of the activities
// that staff read on its page.
const wishesADay = 6

// KeepOwnFiles is KeepFiles for the holder of the order's link. It makes no new version of the order: what staff do to it
// meanwhile stands. Errors: Forbidden; Conflict when they are gone; TooMany.
func (s *Service) KeepOwnFiles(ctx context.Context, who shop.Actor, link string, keep bool) (CustomerOrderView, error) {
	if err := who.Must(shop.KeepFiles, shop.OrderOf(who.OrderID)); err != nil {
		return CustomerOrderView{}, err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, who.OrderID)
		if err != nil {
			return err
		}
		did, err := keepFiles(who, o, keep)
		if err != nil || did.Verb == "" {
			return err
		}
		wishes, err := tx.CountGuestActivities(ctx, o.ID, tx.Now.Add(-24*time.Hour), shop.VerbFilesKept, shop.VerbFilesLetGo)
		if err != nil {
			return err
		}
		if wishes >= wishesADay {
			return shop.TooManyf("wishes_limited", "You have changed this many times today. Try again tomorrow, or tell us what you would like.")
		}
		if err := tx.WishForFiles(ctx, o.ID, keep); err != nil {
			return err
		}
		if err := tx.Log(ctx, did); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
	})
	if err != nil {
		return CustomerOrderView{}, err
	}
	return s.CustomerOrder(ctx, who, link)
}

// keepFiles changes the wish, and says what was done; nothing where it was so before.
func keepFiles(who shop.Actor, o *shop.Order, keep bool) (did shop.Activity, err error) {
	if o.KeepFiles == keep && o.FilesGone == 0 {
		return did, nil
	}
	if err := o.SetKeepFiles(keep); err != nil {
		return did, err
	}
	verb := shop.VerbFilesKept
	if !keep {
		verb = shop.VerbFilesLetGo
	}
	return who.Activity(verb, o.ID, shop.ActivityParams{}), nil
}

// readKeeping says how long the order's files stay.
func (f orderFacts) readKeeping(ctx context.Context, tx *db.Tx) (v KeepingView, err error) {
	facts, err := tx.FilesFacts(ctx, f.order)
	if err != nil || len(f.files) == 0 {
		return v, err
	}
	fate := f.settings.Retention.Fate(facts, tx.Now)
	v = KeepingView{Keep: f.order.KeepFiles, MayKeep: f.order.FilesGone == 0, Stop: fate.Stop, Days: f.settings.Retention.For(facts).Days(facts.Kind)}
	if fate.Goes != 0 {
		v.Goes, v.Warn = max(fate.Goes, tx.Now), fate.Warned != 0
	}
	return v, nil
}

// deletedViews are the files of some kinds that are here no more.
func (f orderFacts) deletedViews(of func(kind string) bool) []DeletedFileView {
	views := []DeletedFileView{}
	for _, d := range f.deleted {
		if of(d.Kind) {
			views = append(views, DeletedFileView{ID: d.ID, Name: d.Name, Bytes: d.Bytes, Kind: d.Kind, Link: f.linkOf(d.Kind, d.ItemID), SHA256: d.SHA256, Deleted: d.Deleted, Reason: d.Reason})
		}
	}
	return views
}
