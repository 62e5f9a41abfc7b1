package order

import (
	"context"
	"strings"

	"buildplate/app/billing"
	"buildplate/app/shop"
	"buildplate/db"
)

// ReleaseOrder issues the invoice and releases the jobs before the money has come: staff's decision.
// Errors: NotFound; Conflict in review, closed, or changed meanwhile.
func (s *Service) ReleaseOrder(ctx context.Context, who shop.Actor, id string, version int, note string) (StaffOrderView, error) {
	return s.change(ctx, who, shop.ReleaseOrder, id, version, func(ctx context.Context, tx *db.Tx, o *shop.Order) (string, error) {
		message := "Released the order for printing."
		if note = strings.TrimSpace(note); note != "" {
			message += " " + note
		}
		if o.Released != 0 { // by somebody who was quicker: nothing is told twice
			message = ""
		}
		return message, billing.Release(ctx, tx, o, who.Name)
	})
}
