package app

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/engine"
	"buildplate/storage"
)

// Status is how the machine under the shop is doing, with what staff should know.
func (a *App) Status(ctx context.Context) (StatusView, error) {
	v := StatusView{Version: a.cfg.Version, Engine: a.slicer.Engine.Name(), EngineVersion: a.slicer.Engine.Version(), Warnings: []string{}}
	waiting, active := a.queue.Len()
	v.Queue = waiting + active
	space, err := a.files.Space()
	if err != nil {
		return v, err
	}
	v.DiskFree = space.Free
	if space.Low() {
		v.Warnings = append(v.Warnings, "The disk is nearly full: new uploads are refused.")
	}
	if err := a.files.Degraded(); err != nil {
		v.Degraded = "The disk failed to keep a write. Check the disk, then start the shop again."
	}
	v.Warnings = append(v.Warnings, storage.Weaknesses()...)
	v.Warnings = append(v.Warnings, engine.Weaknesses()...)
	v.Warnings = append(v.Warnings, db.Weaknesses()...)
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		clock, err := tx.Clock(ctx)
		if err != nil && !shop.IsKind(err, shop.NotFound) {
			return err
		}
		v.ClockHeld, v.Now = clock.Held != "", shop.TimeOf(tx.Now)
		missing, err := tx.MissingBlobs(ctx)
		for _, b := range missing {
			v.Warnings = append(v.Warnings, "The file "+b.Name+" is missing from the disk. Restore it from a backup.")
		}
		return err
	})
	if err != nil {
		return v, err
	}
	money, err := a.PaymentWarnings(ctx)
	v.Warnings = append(v.Warnings, money...)
	return v, err
}

// AcceptClock is an admin's word that the machine's clock is right: what is deleted by age goes on.
func (a *App) AcceptClock(ctx context.Context, p Principal) (StatusView, error) {
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.AcceptClock(ctx); err != nil {
			return err
		}
		return tx.Log(ctx, p.activity("", "Confirmed the machine's clock."))
	})
	if err != nil {
		return StatusView{}, err
	}
	return a.Status(ctx)
}
