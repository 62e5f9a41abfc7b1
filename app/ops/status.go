package ops

import (
	"context"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// Status is how the machine under the shop is doing, with what staff should know.
func (s *Service) Status(ctx context.Context, who shop.Actor) (StatusView, error) {
	if err := who.Must(shop.SeeStatus, shop.TheShop); err != nil {
		return StatusView{}, err
	}
	v := StatusView{Version: s.version, Warnings: []string{}, Weaknesses: []WeaknessView{}, Alarms: []AlarmView{}}
	v.Engine, v.EngineVersion = s.slices.Engine()
	waiting, active := s.slices.Len()
	v.Queue = waiting + active
	space, err := s.store.Space()
	if err != nil {
		return v, err
	}
	v.DiskFreeBytes = space.Free
	if err := s.store.Degraded(); err != nil {
		v.Degraded = "The disk failed while something was being saved. Check the disk, then start the shop again."
	}
	v.Warnings = append(v.Warnings, s.warnings...)
	v.Warnings = append(v.Warnings, storage.Weaknesses()...)
	v.Warnings = append(v.Warnings, db.Weaknesses()...)
	v.Warnings = append(v.Warnings, s.cards.Warnings()...)
	for _, w := range slicer.Weaknesses() {
		v.Weaknesses = append(v.Weaknesses, WeaknessView(w))
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if v.PaymentWarnings, err = s.settings.PaymentWarnings(ctx, tx); err != nil {
			return err
		}
		doors, err := s.settings.DoorWarnings(ctx, tx)
		if err != nil {
			return err
		}
		v.Warnings = append(v.Warnings, doors...)
		v.Now = tx.Now
		page, err := alarmsPage(ctx, tx, who, "")
		if err != nil {
			return err
		}
		v.Alarms, v.AlarmsNext = page.Alarms, page.Next
		v.AlarmCount, err = tx.CountAlarms(ctx)
		return err
	})
	return v, err
}

// AcceptClock is an admin's word that the machine's clock is right: what is deleted by age goes on.
func (s *Service) AcceptClock(ctx context.Context, who shop.Actor) (StatusView, error) {
	if err := who.Must(shop.AcceptClock, shop.TheShop); err != nil {
		return StatusView{}, err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.tasks.AcceptClock(ctx, tx); err != nil {
			return err
		}
		return tx.Log(ctx, who.Activity(shop.VerbClockAccepted, "", shop.ActivityParams{}))
	})
	if err != nil {
		return StatusView{}, err
	}
	return s.Status(ctx, who)
}

// ConfirmSweep is an admin's word that the files which the sweep would remove may go. It goes on when they are as many as
// the admin was shown. Errors: Conflict when nothing waits any more, or another number.
func (s *Service) ConfirmSweep(ctx context.Context, who shop.Actor, files int) (StatusView, error) {
	if err := who.Must(shop.ConfirmSweep, shop.TheShop); err != nil {
		return StatusView{}, err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := tx.OpenAlarm(ctx, shop.AlarmSweep)
		if shop.IsKind(err, shop.NotFound) {
			return shop.Conflictf("sweep_not_held", "The clean-up no longer needs an answer.")
		}
		if err != nil {
			return err
		}
		if a.Params.Files != files {
			return shop.Conflictf("sweep_changed", "%d files would be removed by now. Check again before you confirm.", a.Params.Files)
		}
		if err := s.files.ConfirmSweep(ctx, tx, files); err != nil {
			return err
		}
		return tx.Log(ctx, who.Activity(shop.VerbSweepConfirmed, "", shop.ActivityParams{Files: files}))
	})
	if err != nil {
		return StatusView{}, err
	}
	return s.Status(ctx, who)
}

// ConfirmDeletion is an admin's word that old models which are unusually many may go. It goes on when they are as many as
// the admin was shown. Errors: Conflict when nothing waits any more, or another number.
func (s *Service) ConfirmDeletion(ctx context.Context, who shop.Actor, files int) (StatusView, error) {
	if err := who.Must(shop.ConfirmDelete, shop.TheShop); err != nil {
		return StatusView{}, err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := tx.OpenAlarm(ctx, shop.AlarmDeletion)
		if shop.IsKind(err, shop.NotFound) {
			return shop.Conflictf("deletion_not_held", "The deletion no longer needs an answer.")
		}
		if err != nil {
			return err
		}
		if a.Params.Files != files {
			return shop.Conflictf("deletion_changed", "%d files would be deleted by now. Check again before you confirm.", a.Params.Files)
		}
		if err := s.orders.ConfirmDeletion(ctx, tx, files); err != nil {
			return err
		}
		return tx.Log(ctx, who.Activity(shop.VerbDeleteConfirmed, "", shop.ActivityParams{Files: files}))
	})
	if err != nil {
		return StatusView{}, err
	}
	return s.Status(ctx, who)
}

// StatusView is how the machine under the shop is doing.
type StatusView struct {
	Version         string            `json:"version"`
	Engine          string            `json:"engine"`
	EngineVersion   string            `json:"engine_version"`
	Queue           int               `json:"queue"`
	DiskFreeBytes   int64             `json:"disk_free_bytes"`
	Degraded        string            `json:"degraded,omitempty" doc:"Why the shop takes no new files now"`
	Warnings        []string          `json:"warnings" doc:"What this machine is weaker in than it could be"`
	PaymentWarnings []setting.Warning `json:"payment_warnings" doc:"What keeps customers from paying, or news of it from coming"`
	Weaknesses      []WeaknessView    `json:"weaknesses" doc:"What this machine cannot keep a slice, or the reading of a file, from doing; empty where it can keep it from all"`
	Alarms          []AlarmView       `json:"alarms" doc:"What staff must know of until it is over, its first page: what is about the shop itself, then the latest"`
	AlarmsNext      string            `json:"alarms_next,omitempty" doc:"Where the page of alarms after this one begins; absent where these are all"`
	AlarmCount      int               `json:"alarm_count" doc:"How many alarms are open; 1001 stands for more than a thousand"`
	Now             shop.Time         `json:"now" doc:"What this machine's clock shows, in unix milliseconds"`
}

// WeaknessView is something that this machine cannot keep a slice from doing.
type WeaknessView struct {
	Code    string `json:"code" doc:"slice_files_open, slice_files_emptied, slice_calls_open, slice_as_root, slice_unconfined, ...; newer servers know more"`
	Message string `json:"message"`
}
