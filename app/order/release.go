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
	return s.change(ctx, who, shop.ReleaseOrder, id, version, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		if o.Released == 0 { // else somebody was quicker: nothing is told twice
			did = who.Activity(shop.VerbOrderReleased, id, shop.ActivityParams{Reason: strings.TrimSpace(note)})
		}
		return did, billing.Release(ctx, tx, o, who.Name)
	})
}
