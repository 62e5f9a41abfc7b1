package app

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

// issueOnOrder starts an order paid by transfer at once where the shop's policy is not to wait for the money.
func (a *App) issueOnOrder(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	s, err := tx.Settings(ctx)
	if err != nil || inv.Payment != shop.ByTransfer || s.ReleasePolicy != shop.OnInvoice || inv.Review != shop.ReviewNone {
		return err
	}
	return a.release(ctx, tx, inv)
}

// release issues an order and puts its jobs on the floor. Doing it twice changes nothing.
func (a *App) release(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	now := shop.TimeOf(tx.Now)
	if inv.Issued == 0 {
		number, err := tx.NextNumber(ctx, "invoice")
		if err != nil {
			return err
		}
		if err := inv.Issue(number, now); err != nil {
			return err
		}
	}
	if err := inv.Release(now); err != nil {
		return err
	}
	inv.Settle(now)
	if err := tx.SaveInvoice(ctx, inv); err != nil {
		return err
	}
	return a.createJobs(ctx, tx, inv)
}

// ReleaseOrder issues the invoice and puts the jobs on the floor before the money has come: staff's decision.
// Errors: NotFound; Conflict in review or closed.
func (a *App) ReleaseOrder(ctx context.Context, p Principal, id, note string) (StaffOrderView, error) {
	return a.change(ctx, p, id, func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (string, error) {
		sentence := "Released the order to the floor."
		if note = strings.TrimSpace(note); note != "" {
			sentence += " " + note
		}
		return sentence, a.release(ctx, tx, inv)
	})
}
