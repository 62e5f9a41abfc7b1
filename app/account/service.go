package account

import (
	"context"
	"time"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

// Service logs people in, and knows who they are.
type Service struct {
	db        *db.DB
	settings  *setting.Service
	events    *event.Bus
	tasks     *task.Service
	passwords *passwords
}

// New is a service that forgets old sessions and one-time links by night.
func New(d *db.DB, settings *setting.Service, events *event.Bus, tasks *task.Service) *Service {
	s := &Service{db: d, settings: settings, events: events, tasks: tasks, passwords: newPasswords()}
	tasks.Register(task.Kind{Name: "clean.sessions", Run: s.cleanSessions, Schedule: "35 2 * * *", Period: task.Day, ByAge: true})
	return s
}

// oldLinkAge is how long a link that ended is remembered, so that its page can say why it does not work.
const oldLinkAge = 30 * 24 * time.Hour

// cleanSessions deletes the sessions that nobody used for so long that they ended, and links that ended long ago.
func (s *Service) cleanSessions(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.tasks.TrustClock(ctx, tx); err != nil { // a clock that jumped would log everybody out
			return err
		}
		now := tx.Now
		if err := tx.DeleteOldOneTimeLinks(ctx, now.Add(-oldLinkAge)); err != nil {
			return err
		}
		return tx.DeleteOldSessions(ctx, now.Add(-shop.SessionIdle))
	})
}
