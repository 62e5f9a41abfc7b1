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

// linkMargin is how long before it ends a link to an order goes on where the order's papers are kept longer. It is far more
// than a shop is closed for.
const linkMargin = 180 * 24 * time.Hour

// cleanBatch is how many rows of each go in one transaction, so that it stays short.
const cleanBatch = 200

// cleanSessions deletes the sessions that nobody used for so long that they ended, and links that ended, until none is
// left. Links to orders whose papers are still kept go on.
func (s *Service) cleanSessions(ctx context.Context) error {
	for {
		var links, extended, orderLinks, sessions int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil { // a clock that jumped would log everybody out
				return err
			}
			if links, err = tx.DeleteOldOneTimeLinks(ctx, tx.Now.Add(-oldLinkAge), cleanBatch); err != nil {
				return err
			}
			kept, err := tx.Settings(ctx)
			if err != nil {
				return err
			}
			if extended, err = tx.ExtendOrderLinks(ctx, linkMargin, kept.Retention.Age(shop.RetainDocuments), cleanBatch); err != nil || extended > 0 {
				return err // all of them first: none is deleted that is to go on
			}
			if orderLinks, err = tx.DeleteOldOrderLinks(ctx, tx.Now.Add(-oldLinkAge), cleanBatch); err != nil {
				return err
			}
			sessions, err = tx.DeleteOldSessions(ctx, tx.Now.Add(-shop.SessionIdle), cleanBatch)
			return err
		})
		if err != nil || links+extended+orderLinks+sessions == 0 {
			return err
		}
	}
}
