package order

import (
	"context"
	"slices"
	"strings"

	"buildplate/app/billing"
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
			models, same = append(models, shop.HeldModel{Name: same[0].Name, Order: o.Number, Reason: reason}), same[1:]
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
	had, hold := o.RefusedModels(), o.HoldForModels(models)
	if hold == o.Hold {
		return nil
	}
	if err := tx.HoldOrder(ctx, o, hold); err != nil {
		return err
	}
	now := o.RefusedModels()[len(had):]
	if err := tx.Log(ctx, who.Activity(shop.VerbModelHeld, o.ID, shop.ActivityParams{Name: strings.Join(now, ", "), Order: models[0].Order})); err != nil {
		return err
	}
	if o.Invoice != nil {
		if err := s.events.Emit(ctx, tx, event.PaymentTaken{InvoiceID: o.Invoice.ID}); err != nil {
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
	held := o.RefusedModels()
	left := slices.DeleteFunc(all, func(m shop.HeldModel) bool {
		return but != "" && m.ItemID == but || !slices.Contains(held, m.Name)
	})
	free := slices.DeleteFunc(slices.Clone(held), func(name string) bool {
		return slices.ContainsFunc(left, func(m shop.HeldModel) bool { return m.Name == name })
	})
	if len(free) == 0 {
		return nil
	}
	if err := job.Hold(ctx, tx, o, new(shop.Order).HoldForModels(left), who.Name); err != nil {
		return err
	}
	if len(left) == 0 {
		if err := billing.HoldAgain(ctx, tx, id, who.Name); err != nil { // its money waited for nothing meanwhile
			return err
		}
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
			out[n-1].Models = append(out[n-1].Models, m.Name)
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
