package order

import (
	"context"
	"slices"
	"strings"

	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// holdSame lets the other open orders wait of which a model came with an order that is refused with its files: nobody pays for it on their
// page, nor prints it, until staff replace it, refuse it too, or an admin lifts the hold. What was paid stays paid.
func (s *Service) holdSame(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, reason string) error {
	same, err := tx.SameModels(ctx, o.ID)
	if err != nil {
		return err
	}
	for len(same) > 0 {
		id, models := same[0].OrderID, []shop.HeldModel{}
		for len(same) > 0 && same[0].OrderID == id {
			models, same = append(models, shop.HeldModel{ItemID: same[0].ItemID, Name: same[0].Name, Order: o.Number, Reason: reason}), same[1:]
		}
		if err := s.holdForModels(ctx, tx, who, id, models); err != nil {
			return err
		}
	}
	return nil
}

// holdForModels lets an order wait since another one was refused with models of it. A payment page that is open is closed soon after.
func (s *Service) holdForModels(ctx context.Context, tx *db.Tx, who shop.Actor, id string, models []shop.HeldModel) error {
	o, err := tx.Order(ctx, id)
	if err != nil {
		return err
	}
	had := o.RefusedModels()
	if len(o.HoldForModels(models)) == 0 {
		return nil
	}
	if err := tx.HoldOrder(ctx, o); err != nil {
		return err
	}
	if now := o.RefusedModels()[len(had):]; len(now) > 0 {
		if err := tx.Log(ctx, who.Activity(shop.VerbModelHeld, o.ID, shop.ActivityParams{Name: strings.Join(now, ", "), Order: models[0].Order})); err != nil {
			return err
		}
	}
	if o.Invoice != nil {
		if err := s.events.Emit(ctx, tx, event.PaymentStopped{InvoiceID: o.Invoice.ID}); err != nil {
			return err
		}
	}
	return s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
}

// ModelAccepted lets the orders go on that waited for a model that is accepted again.
func (s *Service) ModelAccepted(ctx context.Context, tx *db.Tx, e event.ModelAccepted) error {
	ids, err := tx.HeldWith(ctx, e.Hashes)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.liftModels(ctx, tx, e.By, id, "", "accepted again."); err != nil {
			return err
		}
	}
	return nil
}

// liftModels lets an order go on that waited for refused models once each is accepted again, or staff put another in its place; until then it waits for those
// that are left. But is an item that an admin has printed all the same, "" for none. Became says what became of the models, as the log
// tells it after the verb.
func (s *Service) liftModels(ctx context.Context, tx *db.Tx, who shop.Actor, id, but, became string) error {
	o, err := tx.Order(ctx, id)
	if err != nil || o.RefusedModel() == "" {
		return err
	}
	all, err := tx.RefusedOf(ctx, id)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(all, func(m shop.HeldModel) bool {
		return but != "" && m.ItemID == but || !slices.ContainsFunc(o.Held, m.Same)
	})
	if len(left) == len(o.Held) {
		return nil
	}
	waited := o.RefusedModels()
	if err := job.WaitFor(ctx, tx, o, left, who.Name); err != nil {
		return err
	}
	free := slices.DeleteFunc(waited, func(name string) bool { return slices.Contains(o.RefusedModels(), name) })
	if len(left) == 0 {
		was := " was "
		if len(free) > 1 {
			was = " were "
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbHoldLifted, id, shop.ActivityParams{Reason: shop.QuotedNames(free) + was + became})); err != nil {
			return err
		}
	}
	return s.events.Emit(ctx, tx, event.OrderChanged{ID: id})
}

// SameModelView is another open order with a model of this one: it is put on hold as this one is refused with its files.
type SameModelView struct {
	ID       string   `json:"id"`
	Number   string   `json:"number"`
	Customer string   `json:"customer"`
	Status   string   `json:"status"`
	Paid     bool     `json:"paid" doc:"Money came for it, which it keeps"`
	Models   []string `json:"models" doc:"As they are called there"`
}

// sameModels are the other open orders with a model of an order.
func sameModels(ctx context.Context, tx *db.Tx, id string) ([]SameModelView, error) {
	out := []SameModelView{}
	same, err := tx.SameModels(ctx, id)
	if err != nil {
		return out, err
	}
	for _, m := range same {
		if n := len(out); n > 0 && out[n-1].ID == m.OrderID {
			if !slices.Contains(out[n-1].Models, m.Name) {
				out[n-1].Models = append(out[n-1].Models, m.Name)
			}
			continue
		}
		o, err := tx.Order(ctx, m.OrderID)
		if err != nil {
			return out, err
		}
		out = append(out, SameModelView{ID: o.ID, Number: o.Number, Customer: o.Contact.Name, Status: o.Status(), Paid: o.Paid() > 0, Models: []string{m.Name}})
	}
	return out, nil
}

// SameModels are the other open orders with a model of some that are to be refused together with their files: they are put on hold by that.
// Of the orders named, those that are not under review stay, and are held as any other. Errors: Forbidden.
func (s *Service) SameModels(ctx context.Context, who shop.Actor, req SameModelsRequest) (all []SameModelView, err error) {
	if err := who.Must(shop.ReviewOrder, shop.TheShop); err != nil {
		return nil, err
	}
	all = []SameModelView{}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		orders, err := tx.OrdersByID(ctx, req.Orders)
		if err != nil {
			return err
		}
		refused := func(id string) bool { return orders[id] != nil && orders[id].InReview() == nil }
		for _, id := range req.Orders {
			if !refused(id) {
				continue
			}
			same, err := sameModels(ctx, tx, id)
			if err != nil {
				return err
			}
			for _, v := range same {
				at := slices.IndexFunc(all, func(known SameModelView) bool { return known.ID == v.ID })
				switch {
				case refused(v.ID):
				case at < 0:
					all = append(all, v)
				default:
					all[at].Models = slices.Compact(slices.Sorted(slices.Values(append(all[at].Models, v.Models...))))
				}
			}
		}
		return nil
	})
	return all, err
}
