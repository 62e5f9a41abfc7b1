package order

import (
	"context"
	"strings"
	"unicode/utf8"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// HandOver lets copies of an order leave the shop: somebody collects them, or they are sent as one parcel. Where something is
// owed, all of it is taken first, also for what stays, in one transaction: either both happen or neither. Without the money, or where it went back,
// they leave only by an admin's reason. What remains stays ready, and the order closes when nothing is left to go: where some of it
// was cancelled, whoever takes money for it, or lets the last of it leave, says what it costs now, as whoever cancels its rest does, and that is what is owed.
// Errors: NotFound; Forbidden for whoever is no admin and gives a reason instead of the money, and as CancelRest for a price; Conflict when the copies are not
// here, or the order is on hold or changed meanwhile; Invalid for a way that no money is taken at the counter, or none where
// something is owed, and for a handover that does not say what leaves and with whom, or what it costs where that is asked.
func (s *Service) HandOver(ctx context.Context, who shop.Actor, id string, req HandOverRequest) (StaffOrderView, error) {
	if err := who.Must(shop.HandOver, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	h := shop.Handover{
		ID: shop.NewID(), OrderID: id, Kind: req.Kind, CollectedBy: req.CollectedBy, Carrier: req.Carrier, TrackingNumber: req.TrackingNumber, UnpaidReason: req.UnpaidReason,
		UserID: who.ID, By: who.Name, Items: req.Items,
	}
	if err := h.Check(); err != nil {
		return StaffOrderView{}, err
	}
	act := func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		if err := o.CanHandOver(); err != nil {
			return did, err
		}
		copies, err := tx.ItemCopies(ctx, id)
		if err != nil {
			return did, err
		}
		if err := h.Fits(copies); err != nil {
			return did, err
		}
		if o, err = s.agreeAtHandover(ctx, tx, who, o, &h, copies, &req); err != nil {
			return did, err
		}
		if err := s.payBeforeLeaving(ctx, tx, who, o, &h, req); err != nil {
			return did, err
		}
		h.At = tx.Now
		if err := tx.InsertHandover(ctx, h); err != nil {
			return did, err
		}
		params := shop.ActivityParams{Copies: h.Copies(), Name: h.Words(), Reason: h.UnpaidReason}
		if h.UnpaidReason != "" {
			params.Amount, params.Currency = max(o.Balance(), 0)+o.Missing(), o.Currency
		}
		return who.Activity(shop.VerbOrderHandedOver, id, params), s.follow(ctx, tx, who, id)
	}
	if req.Costs == nil {
		return s.change(ctx, who, shop.HandOver, id, req.Version, act)
	}
	may := func(_ context.Context, _ *db.Tx, o *shop.Order) error { return o.CanHandOver() }
	return s.close(ctx, who, shop.HandOver, id, req.Version, may, act)
}

// follow brings jobs and order in line with what has left, and came back, and tells the pages of the jobs.
func (s *Service) follow(ctx context.Context, tx *db.Tx, who shop.Actor, id string, back ...shop.HandoverItem) error {
	moved, err := job.Follow(ctx, tx, id, who.Name, back...)
	for _, j := range moved {
		if err == nil {
			err = s.events.Emit(ctx, tx, event.JobChanged{ID: j.ID, OrderID: id})
		}
	}
	return err
}

// payBeforeLeaving takes what is owed for an order of which copies leave, or asks whether they may leave without.
// Errors: Forbidden, Invalid and Conflict as HandOver.
func (s *Service) payBeforeLeaving(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, h *shop.Handover, req HandOverRequest) error {
	if o.MayLeave("") == nil {
		h.UnpaidReason = "" // somebody else took the money meanwhile
		return nil
	}
	if v := o.Invoice; v != nil { // what is owed is what whoever takes it, or leaves it, has read
		if req.InvoiceVersion == 0 {
			return shop.Invalidf("version_missing", "invoice_version", "Say which version of the invoice the amount owed was read from.")
		}
		if err := setting.CheckVersion(ctx, tx, req.InvoiceVersion, v.Version, v.ChangedBy, v.Updated); err != nil {
			return err
		}
	}
	switch {
	case h.UnpaidReason != "":
		if err := who.Must(shop.LeaveUnpaid, shop.OrderOf(o.ID)); err != nil || o.Hold != shop.HoldUnpaid {
			return err
		}
		return job.Hold(ctx, tx, o, "", who.Name) // nothing waits for the money any more
	case o.Balance() <= 0:
		return o.MayLeave("")
	case !req.Method.ByHand():
		return shop.Invalidf("method_missing", "method", "Order %s is not paid. Say how it is paid now.", o.Number)
	}
	reference := strings.TrimSpace(req.Reference)
	if utf8.RuneCountInString(reference) > 200 {
		return shop.Invalidf("reference_too_long", "reference", "A reference can have at most 200 characters.")
	}
	if err := who.Must(shop.TakePayment, shop.OrderOf(o.ID)); err != nil {
		return err
	}
	if err := s.billing.TakeDue(ctx, tx, who, o.Invoice, req.Method, reference); err != nil {
		return err
	}
	paid, err := tx.Order(ctx, o.ID)
	if err != nil {
		return err
	}
	return paid.MayLeave("")
}

// CorrectHandover writes down who collected, or the carrier and the number, as they should have been.
// Errors: NotFound; Conflict when it was undone or changed meanwhile; Invalid without a reason, or for what says too little.
func (s *Service) CorrectHandover(ctx context.Context, who shop.Actor, id, handoverID string, req HandoverCorrection) (StaffOrderView, error) {
	if err := who.Must(shop.HandOver, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	reason := strings.TrimSpace(req.Reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Say why it is being corrected.")
	}
	return s.change(ctx, who, shop.HandOver, id, 0, func(ctx context.Context, tx *db.Tx, _ *shop.Order) (did shop.Activity, err error) {
		h, err := handover(ctx, tx, id, handoverID, req.Version)
		if err != nil {
			return did, err
		}
		was := h.Words()
		h.CollectedBy, h.Carrier, h.TrackingNumber = req.CollectedBy, req.Carrier, req.TrackingNumber
		if err := h.Check(); err != nil || h.Words() == was {
			return did, err
		}
		return who.Activity(shop.VerbHandoverCorrected, id, shop.ActivityParams{Name: h.Words(), Was: was, Reason: reason}), tx.SaveHandover(ctx, h, who.Name)
	})
}

// UndoHandover notes that copies had not left the shop after all, or came back: they are where they were, and an order that
// was done is open again, and on hold where its money was refunded or is disputed. What was
// cancelled since of an item that comes back is made again, until it is cancelled again. Money that was taken for them stays taken.
// What the order was lowered by as they left it costs again, unless its price was agreed on anew since; and all that it was lowered by,
// where something that was cancelled comes back with them: that is then whose it is to put that back. A payment page that asks for less
// is closed first.
// Errors: NotFound; Forbidden; Conflict when it was undone before or changed meanwhile, or the order is closed, or a bank decides on a payment of
// what it cost less; Invalid without a reason.
func (s *Service) UndoHandover(ctx context.Context, who shop.Actor, id, handoverID string, version int, reason string) (StaffOrderView, error) {
	if err := who.Must(shop.HandOver, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	act := func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		h, err := handover(ctx, tx, id, handoverID, version)
		if err != nil {
			return did, err
		}
		if err := mayUndo(ctx, tx, who, o, h); err != nil {
			return did, err
		}
		if err := h.Undo(who.Name, reason, tx.Now); err != nil {
			return did, err
		}
		if err := tx.SaveHandover(ctx, h, who.Name); err != nil {
			return did, err
		}
		back, err := undoing(ctx, tx, o, h)
		if err != nil {
			return did, err
		}
		if err := s.billing.Restore(ctx, tx, who, o, back, "Its handover was undone."); err != nil {
			return did, err
		}
		if err := s.follow(ctx, tx, who, id, h.Items...); err != nil {
			return did, err
		}
		if o.State == shop.OrderCompleted {
			if err := billing.HoldAgain(ctx, tx, id, who.Name); err != nil {
				return did, err
			}
		}
		return who.Activity(shop.VerbHandoverUndone, id, shop.ActivityParams{Copies: h.Copies(), Name: h.Words(), Reason: h.UndoReason}), nil
	}
	more, err := s.raises(ctx, id, handoverID)
	if err != nil {
		return StaffOrderView{}, err
	}
	if !more {
		return s.change(ctx, who, shop.HandOver, id, 0, act)
	}
	may := func(ctx context.Context, tx *db.Tx, o *shop.Order) error {
		h, err := handover(ctx, tx, id, handoverID, version)
		if err != nil {
			return err
		}
		return mayUndo(ctx, tx, who, o, h)
	}
	return s.close(ctx, who, shop.HandOver, id, 0, may, act)
}

// mayUndo says whether the actor can undo a handover of the order as the order is now. Errors: Conflict; Forbidden.
func mayUndo(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, h shop.Handover) error {
	if o.Closed != 0 {
		return shop.Conflictf("order_closed", "Order %s is already closed.", o.Number)
	}
	if err := o.CanReopen(); err != nil {
		return err
	}
	jobs, err := tx.JobsOf(ctx, o.ID)
	if err != nil {
		return err
	}
	return who.Must(h.UndoNeeds(jobs), shop.OrderOf(o.ID))
}

// undoing is what of its order's lowered price a handover that is undone takes back.
func undoing(ctx context.Context, tx *db.Tx, o *shop.Order, h shop.Handover) ([]shop.Adjustment, error) {
	if o.Invoice == nil {
		return nil, nil
	}
	agreed, err := tx.AdjustmentsOf(ctx, o.Invoice.ID)
	if agreed = o.Restorable(agreed); err != nil || len(agreed) == 0 {
		return nil, err
	}
	jobs, err := tx.JobsOf(ctx, o.ID)
	return h.Undoing(jobs, agreed), err
}

// raises says whether undoing a handover lets its order cost more again; not where there is no such order or handover, which undoing
// it says.
func (s *Service) raises(ctx context.Context, orderID, handoverID string) (more bool, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, orderID)
		if shop.IsKind(err, shop.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		h, err := handover(ctx, tx, orderID, handoverID, 0)
		if err != nil {
			return nil //nolint:nilerr // undoing it says so
		}
		back, err := undoing(ctx, tx, o, h)
		more = len(back) > 0
		return err
	})
	return more, err
}

// handover finds an order's handover that stands, at the version that something was decided on; 0 asks no questions.
// Errors: NotFound; Conflict.
func handover(ctx context.Context, tx *db.Tx, orderID, id string, version int) (shop.Handover, error) {
	all, err := tx.HandoversOf(ctx, orderID)
	if err != nil {
		return shop.Handover{}, err
	}
	for _, h := range all {
		if h.ID == id {
			if err := setting.CheckVersion(ctx, tx, version, h.Version, h.ChangedBy, h.Updated); err != nil {
				return h, err
			}
			return h, h.Correctable()
		}
	}
	return shop.Handover{}, shop.NotFoundf("handover_not_found", "There is no such handover.")
}
