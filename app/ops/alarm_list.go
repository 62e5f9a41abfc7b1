package ops

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

const alarmsPerPage = 50

// Alarms lists a page of the alarms that are open: those about the shop itself, and behind them the others, the latest first. After
// is the next of the page before, "" for the first one. Errors: Forbidden; Invalid for an after that is no next.
func (s *Service) Alarms(ctx context.Context, who shop.Actor, after string) (v AlarmListView, err error) {
	if err := who.Must(shop.SeeStatus, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v, err = alarmsPage(ctx, tx, who, after)
		return err
	})
	return v, err
}

func alarmsPage(ctx context.Context, tx *db.Tx, who shop.Actor, after string) (AlarmListView, error) {
	open, next, err := tx.AlarmPage(ctx, after, alarmsPerPage)
	v := AlarmListView{Alarms: []AlarmView{}, Next: next}
	for _, a := range open {
		v.Alarms = append(v.Alarms, AlarmView{
			ID: a.ID, Kind: a.Kind, Message: a.Message(who), ObjectKind: a.ObjectKind, ObjectID: a.ObjectID, OrderID: a.Params.OrderID,
			Files: a.Params.Files, Raised: a.Raised,
		})
	}
	return v, err
}

// AlarmListView is a page of the alarms that are open.
type AlarmListView struct {
	Alarms []AlarmView `json:"alarms"`
	Next   string      `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
}

// AlarmView is something that staff must know of until it is over.
type AlarmView struct {
	ID         string          `json:"id"`
	Kind       shop.AlarmKind  `json:"kind" doc:"file_damaged, task_failed, payment_unapplied, clock_held, ...; newer servers know more"`
	Message    string          `json:"message"`
	ObjectKind shop.ObjectKind `json:"object_kind" enum:"shop,order,file,task,payment,event"`
	ObjectID   string          `json:"object_id,omitempty"`
	OrderID    string          `json:"order_id,omitempty" doc:"The order it is about, if it is"`
	Files      int             `json:"files,omitempty" doc:"With sweep_held and deletion_held: how many files would go"`
	Raised     shop.Time       `json:"raised"`
}
