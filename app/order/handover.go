package order

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// HandOver gives what is ready of an order to whoever collects it and, where something is owed, takes all of it first, in one
// transaction: either both happen or neither.
// Errors: NotFound; Conflict when nothing is ready, or the order is on hold or changed meanwhile; Invalid for a way that no
// money is taken at the counter, or none where something is owed.
func (s *Service) HandOver(ctx context.Context, who shop.Actor, id string, req HandOverRequest) (StaffOrderView, error) {
	if err := errors.Join(who.Must(shop.MoveJobs, shop.TheShop), who.Must(shop.TakePayment, shop.TheShop)); err != nil {
		return StaffOrderView{}, err
	}
	reference := strings.TrimSpace(req.Reference)
	if utf8.RuneCountInString(reference) > 200 {
		return StaffOrderView{}, shop.Invalidf("reference_too_long", "reference", "A reference has at most 200 letters.")
	}
	return s.change(ctx, who, shop.MoveJobs, id, req.Version, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		if err := o.CanHandOver(); err != nil {
			return did, err
		}
		if o.Balance() > 0 {
			if !req.Method.ByHand() {
				return did, shop.Invalidf("method_missing", "method", "Order %s is not paid. Say how it is paid now.", o.Number)
			}
			if err := s.billing.TakeDue(ctx, tx, who, o.Invoice, req.Method, reference); err != nil {
				return did, err
			}
		}
		handed, err := job.HandOver(ctx, tx, who, id)
		if err != nil {
			return did, err
		}
		for _, j := range handed {
			if err := s.events.Emit(ctx, tx, event.JobChanged{ID: j.ID, OrderID: id}); err != nil {
				return did, err
			}
		}
		return who.Activity(shop.VerbOrderHandedOver, id, shop.ActivityParams{Copies: len(handed)}), nil
	})
}
