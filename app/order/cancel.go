package order

import (
	"context"
	"math"
	"strings"

	"buildplate/app/billing"
	"buildplate/app/client"
	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// CancelOrder closes an order and its jobs. A payment page that is still open is closed first, so that nobody pays
// for what will not be made. What was paid is due back, and an order that was paid is an admin's to cancel.
// Errors: NotFound; Forbidden; Conflict when it is closed already; Invalid.
func (s *Service) CancelOrder(ctx context.Context, who shop.Actor, id string, version int, reason string) (StaffOrderView, error) {
	if err := who.Must(shop.CancelOrder, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Give the customer a reason.")
	}
	may := func(_ context.Context, _ *db.Tx, o *shop.Order) error {
		if err := who.Must(o.Needs("cancel"), shop.OrderOf(id)); err != nil {
			return err
		}
		return o.Cancellable()
	}
	return s.close(ctx, who, shop.CancelOrder, id, version, may, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		if err := o.Cancel(reason, tx.Now); err != nil {
			return did, err
		}
		due, err := s.stop(ctx, tx, who, o, reason)
		return who.Activity(shop.VerbOrderCancelled, id, shop.ActivityParams{Reason: reason, Amount: due, Currency: o.Currency}), err
	})
}

// CancelRest cancels what is left of an order of which some has left the shop: its jobs stop, and the order is completed. It costs
// what the copies that left cost, with the delivery, or what whoever cancels it says, with a reason; its invoice asks for that from
// then on. What is still owed of it is to be paid, and what was paid beyond it is due back. A payment page that is open is closed
// first. An order that was paid is an admin's to cancel.
// Errors: NotFound; Forbidden, also for a price lower than the actor may set; Conflict when nothing has left yet, or nothing is
// left to cancel; Invalid.
func (s *Service) CancelRest(ctx context.Context, who shop.Actor, id string, req CancelRestRequest) (StaffOrderView, error) {
	if err := who.Must(shop.CancelOrder, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	reason := strings.TrimSpace(req.Reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Give the customer a reason.")
	}
	may := func(_ context.Context, _ *db.Tx, o *shop.Order) error {
		if err := who.Must(o.Needs("cancel_rest"), shop.OrderOf(id)); err != nil {
			return err
		}
		return o.RestCancellable()
	}
	return s.close(ctx, who, shop.CancelOrder, id, req.Version, may, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		costs, why, err := s.restCosts(ctx, tx, who, o, req)
		if err != nil {
			return did, err
		}
		if err := tx.CancelJobs(ctx, id, who.Name); err != nil {
			return did, err
		}
		if o, err = tx.Order(ctx, id); err != nil {
			return did, err
		}
		o.Message = reason
		o.Progress(tx.Now)
		if err := tx.SaveOrder(ctx, o, who.Name); err != nil {
			return did, err
		}
		if err := s.billing.Lower(ctx, tx, who, o, shop.NewID(), costs, why); err != nil {
			return did, err
		}
		return who.Activity(shop.VerbRestCancelled, id, shop.ActivityParams{Reason: reason, Amount: o.DueBack(), Currency: o.Currency}), nil
	})
}

// restCosts is what an order costs once its rest is cancelled, and why. Errors: Invalid; Forbidden.
func (s *Service) restCosts(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, req CancelRestRequest) (costs shop.Cents, why string, err error) {
	items, err := tx.Items(ctx, o.ID)
	if err != nil {
		return 0, "", err
	}
	copies, err := tx.ItemCopies(ctx, o.ID)
	if err != nil {
		return 0, "", err
	}
	return agreedCosts(ctx, tx, who, costOfLeft(o, items, copies), req.Costs, req.CostsReason, strings.TrimSpace(req.Reason))
}

// stop keeps an order that was closed just now: its invoice is void, its jobs stop, and what was paid is due back, which it
// says.
func (s *Service) stop(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, reason string) (due shop.Cents, err error) {
	if err := billing.Void(ctx, tx, o, reason, who.Name); err != nil {
		return 0, err
	}
	if err := tx.CancelJobs(ctx, o.ID, who.Name); err != nil {
		return 0, err
	}
	if err := tx.SaveOrder(ctx, o, who.Name); err != nil {
		return 0, err
	}
	return s.billing.Due(ctx, tx, o)
}

