package ops

import (
	"context"
	"time"

	"buildplate/app/card"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// An alarm is set where the thing happens, in its transaction: whatever the news was, the cause is looked at, and the
// alarm is open from then on exactly if the cause is there.

// set raises an alarm or clears it, and tells pages of it if that is news.
func (s *Service) set(ctx context.Context, tx *db.Tx, a shop.Alarm, open bool) error {
	change := tx.ClearAlarm
	if open {
		change = tx.RaiseAlarm
	}
	news, err := change(ctx, a)
	if err != nil || !news {
		return err
	}
	return s.events.Emit(ctx, tx, event.AlarmChanged{Kind: string(a.Kind)})
}

// there says whether a row was found, for causes that end with it.
func there(err error) (bool, error) {
	if shop.IsKind(err, shop.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// TaskChanged sets the alarm of a task that gave up, or of a Stripe event that cannot be applied.
func (s *Service) TaskChanged(ctx context.Context, tx *db.Tx, e event.TaskChanged) error {
	if card.IsEvent(e.ID) {
		stored, err := tx.Event(ctx, e.ID)
		found, err := there(err)
		if err != nil {
			return err
		}
		a := shop.Alarm{Kind: shop.AlarmEvent, ObjectKind: shop.ObjectEvent, ObjectID: e.ID, Params: shop.AlarmParams{Task: stored.Type}}
		return s.set(ctx, tx, a, found && card.NeedsPerson(stored))
	}
	t, err := tx.Task(ctx, e.ID)
	found, err := there(err)
	if err != nil {
		return err
	}
	a := shop.Alarm{Kind: shop.AlarmTask, ObjectKind: shop.ObjectTask, ObjectID: e.ID, Params: shop.AlarmParams{Task: t.Kind}}
	return s.set(ctx, tx, a, found && t.State == db.TaskDead)
}

// FileChanged sets the alarms of a file that is missing or damaged.
func (s *Service) FileChanged(ctx context.Context, tx *db.Tx, e event.FileChanged) error {
	b, err := tx.Blob(ctx, e.ID)
	if _, err := there(err); err != nil {
		return err
	}
	params := shop.AlarmParams{Name: b.Name}
	if b.State.Broken() {
		f, err := tx.OrderFileByBlob(ctx, e.ID)
		found, err := there(err)
		if err != nil {
			return err
		}
		if found {
			params.Name, params.OrderID = f.Name, f.OrderID
			o, err := tx.Order(ctx, f.OrderID)
			if err != nil {
				return err
			}
			params.Order = o.Number
		}
	}
	for kind, state := range map[shop.AlarmKind]db.BlobState{shop.AlarmFileMissing: db.BlobMissing, shop.AlarmFileDamaged: db.BlobDamaged} {
		a := shop.Alarm{Kind: kind, ObjectKind: shop.ObjectFile, ObjectID: e.ID, Params: params}
		if err := s.set(ctx, tx, a, b.State == state); err != nil {
			return err
		}
	}
	return nil
}

// OrderPlaced sets the alarm of many orders that wait.
func (s *Service) OrderPlaced(ctx context.Context, tx *db.Tx, _ event.OrderPlaced) error {
	return s.ordersWait(ctx, tx)
}

// ordersWait sets the alarm of many orders of visitors that nobody answered or paid.
func (s *Service) ordersWait(ctx context.Context, tx *db.Tx) error {
	_, all, err := tx.WaitingOrders(ctx, "", shop.ManyWaitingOrders)
	if err != nil {
		return err
	}
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmOrders, ObjectKind: shop.ObjectShop}, all >= shop.ManyWaitingOrders)
}

// ClockChanged sets the alarm of a clock that cannot be trusted.
func (s *Service) ClockChanged(ctx context.Context, tx *db.Tx, e event.ClockChanged) error {
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmClock, ObjectKind: shop.ObjectShop}, e.Held)
}

// SweepHeld sets the alarm of a clean-up that waits for an admin's word.
func (s *Service) SweepHeld(ctx context.Context, tx *db.Tx, e event.SweepHeld) error {
	a := shop.Alarm{Kind: shop.AlarmSweep, ObjectKind: shop.ObjectShop, Params: shop.AlarmParams{Files: e.Files, Of: e.Of}}
	return s.set(ctx, tx, a, e.Files > 0)
}

// DeletionHeld sets the alarm of a deletion of old models that waits for an admin's word.
func (s *Service) DeletionHeld(ctx context.Context, tx *db.Tx, e event.DeletionHeld) error {
	a := shop.Alarm{Kind: shop.AlarmDeletion, ObjectKind: shop.ObjectShop, Params: shop.AlarmParams{Files: e.Files, Of: e.Of}}
	return s.set(ctx, tx, a, e.Files > 0)
}

// watchDisk sets the alarm of a disk that is nearly full.
func (s *Service) watchDisk(ctx context.Context) error {
	space, err := s.store.Space()
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmDisk, ObjectKind: shop.ObjectShop}, space.Low())
	})
}

// Alarms that are over stay so long, and go so many in one transaction.
const (
	alarmsKept  = 90 * 24 * time.Hour
	alarmsBatch = 200
)

// pruneAlarms forgets alarms that are over, until none is left.
func (s *Service) pruneAlarms(ctx context.Context) error {
	for {
		var gone int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil {
				return err
			}
			gone, err = tx.PruneAlarms(ctx, tx.Now.Add(-alarmsKept), alarmsBatch)
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}
