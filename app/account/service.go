package account

import (
	"context"

	"buildplate/app/setting"
	"buildplate/app/task"
	"buildplate/db"
)

// Service logs people in.
type Service struct {
	db        *db.DB
	settings  *setting.Service
	passwords *passwords
}

// New is a service that forgets old sessions by night.
func New(d *db.DB, settings *setting.Service, tasks *task.Service) *Service {
	s := &Service{db: d, settings: settings, passwords: newPasswords()}
	tasks.Register(task.Kind{Name: "clean.sessions", Run: s.cleanSessions, Schedule: "35 2 * * *", Period: task.Day, ByAge: true})
	return s
}

// cleanSessions deletes the sessions that nobody used for so long that they ended.
func (s *Service) cleanSessions(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if clock, err := tx.TickClock(ctx); err != nil || clock.Held != "" { // a clock that jumped would log everybody out
			return err
		}
		return tx.DeleteOldLogins(ctx, tx.Now.Add(-loginIdle))
	})
}
