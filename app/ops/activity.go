package ops

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

const activitiesPerPage = 50

// Activities lists a page of what was done in the shop, newest first; after is the next of the page before, "" for the first
// one. Errors: Forbidden for anyone but an admin; Invalid for an after that is no next.
func (s *Service) Activities(ctx context.Context, who shop.Actor, after string) (ActivityListView, error) {
	v := ActivityListView{Activities: []ActivityRowView{}}
	if err := who.Must(shop.SeeActivity, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		log, next, err := tx.ActivityPage(ctx, "", after, activitiesPerPage)
		for _, a := range log {
			v.Activities = append(v.Activities, ActivityRowView{
				ID: a.ID, At: a.At, Who: a.Who, Code: a.Verb, Message: a.Message(), ObjectKind: a.ObjectKind, ObjectID: a.ObjectID,
				OrderID: a.OrderID, OrderNumber: a.Order, Address: a.Address,
			})
		}
		v.Next = next
		return err
	})
	return v, err
}

// ActivityListView is a page of what was done in the shop.
type ActivityListView struct {
	Activities []ActivityRowView `json:"activities" doc:"Newest first"`
	Next       string            `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
}

// ActivityRowView is one thing that was done.
type ActivityRowView struct {
	ID          string          `json:"id"`
	At          shop.Time       `json:"at"`
	Who         string          `json:"who"`
	Code        shop.Verb       `json:"code" doc:"What was done: order_placed, payment_recorded, job_moved, ...; newer servers know more"`
	Message     string          `json:"message"`
	ObjectKind  shop.ObjectKind `json:"object_kind" enum:"shop,order,invoice,payment,job,file,user,task,event"`
	ObjectID    string          `json:"object_id,omitempty"`
	OrderID     string          `json:"order_id,omitempty" doc:"The order whose page shows it"`
	OrderNumber string          `json:"order_number,omitempty" doc:"Absent once the order is deleted"`
	Address     string          `json:"address,omitempty" doc:"From where, as far as the door vouches for it; kept for as many days as the settings say"`
}

// addressesBatch is how many addresses go in one transaction.
const addressesBatch = 200

// forgetAddresses clears addresses in the activity log, in carts and of logins that are older than the settings say, until none
// is left. What was done stays.
func (s *Service) forgetAddresses(ctx context.Context) error {
	for {
		var gone, carts, logins int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil {
				return err
			}
			kept, err := tx.Settings(ctx)
			if err != nil {
				return err
			}
			before := tx.Now.Add(-kept.Retention.Age(shop.RetainAddresses))
			if gone, err = tx.ForgetAddresses(ctx, before, addressesBatch); err != nil {
				return err
			}
			if carts, err = tx.ForgetCartAddresses(ctx, before, addressesBatch); err != nil {
				return err
			}
			logins, err = tx.ForgetLoginAddresses(ctx, before, addressesBatch)
			return err
		})
		if err != nil || gone+carts+logins == 0 {
			return err
		}
	}
}