// allowance says whether an order, as it is now, may be closed by who asks.
type allowance func(ctx context.Context, tx *db.Tx, o *shop.Order) error

// from is the allowance for what was decided on a version of the order; 0 is any.
func (may allowance) from(version int) allowance {
	return func(ctx context.Context, tx *db.Tx, o *shop.Order) error {
		if err := setting.CheckVersion(ctx, tx, version, o.Version, o.ChangedBy, o.Updated); err != nil {
			return err
		}
		return may(ctx, tx, o)
	}
}

// close is change for an act that closes the order, or lets it cost less: no payment page of before is open then, nor will be. May is asked before
// the page is closed, and again in the transaction.
func (s *Service) close(ctx context.Context, who shop.Actor, needs shop.Permission, id string, version int, may allowance, act change) (v StaffOrderView, err error) {
	err = s.cards.WithoutCheckout(ctx, id, may.from(version), func() (err error) {
		v, err = s.change(ctx, who, needs, id, version, func(ctx context.Context, tx *db.Tx, o *shop.Order) (shop.Activity, error) {
			if err := may(ctx, tx, o); err != nil {
				return shop.Activity{}, err
			}
			return act(ctx, tx, o)
		})
		return err
	})
	return v, err
}

// DeleteOrder removes an order that was never issued or paid, with its rows, its files and its client. Version is the order's
// that this was decided on, 0 to ask no questions.
// Errors: NotFound; Conflict for one that has a number or money, or that changed meanwhile.
func (s *Service) DeleteOrder(ctx context.Context, who shop.Actor, id string, version int) error {
	if err := who.Must(shop.CancelOrder, shop.OrderOf(id)); err != nil {
		return err
	}
	may := allowance(deletable).from(version)
	return s.cards.WithoutCheckout(ctx, id, may, func() error { return s.deleteOrder(ctx, who, id, may) })
}

// deletable is the allowance to delete an order: it was never issued, and no money came, unapplied payments included.
func deletable(ctx context.Context, tx *db.Tx, o *shop.Order) error {
	money, err := tx.PaymentsOf(ctx, o.ID)
	if err != nil {
		return err
	}
	if !o.Deletable() || len(money) > 0 {
		return shop.Conflictf("order_not_deletable", "Order %s has an invoice or a payment. It can be cancelled, not deleted.", o.Number)
	}
	return nil
}

func (s *Service) deleteOrder(ctx context.Context, who shop.Actor, id string, may allowance) error {
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if err := may(ctx, tx, o); err != nil {
			return err
		}
		invoices, err := tx.InvoicesOf(ctx, id)
		if err != nil {
			return err
		}
		files, err := tx.FilesToDelete(ctx, id, math.MaxInt)
		if err != nil {
			return err
		}
		if err := tx.DropCheckouts(ctx, id); err != nil {
			return err
		}
		if _, err := s.dropSources(ctx, tx, o, math.MaxInt); err != nil {
			return err
		}
		if err := tx.DeleteOrder(ctx, id); err != nil {
			return err
		}
		for _, f := range files {
			if err := s.files.Trash(ctx, tx, f.BlobID); err != nil {
				return err
			}
		}
		if err := client.RemoveGuest(ctx, tx, o.ClientID); err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbOrderDeleted, id, shop.ActivityParams{Order: o.Number})); err != nil {
			return err
		}
		if err := s.events.Emit(ctx, tx, event.OrderChanged{ID: id}); err != nil {
			return err
		}
		for _, inv := range invoices {
			if err := s.events.Emit(ctx, tx, event.InvoiceChanged{ID: inv}); err != nil {
				return err
			}
		}
		return s.events.Emit(ctx, tx, event.ClientChanged{ID: o.ClientID})
	})
}
