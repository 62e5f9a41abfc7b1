package ops

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// Status is how the machine under the shop is doing, with what staff should know.
func (s *Service) Status(ctx context.Context, p shop.Actor) (StatusView, error) {
	if err := p.Must(shop.SeeStatus, shop.TheShop); err != nil {
		return StatusView{}, err
	}
	v := StatusView{Version: s.version, Warnings: []string{}}
	v.Engine, v.EngineVersion = s.slices.Engine()
	waiting, active := s.slices.Len()
	v.Queue = waiting + active
	space, err := s.store.Space()
	if err != nil {
		return v, err
	}
	v.DiskFree = space.Free
	if space.Low() {
		v.Warnings = append(v.Warnings, "The disk is nearly full: new uploads are refused.")
	}
	if err := s.store.Degraded(); err != nil {
		v.Degraded = "The disk failed to keep a write. Check the disk, then start the shop again."
	}
	v.Warnings = append(v.Warnings, storage.Weaknesses()...)
	v.Warnings = append(v.Warnings, slicer.Weaknesses()...)
	v.Warnings = append(v.Warnings, db.Weaknesses()...)
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		clock, err := tx.Clock(ctx)
		if err != nil && !shop.IsKind(err, shop.NotFound) {
			return err
		}
		v.ClockHeld, v.Now = clock.Held != "", tx.Now
		broken, err := tx.BrokenBlobs(ctx, "", 100)
		for _, b := range broken {
			v.Warnings = append(v.Warnings, "The file "+b.Name+" is "+string(b.State)+". Restore it from a backup.")
		}
		return err
	})
	if err != nil {
		return v, err
	}
	money, err := s.cards.Warnings(ctx)
	v.Warnings = append(v.Warnings, money...)
	return v, err
}

// AcceptClock is an admin's word that the machine's clock is right: what is deleted by age goes on.
func (s *Service) AcceptClock(ctx context.Context, p shop.Actor) (StatusView, error) {
	if err := p.Must(shop.AcceptClock, shop.TheShop); err != nil {
		return StatusView{}, err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.tasks.AcceptClock(ctx, tx); err != nil {
			return err
		}
		return tx.Log(ctx, p.Activity("", "Confirmed the machine's clock."))
	})
	if err != nil {
		return StatusView{}, err
	}
	return s.Status(ctx, p)
}

// StatusView is how the machine under the shop is doing.
type StatusView struct {
	Version       string    `json:"version"`
	Engine        string    `json:"engine"`
	EngineVersion string    `json:"engine_version"`
	Queue         int       `json:"queue"`
	DiskFree      int64     `json:"disk_free"`
	Degraded      string    `json:"degraded,omitempty" doc:"Why the shop takes no new files now"`
	Warnings      []string  `json:"warnings"`
	ClockHeld     bool      `json:"clock_held" doc:"The clock jumped, so nothing is deleted by age until an admin says that it is right"`
	Now           shop.Time `json:"now" doc:"What this machine's clock shows, in unix milliseconds"`
}
