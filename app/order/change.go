package order

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// change is one act of staff on an order, and how the log tells of it: "" when it changed nothing.
type change func(ctx context.Context, tx *db.Tx, o *shop.Order) (message string, err error)

// change runs one act of staff on an order, logs it and tells every page. Errors: Forbidden; NotFound; the act's.
func (s *Service) change(ctx context.Context, who shop.Actor, may shop.Permission, id string, act change) (StaffOrderView, error) {
	if err := who.Must(may, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	err := s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		message, err := act(ctx, tx, o)
		if err != nil || message == "" {
			return err
		}
		if err := tx.Log(ctx, who.Activity(id, message)); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: id})
	})
	if err != nil {
		return StaffOrderView{}, err
	}
	return s.StaffOrder(ctx, who, id)
}
