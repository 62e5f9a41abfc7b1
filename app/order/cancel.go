package order

import (
	"context"
	"strings"

	"buildplate/app/client"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// CancelOrder closes an order and its jobs. A payment page that is still open is closed first, so that nobody pays
// for what will not be made. An order that was paid, and refunded since, is an
// admin's to cancel. Errors: NotFound; Forbidden; Conflict when money is held; Invalid.
func (s *Service) CancelOrder(ctx context.Context, p shop.Actor, id, reason string) (StaffOrderView, error) {
	if err := p.Must(shop.CancelOrder, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Give the customer a reason.")
	}
	if err := s.cards.ClosePaymentPage(ctx, id); err != nil {
		return StaffOrderView{}, err
	}
	return s.change(ctx, p, shop.CancelOrder, id, func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (string, error) {
		if err := p.Must(cancellation(inv), shop.OrderOf(id)); err != nil {
			return "", err
		}
		if err := inv.Cancel(reason, tx.Now); err != nil {
			return "", err
		}
		if err := tx.CancelJobs(ctx, id); err != nil {
			return "", err
		}
		return "Cancelled the order: " + reason, tx.SaveInvoice(ctx, inv)
	})
}

// DeleteDraft removes an order that was never issued or paid, with its rows, its files and its client.
// Errors: NotFound; Conflict for one that has a number or money.
func (s *Service) DeleteDraft(ctx context.Context, p shop.Actor, id string) error {
	if err := p.Must(shop.CancelOrder, shop.OrderOf(id)); err != nil {
		return err
	}
	if err := s.cards.ClosePaymentPage(ctx, id); err != nil {
		return err
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		money, err := tx.Payments(ctx, id)
		if err != nil {
			return err
		}
		if !inv.Deletable() || len(money) > 0 { // unapplied payments, too
			return shop.Conflictf("draft_not_deletable", "Order %s has an invoice or a payment. It can be cancelled, not deleted.", inv.OrderNumber)
		}
		files, err := tx.OrderFiles(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.DropCheckouts(ctx, id); err != nil {
			return err
		}
		if err := tx.DeleteInvoice(ctx, id); err != nil {
			return err
		}
		for _, f := range files {
			if err := s.files.Trash(ctx, tx, f.BlobID); err != nil {
				return err
			}
		}
		if err := client.RemoveGuest(ctx, tx, inv.ClientID); err != nil {
			return err
		}
		if err := tx.Log(ctx, p.Activity(id, "Deleted the draft "+inv.OrderNumber+" with its files.")); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: id})
	})
}

// cancellation is what cancelling the order needs.
func cancellation(inv *shop.Invoice) shop.Permission {
	if inv.Paid > 0 {
		return shop.CancelPaid
	}
	return shop.CancelOrder
}
