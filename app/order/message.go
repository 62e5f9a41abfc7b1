package order

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

// ChangeMessage corrects what the customer reads from the shop on the order's page, says what was forgotten, or takes it back. What
// says the same as before changes nothing.
// Errors: Forbidden; NotFound; Conflict when the order is closed, done or in review, or changed meanwhile; Invalid without words
// where only they tell how to pay.
func (s *Service) ChangeMessage(ctx context.Context, who shop.Actor, id string, req MessageRequest) (StaffOrderView, error) {
	return s.change(ctx, who, shop.ReviewOrder, id, req.Version, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		set, err := tx.Settings(ctx)
		if err != nil {
			return did, err
		}
		cards, err := s.settings.CardReady(ctx, tx)
		if err != nil {
			return did, err
		}
		was := o.Message
		if err := o.ChangeMessage(strings.TrimSpace(req.Message), set.PaymentMethods(o.Balance(), o.Delivery.Method, cards)); err != nil || o.Message == was {
			return did, err
		}
		if err := tx.SaveOrder(ctx, o, who.Name); err != nil {
			return did, err
		}
		return who.Activity(shop.VerbMessageChanged, id, shop.ActivityParams{Name: o.Message, Was: was}), nil
	})
}
