package ops

import (
	"cmp"
	"context"
	"time"

	"buildplate/app/card"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// An alarm is set where the thing happens, in its transaction: whatever the news was, the cause is looked at, and the
// alarm is open from then on exactly if the cause is there.

// set raises an alarm or clears it, and tells pages of it if that is news.
func (s *Service) set(ctx context.Context, tx *db.Tx, a shop.Alarm, open bool) error {
	change := tx.ClearAlarm
	if open {
		change = tx.RaiseAlarm
	}
	news, err := change(ctx, a)
	if err != nil || !news {
		return err
	}
	return s.events.Emit(ctx, tx, event.AlarmChanged{Kind: string(a.Kind)})
}

// there says whether a row was found, for causes that end with it.
func there(err error) (bool, error) {
	if shop.IsKind(err, shop.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// TaskChanged sets the alarm of a task that gave up, or of a Stripe event that cannot be applied.
func (s *Service) TaskChanged(ctx context.Context, tx *db.Tx, e event.TaskChanged) error {
	if card.IsEvent(e.ID) {
		stored, err := tx.Event(ctx, e.ID)
		found, err := there(err)
		if err != nil {
			return err
		}
		a := shop.Alarm{Kind: shop.AlarmEvent, ObjectKind: shop.ObjectEvent, ObjectID: e.ID, Params: shop.AlarmParams{Task: stored.Type}}
		return s.set(ctx, tx, a, found && card.NeedsPerson(stored))
	}
	t, err := tx.Task(ctx, e.ID)
	found, err := there(err)
	if err != nil {
		return err
	}
	a := shop.Alarm{Kind: shop.AlarmTask, ObjectKind: shop.ObjectTask, ObjectID: e.ID, Params: shop.AlarmParams{Task: t.Kind}}
	return s.set(ctx, tx, a, found && t.State == db.TaskDead)
}

// FileChanged sets the alarms of a file that is missing or damaged.
func (s *Service) FileChanged(ctx context.Context, tx *db.Tx, e event.FileChanged) error {
	b, err := tx.Blob(ctx, e.ID)
	if _, err := there(err); err != nil {
		return err
	}
	params := shop.AlarmParams{Name: b.Name}
	if b.State.Broken() {
		f, err := tx.OrderFileByBlob(ctx, e.ID)
		found, err := there(err)
		if err != nil {
			return err
		}
		if found {
			params.Name, params.OrderID = f.Name, f.OrderID
			o, err := tx.Order(ctx, f.OrderID)
			if err != nil {
				return err
			}
			params.Order = o.Number
		}
	}
	for kind, state := range map[shop.AlarmKind]db.BlobState{shop.AlarmFileMissing: db.BlobMissing, shop.AlarmFileDamaged: db.BlobDamaged} {
		a := shop.Alarm{Kind: kind, ObjectKind: shop.ObjectFile, ObjectID: e.ID, Params: params}
		if err := s.set(ctx, tx, a, b.State == state); err != nil {
			return err
		}
	}
	return nil
}

// PaymentChanged sets the alarms of money that fits no invoice, that is to be sent back, that a cardholder disputes, or that is
// more than is owed.
func (s *Service) PaymentChanged(ctx context.Context, tx *db.Tx, e event.PaymentChanged) error {
	if err := s.unapplied(ctx, tx, e.ID); err != nil {
		return err
	}
	if err := s.refundDue(ctx, tx, e.ID); err != nil {
		return err
	}
	pay, err := tx.Payment(ctx, e.ID)
	if found, err := there(err); err != nil || !found {
		return err
	}
	if err := s.disputed(ctx, tx, pay); err != nil || pay.InvoiceID == "" {
		return err
	}
	payments, err := tx.PaymentsOfInvoice(ctx, pay.InvoiceID)
	if err != nil {
		return err
	}
	if err := s.allUnapplied(ctx, tx, payments); err != nil {
		return err
	}
	return s.overpaid(ctx, tx, pay.InvoiceID)
}

// refundDue sets the alarm of a payment of which something is to be sent back.
func (s *Service) refundDue(ctx context.Context, tx *db.Tx, paymentID string) error {
	due, err := tx.RefundDue(ctx, paymentID)
	found, err := there(err)
	if err != nil {
		return err
	}
	params := shop.AlarmParams{OrderID: due.OrderID, Order: due.OrderNumber, Amount: due.Left, Currency: due.Currency}
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmRefundDue, ObjectKind: shop.ObjectPayment, ObjectID: paymentID, Params: params}, found && due.State == shop.RefundOpen)
}

// OrderPlaced sets the alarm of many orders that wait.
func (s *Service) OrderPlaced(ctx context.Context, tx *db.Tx, _ event.OrderPlaced) error {
	return s.ordersWait(ctx, tx)
}

// ordersWait sets the alarm of many orders of visitors that nobody answered or paid.
func (s *Service) ordersWait(ctx context.Context, tx *db.Tx) error {
	_, all, err := tx.WaitingOrders(ctx, "", shop.ManyWaitingOrders)
	if err != nil {
		return err
	}
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmOrders, ObjectKind: shop.ObjectShop}, all >= shop.ManyWaitingOrders)
}

