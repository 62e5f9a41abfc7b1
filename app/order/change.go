package order

import (
	"context"
	"strings"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// change runs one act of staff on an order and tells every page.
func (s *Service) change(ctx context.Context, p shop.Actor, id string, act func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (sentence string, err error)) (StaffOrderView, error) {
	err := s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		sentence, err := act(ctx, tx, inv)
		if err != nil {
			return err
		}
		return tx.Log(ctx, p.Activity(id, sentence))
	})
	if err != nil {
		return StaffOrderView{}, err
	}
	s.events.Publish(event.OrderChanged{ID: id})
	return s.StaffOrder(ctx, id)
}

// ReleaseOrder issues the invoice and puts the jobs on the floor before the money has come: staff's decision.
// Errors: NotFound; Conflict in review or closed.
func (s *Service) ReleaseOrder(ctx context.Context, p shop.Actor, id, note string) (StaffOrderView, error) {
	return s.change(ctx, p, id, func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (string, error) {
		sentence := "Released the order to the floor."
		if note = strings.TrimSpace(note); note != "" {
			sentence += " " + note
		}
		return sentence, billing.Release(ctx, tx, inv)
	})
}
