package order

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

// ApproveOrder ends a review: the order may be paid, at its price or at one that staff set with a reason.
// Errors: NotFound; Conflict when it is not in review; Invalid;
// Forbidden for a price lower than the actor may set.
func (s *Service) ApproveOrder(ctx context.Context, p shop.Actor, id string, req ApproveRequest) (StaffOrderView, error) {
	return s.change(ctx, p, shop.ReviewOrder, id, func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (string, error) {
		message := "Approved the order at "
		if req.AdjustedTotal != nil && *req.AdjustedTotal != inv.Price.Total {
			if strings.TrimSpace(req.Reason) == "" {
				return "", shop.Invalidf("reason_missing", "reason", "Say why the price is changed.")
			}
			if *req.AdjustedTotal > shop.MaxOrder {
				return "", shop.Invalidf("total_too_high", "adjusted_total", "This price is too high to be meant.")
			}
			set, err := tx.Settings(ctx)
			if err != nil {
				return "", err
			}
			if err := set.CheckDiscount(p, inv.Price.Unadjusted(), *req.AdjustedTotal); err != nil {
				return "", err
			}
			inv.Price = inv.Price.AdjustedTo(*req.AdjustedTotal, set.EffectiveTax())
			message = "Set the price (" + strings.TrimSpace(req.Reason) + ") and approved the order at "
		}
		if err := inv.Approve(strings.TrimSpace(req.Message)); err != nil {
			return "", err
		}
		return message + inv.Price.Total.In(inv.Currency) + ".", tx.SaveInvoice(ctx, inv)
	})
}

// RefuseOrder ends a review with a reason that the customer sees. An order that was approved first may have a payment
// page open; it is closed, so that nobody pays for what will not be made. With deleteFiles its files go for
// good in the same transaction, and are never taken again. Errors: NotFound; Conflict; Invalid.
func (s *Service) RefuseOrder(ctx context.Context, p shop.Actor, id, reason string, deleteFiles bool) (StaffOrderView, error) {
	if err := p.Must(shop.ReviewOrder, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Give the customer a reason.")
	}
	if err := s.cards.ClosePaymentPage(ctx, id); err != nil {
		return StaffOrderView{}, err
	}
	v, err := s.change(ctx, p, shop.ReviewOrder, id, func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (string, error) {
		if err := inv.Refuse(reason, tx.Now); err != nil {
			return "", err
		}
		if err := tx.SaveInvoice(ctx, inv); err != nil || !deleteFiles {
			return "Refused the order: " + reason, err
		}
		return "Refused the order and deleted its files: " + reason, s.deleteFiles(ctx, tx, inv, reason)
	})
	return v, err
}
