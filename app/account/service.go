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
	guard     *guard
}

// New is a service that forgets old sessions and one-time links by night.
func New(d *db.DB, settings *setting.Service, events *event.Bus, tasks *task.Service) *Service {
	s := &Service{db: d, settings: settings, events: events, tasks: tasks, passwords: newPasswords(), guard: newGuard()}
	tasks.Register(task.Kind{Name: "clean.sessions", Run: s.cleanSessions, Schedule: "35 1 * * *", Period: task.Day, ByAge: true})
	return s
}

// oldLinkAge is how long a link that ended is remembered, so that its page can say why it does not work.
const oldLinkAge = 30 * 24 * time.Hour

// cleanBatch is how many rows of each go in one transaction, so that it stays short.
const cleanBatch = 200

// cleanSessions deletes the sessions that nobody used for so long that they ended, and links that ended, until none is
// left.
func (s *Service) cleanSessions(ctx context.Context) error {
	for {
		var links, orderLinks, sessions int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil { // a clock that jumped would log everybody out
				return err
			}
			if links, err = tx.DeleteOldOneTimeLinks(ctx, tx.Now.Add(-oldLinkAge), cleanBatch); err != nil {
				return err
			}
			if orderLinks, err = tx.DeleteOldOrderLinks(ctx, tx.Now.Add(-oldLinkAge), cleanBatch); err != nil {
				return err
			}
			sessions, err = tx.DeleteOldSessions(ctx, tx.Now.Add(-shop.SessionIdle), cleanBatch)
			return err
		})
		if err != nil || links+orderLinks+sessions == 0 {
			return err
		}
	}
}