// unapplied sets the alarm of a payment that waits for a decision.
func (s *Service) unapplied(ctx context.Context, tx *db.Tx, id string) error {
	p, err := tx.PaymentToReturn(ctx, id)
	found, err := there(err)
	if err != nil {
		return err
	}
	params := shop.AlarmParams{OrderID: p.OrderID, Amount: p.Amount, Currency: p.Currency, Twice: p.State == shop.PaymentDuplicate}
	if found && p.InvoiceID != "" {
		inv, err := tx.Invoice(ctx, p.InvoiceID)
		if err != nil {
			return err
		}
		params.Order = cmp.Or(inv.OrderNumber, inv.Number)
		if params.Twice && inv.CanAccept(p) == nil {
			params.Owed = inv.Balance()
		}
	}
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmPayment, ObjectKind: shop.ObjectPayment, ObjectID: id, Params: params}, found)
}

// allUnapplied sets the alarms of those payments that wait: what is said of them goes by what is owed.
func (s *Service) allUnapplied(ctx context.Context, tx *db.Tx, payments []shop.Payment) error {
	for _, p := range payments {
		if !p.Unapplied() {
			continue
		}
		if err := s.unapplied(ctx, tx, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// OrderChanged sets the alarms of an order for which more was paid than it costs: what is to be sent back of each payment, or
// that it is more than is owed; what is said of its payments that wait; and that of many that wait.
func (s *Service) OrderChanged(ctx context.Context, tx *db.Tx, e event.OrderChanged) error {
	if err := s.ordersWait(ctx, tx); err != nil {
		return err
	}
	payments, err := tx.PaymentsOf(ctx, e.ID)
	if err != nil {
		return err
	}
	if err := s.allUnapplied(ctx, tx, payments); err != nil {
		return err
	}
	done := map[string]bool{}
	for _, p := range payments {
		if err := s.refundDue(ctx, tx, p.ID); err != nil {
			return err
		}
		if done[p.InvoiceID] {
			continue
		}
		done[p.InvoiceID] = true
		if err := s.overpaid(ctx, tx, p.InvoiceID); err != nil {
			return err
		}
	}
	return nil
}

// disputed sets the alarm of a payment that a cardholder disputes.
func (s *Service) disputed(ctx context.Context, tx *db.Tx, pay shop.Payment) error {
	disputes, err := tx.DisputesOfPayment(ctx, pay.ID)
	if err != nil {
		return err
	}
	params, open := shop.AlarmParams{OrderID: pay.OrderID, Currency: pay.Currency}, false
	for _, d := range disputes {
		if d.State == shop.DisputeOpen {
			params.Amount, open = params.Amount+d.Amount, true
		}
	}
	if pay.InvoiceID != "" {
		inv, err := tx.Invoice(ctx, pay.InvoiceID)
		if err != nil {
			return err
		}
		params.Order = cmp.Or(inv.OrderNumber, inv.Number)
	}
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmDispute, ObjectKind: shop.ObjectPayment, ObjectID: pay.ID, Params: params}, open)
}

// overpaid sets the alarm of an invoice for which more counts than is owed, at the last payment that does. Of one that was lowered
// the surplus is due back, which has its own alarm.
func (s *Service) overpaid(ctx context.Context, tx *db.Tx, invoiceID string) error {
	inv, err := tx.Invoice(ctx, invoiceID)
	if err != nil {
		return err
	}
	payments, err := tx.PaymentsOfInvoice(ctx, invoiceID)
	if err != nil {
		return err
	}
	last := ""
	for _, p := range payments {
		if p.State == shop.PaymentSettled {
			last = p.ID
		}
	}
	surplus := -inv.Balance()
	params := shop.AlarmParams{OrderID: inv.OrderID, Order: cmp.Or(inv.OrderNumber, inv.Number), Amount: surplus, Currency: inv.Currency}
	for _, p := range payments {
		a := shop.Alarm{Kind: shop.AlarmOverpaid, ObjectKind: shop.ObjectPayment, ObjectID: p.ID, Params: params}
		if err := s.set(ctx, tx, a, p.ID == last && surplus > 0 && inv.Adjusted == 0 && !inv.Closed()); err != nil {
			return err
		}
	}
	return nil
}

// ClockChanged sets the alarm of a clock that cannot be trusted.
func (s *Service) ClockChanged(ctx context.Context, tx *db.Tx, e event.ClockChanged) error {
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmClock, ObjectKind: shop.ObjectShop}, e.Held)
}

// SweepHeld sets the alarm of a clean-up that waits for an admin's word.
func (s *Service) SweepHeld(ctx context.Context, tx *db.Tx, e event.SweepHeld) error {
	a := shop.Alarm{Kind: shop.AlarmSweep, ObjectKind: shop.ObjectShop, Params: shop.AlarmParams{Files: e.Files, Of: e.Of}}
	return s.set(ctx, tx, a, e.Files > 0)
}

// DeletionHeld sets the alarm of a deletion of old models that waits for an admin's word.
func (s *Service) DeletionHeld(ctx context.Context, tx *db.Tx, e event.DeletionHeld) error {
	a := shop.Alarm{Kind: shop.AlarmDeletion, ObjectKind: shop.ObjectShop, Params: shop.AlarmParams{Files: e.Files, Of: e.Of}}
	return s.set(ctx, tx, a, e.Files > 0)
}

// watchDisk sets the alarm of a disk that is nearly full.
func (s *Service) watchDisk(ctx context.Context) error {
	space, err := s.store.Space()
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmDisk, ObjectKind: shop.ObjectShop}, space.Low())
	})
}

// Alarms that are over stay so long, and go so many in one transaction.
const (
	alarmsKept  = 90 * 24 * time.Hour
	alarmsBatch = 200
)

// pruneAlarms forgets alarms that are over, until none is left.
func (s *Service) pruneAlarms(ctx context.Context) error {
	for {
		var gone int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil {
				return err
			}
			gone, err = tx.PruneAlarms(ctx, tx.Now.Add(-alarmsKept), alarmsBatch)
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}
