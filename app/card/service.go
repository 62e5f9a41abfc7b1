package card

import (
	"context"
	"log/slog"
	"time"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

// Service takes cards through Stripe.
type Service struct {
	db       *db.DB
	log      *slog.Logger
	events   *event.Bus
	settings *setting.Service
	tasks    *task.Service
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
	c := &Service{db: d.DB, log: d.Log, events: d.Events, settings: d.Settings, tasks: d.Tasks, stripe: newStripeClient(d.StripeURL)}
	for _, k := range []task.Kind{
		{Name: "stripe.sessions", Run: c.reconcileSessions, Schedule: "*/10 * * * *", Period: task.Minute},
		{Name: "stripe.events", Run: c.reconcileEvents, Schedule: "5 * * * *", Period: task.Hour},
		{Name: "stripe.retry", Run: c.retryFailedEvents, Schedule: "*/5 * * * *", Period: task.Minute},
		{Name: "stripe.stale", Run: c.expireStaleSessions, Schedule: "15 * * * *", Period: task.Hour},
		task.Typed(task.Kind{Name: taskClose, Alone: true, Backoff: db.Backoff{First: time.Minute, Most: 6 * time.Hour, Tries: 14}}, c.closeUnneeded),
	} {
		d.Tasks.Register(k)
	}
	return c
}

// taskClose closes the payment page of an invoice that is not to be paid on it any more.
const taskClose = "stripe.close"

// closing is what a task of that kind is about.
type closing struct {
	InvoiceID string `json:"invoice_id"`
}

// PaymentTaken has a payment page that is still open closed, so that nobody pays twice. Stripe is asked in the background:
// whoever took the money does not wait for it.
func (c *Service) PaymentTaken(ctx context.Context, tx *db.Tx, e event.PaymentTaken) error {
	return c.closeLater(ctx, tx, e.InvoiceID)
}

// PaymentStopped has a payment page that is still open closed, so that nobody pays for what may not be made.
func (c *Service) PaymentStopped(ctx context.Context, tx *db.Tx, e event.PaymentStopped) error {
	return c.closeLater(ctx, tx, e.InvoiceID)
}

func (c *Service) closeLater(ctx context.Context, tx *db.Tx, invoiceID string) error {
	if _, err := tx.ActiveCheckout(ctx, invoiceID); err != nil {
		if shop.IsKind(err, shop.NotFound) {
			return nil
		}
		return err
	}
	_, err := c.tasks.Enqueue(ctx, tx, taskClose, "", closing{InvoiceID: invoiceID}, tx.Now)
	return err
}

// closeUnneeded closes an invoice's payment page unless the invoice still asks for just that amount.
// Errors: Unavailable when Stripe does not answer.
func (c *Service) closeUnneeded(ctx context.Context, what closing) error {
	err := c.closeStaleCheckout(ctx, what.InvoiceID)
	if shop.IsKind(err, shop.NotFound) {
		return nil // the invoice is gone, and its page with it
	}
	return err
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
