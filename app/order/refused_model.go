package order

import (
	"context"
	"slices"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// holdSame lets the other open orders wait of which a model came with an order that is refused with its files, but for some: nobody pays
// for it on their page, nor prints it, until staff replace it, refuse it too, or an admin lifts the hold. What was paid stays paid.
func (s *Service) holdSame(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, reason string, but []string) error {
	same, err := tx.SameModels(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, m := range same {
		if slices.Contains(but, m.OrderID) {
			continue
		}
		if err := s.holdForModel(ctx, tx, who, m, o.Number, reason); err != nil {
			return err
		}
	}
	return nil
}

// holdForModel lets an order wait since another one was refused with a model of it. A payment page that is open is closed soon after.
func (s *Service) holdForModel(ctx context.Context, tx *db.Tx, who shop.Actor, m shop.SameModel, order, reason string) error {
	o, err := tx.Order(ctx, m.OrderID)
	if err != nil {
		return err
	}
	if err := job.Hold(ctx, tx, o, o.HoldForModel(m.Name, order, reason), who.Name); err != nil {
		return err
	}
	if err := tx.Log(ctx, who.Activity(shop.VerbModelHeld, o.ID, shop.ActivityParams{Name: m.Name, Order: order})); err != nil {
		return err
	}
	if o.Invoice != nil {
		if err := s.events.Emit(ctx, tx, event.PaymentTaken{InvoiceID: o.Invoice.ID}); err != nil {
			return err
		}
	}
	return s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
}

// holdLeft lets an order wait that was to be refused with others, and was not, where they were refused with a model of it.
func (s *Service) holdLeft(ctx context.Context, who shop.Actor, id string) error {
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if shop.IsKind(err, shop.NotFound) || err == nil && (o.State != shop.OrderOpen || o.RefusedModel() != "") {
			return nil
		}
		if err != nil {
			return err
		}
		ids, err := tx.RefusedItems(ctx, id)
		if err != nil {
			return err
		}
		files, err := tx.OrderFiles(ctx, id)
		if err != nil {
			return err
		}
		for _, f := range files {
			if !slices.Contains(ids, f.ItemID) || f.Remade || !bannable(f.Kind) {
				continue
			}
			refusal, err := tx.RefusedModel(ctx, f.SHA256)
			if shop.IsKind(err, shop.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			return s.holdForModel(ctx, tx, who, shop.SameModel{OrderID: id, Name: f.Name}, refusal.OrderNumber, refusal.Reason)
		}
		return nil
	})
}

// liftReplaced lets an order go on that waited for a refused model, once staff put something else in the place of each.
func liftReplaced(ctx context.Context, tx *db.Tx, who shop.Actor, id string) error {
	o, err := tx.Order(ctx, id)
	if err != nil || o.RefusedModel() == "" {
		return err
	}
	left, err := tx.RefusedItems(ctx, id)
	if err != nil || len(left) > 0 {
		return err
	}
	if err := job.Hold(ctx, tx, o, "", who.Name); err != nil {
		return err
	}
	return billing.HoldAgain(ctx, tx, id, who.Name)
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
