package order

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// change is one act of staff on an order, and what the log tells of it: nothing when it changed nothing.
type change func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error)

// change runs one act of staff on an order, logs it and tells every page. Version is the one that the act was decided on,
// 0 to ask no questions. Errors: Forbidden; NotFound; Conflict when the order is another by now; the act's.
func (s *Service) change(ctx context.Context, who shop.Actor, may shop.Permission, id string, version int, act change) (StaffOrderView, error) {
	if err := who.Must(may, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	err := s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if err := setting.CheckVersion(ctx, tx, version, o.Version, o.ChangedBy, o.Updated); err != nil {
			return err
		}
		did, err := act(ctx, tx, o)
		if err != nil || did.Verb == "" {
			return err
		}
		if err := tx.Log(ctx, did); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: id})
	})
	if err != nil {
		return StaffOrderView{}, err
	}
	return s.StaffOrder(ctx, who, id)
}
