package apptest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/app/task"
)

func (w *walk) shopSteps() []step {
	return []step{
		{"change the settings", 3, w.changeSettings, nil},
		{"run a chore", 4, w.runChore, nil},
		{"retry a task", 1, w.retryTask, nil},
		{"let time pass", 4, w.letPass, nil},
		{"accept the clock", 1, w.acceptClock, nil},
		{"look around", 4, w.lookAround, nil},
	}
}

// changeSettings saves the settings screen with something changed on it.
func (w *walk) changeSettings(ctx context.Context) error {
	v, err := w.Settings.Get(ctx, w.admin)
	if err != nil {
		return err
	}
	version := v.Version
	switch w.dice.IntN(8) {
	case 0:
		v.ReleasePolicy = one(w, shop.OnPayment, shop.OnInvoice)
	case 1:
		v.RoundCash = !v.RoundCash
	case 2:
		v.StaffDiscount = one(w, 0, 10, 100)
	case 3:
		v.PickupLimit = one[shop.Cents](w, 0, 100_00, 1000_00)
	case 4:
		v.Pricing.Setup = one(w, shop.MustRate("0"), shop.MustRate("4"), shop.MustRate("7.5"))
	case 5:
		m := &v.Pricing.Materials[w.dice.IntN(len(v.Pricing.Materials))]
		m.SellPerGram = one(w, shop.MustRate("0.12"), shop.MustRate("0.2"), shop.MustRate("-1"))
	case 6:
		v.BusinessName = one(w, "The Print Room", "")
	case 7:
		v.BankDetails = one(w, "BSB 062-000, account 1234 5678", "")
	}
	v.Version = w.from(v.Version)
	now, err := w.Settings.Save(ctx, w.admin, v)
	if err == nil && now.Version != version+1 {
		w.t.Errorf("version %d of the settings became %d", version, now.Version)
	}
	return err
}

// due does what the shop has to do by now; none of it may fail.
func (w *walk) due(ctx context.Context) error {
	if err := w.Tasks.RunDue(ctx); err != nil {
		return err
	}
	v, err := w.Ops.Tasks(ctx, w.anybody(), "")
	if err != nil {
		return err
	}
	for _, c := range v.Chores {
		if c.State == task.ChoreFailed {
			w.t.Errorf("%s failed: %s", c.Kind, c.Error)
		}
	}
	for _, d := range v.Tasks {
		w.t.Errorf("%s gave up: %s", d.Kind, d.Error)
	}
	return nil
}

// runChore does one of the chores, whatever time it is.
func (w *walk) runChore(ctx context.Context) error {
	v, err := w.Ops.Tasks(ctx, w.anybody(), "")
	if err != nil {
		return err
	}
	c, found := some(w, v.Chores)
	if !found {
		return errNothing
	}
	if err := w.Ops.RunChore(ctx, w.admin, c.Kind); err != nil {
		return err
	}
	if err := w.due(ctx); err != nil {
		return err
	}
	status, err := w.Ops.Status(ctx, w.anybody())
	if err != nil {
		return err
	}
	if err := w.confirmDeletion(ctx, status.Alarms); err != nil {
		return err
	}
	for _, a := range status.Alarms {
		if a.Kind == shop.AlarmSweep {
			_, err = w.Ops.ConfirmSweep(ctx, w.admin, a.Files)
			return errors.Join(err, w.due(ctx))
		}
	}
	if _, err := w.Ops.ConfirmSweep(ctx, w.admin, 1); !shop.IsCode(err, "sweep_not_held") {
		w.t.Errorf("a clean-up that does not wait: %v", err)
	}
	return nil
}

// retryTask tries a chore that was done once more: only what gave up is tried again.
func (w *walk) retryTask(ctx context.Context) error {
	for _, id := range []string{"evt_unknown", shop.NewID()} {
		if err := w.Ops.RetryTask(ctx, w.anybody(), id); !shop.IsKind(err, shop.NotFound) {
			w.t.Errorf("a task that is not here: %v", err)
		}
	}
	return nil
}

func (w *walk) letPass(ctx context.Context) error {
	w.Pass(one(w, time.Minute, time.Hour, 5*time.Hour, 26*time.Hour))
	w.Stripe.Wait()
	return w.due(ctx)
}

// acceptClock puts the clock far ahead, as a machine with an empty battery does, and has an admin say that it is right.
func (w *walk) acceptClock(ctx context.Context) error {
	w.Pass(time.Duration(1+w.dice.IntN(20)) * 24 * time.Hour)
	if err := w.due(ctx); err != nil {
		return err
	}
	if _, err := w.Ops.AcceptClock(ctx, w.admin); err != nil {
		return err
	}
	return w.due(ctx)
}

// lookAround reads what staff and visitors read all day.
func (w *walk) lookAround(ctx context.Context) error {
	_, err := w.Catalog.Shop(ctx)
	if err != nil {
		return err
	}
	f := order.OrderFilter{Tab: one(w, "open", "review", "unpaid", "held", "paid", "done", "all"), Query: one(w, "", "ORD", "ada", "02 5550", "bl", `"`)}
	page, err := w.Orders.Orders(ctx, w.anybody(), f)
	if err != nil {
		return err
	}
	if f.After = page.Next; f.After != "" {
		if _, err := w.Orders.Orders(ctx, w.anybody(), f); err != nil {
			return err
		}
	}
	bills := billing.InvoiceFilter{Tab: one(w, "unpaid", "draft", "paid", "void", "all"), Query: f.Query}
	if _, err := w.Billing.Invoices(ctx, w.anybody(), bills); err != nil {
		return err
	}
	log, err := w.Ops.Activities(ctx, w.admin, "")
	if err != nil {
		return err
	}
	alarms, err := w.Ops.Alarms(ctx, w.anybody(), "")
	if err != nil {
		return err
	}
	if alarms.Next != "" {
		if _, err := w.Ops.Alarms(ctx, w.anybody(), alarms.Next); err != nil {
			return err
		}
	}
	if len(page.Orders) > 0 {
		o := page.Orders[w.dice.IntN(len(page.Orders))]
		log, err := w.Orders.Activity(ctx, w.anybody(), o.ID, "")
		if err != nil || len(log.Activity) == 0 {
			return fmt.Errorf("what happened to %s: %d lines, %w", o.Number, len(log.Activity), err)
		}
	}
	for _, a := range log.Activities {
		if a.Message == "" || strings.Contains(a.Message, "%!") {
			w.t.Errorf("the log says %q of %s", a.Message, a.Code)
		}
	}
	_, err = w.Jobs.List(ctx, w.anybody(), job.ListFilter{View: one(w, "active", "done"), State: one(w, "", shop.JobPrinting, shop.JobCompleted), Query: one(w, "", "a", "ORD", "B3")})
	return err
}
