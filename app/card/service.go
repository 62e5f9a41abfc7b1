package card

import (
	"context"
	"log/slog"
	"time"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/task"
	"buildplate/db"
)

// Service takes cards through Stripe.
type Service struct {
	db       *db.DB
	log      *slog.Logger
	events   *event.Bus
	settings *setting.Service
	stripe   *stripeClient
}

// Deps is what a Service is made of.
type Deps struct {
	DB        *db.DB
	Log       *slog.Logger
	Events    *event.Bus
	Settings  *setting.Service
	Tasks     *task.Service
	StripeURL string // "" for Stripe itself
}

// New is a service that asks Stripe by itself what no webhook told, and closes payment pages that nobody needs any more.
func New(d Deps) *Service {
	c := &Service{db: d.DB, log: d.Log, events: d.Events, settings: d.Settings, stripe: newStripeClient(d.StripeURL)}
	for _, k := range []task.Kind{
		{Name: "stripe.sessions", Run: c.reconcileSessions, Schedule: "*/10 * * * *", Period: task.Minute},
		{Name: "stripe.events", Run: c.reconcileEvents, Schedule: "5 * * * *", Period: task.Hour},
		{Name: "stripe.retry", Run: c.retryFailedEvents, Schedule: "*/5 * * * *", Period: task.Minute},
		{Name: "stripe.stale", Run: c.expireStaleSessions, Schedule: "15 * * * *", Period: task.Hour},
	} {
		d.Tasks.Register(k)
	}
	return c
}

// closeLimit is how long closing a payment page may take before it is left to the task that looks for stale ones.
const closeLimit = time.Minute

// PaymentTaken hears of money that counts, and closes a payment page that is still open, so that nobody pays twice.
func (c *Service) PaymentTaken(ctx context.Context, tx *db.Tx, e event.PaymentTaken) error {
	tx.AfterCommit(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeLimit)
		defer cancel()
		if err := c.closeStalePage(ctx, e.InvoiceID); err != nil { // the task stripe.stale tries again
			c.log.WarnContext(ctx, "close a payment page", "invoice", e.InvoiceID, "err", err)
		}
	})
	return nil
}

// withRecorder runs fn in one transaction with a recorder of what Stripe says, and tells the pages which orders changed.
// It goes on when the request that began it ends.
func (c *Service) withRecorder(ctx context.Context, fn func(context.Context, *recorder) error) error {
	return c.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		k := &recorder{card: c, tx: tx}
		if err := fn(ctx, k); err != nil {
			return err
		}
		for _, id := range k.touched {
			if err := c.events.Emit(ctx, tx, event.OrderChanged{ID: id}); err != nil {
				return err
			}
		}
		return nil
	})
}
