package order

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

const activitiesPerPage = 20

// Activity lists a page of what happened to an order, the latest first. After is the next of the page before, "" for the first one.
// Errors: Forbidden; NotFound; Invalid for an after that is no next.
func (s *Service) Activity(ctx context.Context, who shop.Actor, id, after string) (v ActivityPageView, err error) {
	if err := who.Must(shop.ListOrders, shop.OrderOf(id)); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := tx.Order(ctx, id); err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		v, err = activityPage(ctx, tx, id, after)
		return err
	})
	return v, err
}

func activityPage(ctx context.Context, tx *db.Tx, id, after string) (ActivityPageView, error) {
	log, next, err := tx.ActivityPage(ctx, id, after, activitiesPerPage)
	v := ActivityPageView{Activity: []ActivityView{}, Next: next}
	for _, a := range log {
		v.Activity = append(v.Activity, ActivityView{ID: a.ID, At: a.At, Who: a.Who, Code: a.Verb, Message: a.Message()})
	}
	return v, err
}

// ActivityPageView is a page of what happened to an order.
type ActivityPageView struct {
	Activity []ActivityView `json:"activity"`
	Next     string         `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
}

// ActivityView is one thing that happened to an order.
type ActivityView struct {
	ID      string    `json:"id"`
	At      shop.Time `json:"at"`
	Who     string    `json:"who"`
	Code    shop.Verb `json:"code" doc:"What was done: order_placed, payment_recorded, job_moved, ...; newer servers know more"`
	Message string    `json:"message"`
}
