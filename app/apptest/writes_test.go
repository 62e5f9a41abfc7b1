package apptest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage/failpoint"
)

// work is something that staff have the shop do in more than one write, or in one that must be whole.
type work struct {
	// prepare brings a running shop to where it begins. What it gives is then done to the data of the stopped shop.
	prepare func(t *testing.T, p *Process, staff *Staff) (stopped func(ctx context.Context, tx *db.Tx) error)
	// do has it done, by somebody who presses again until it is: the shop dies meanwhile.
	do func(ctx context.Context, staff *Client, data string) error
	// done looks at what became of it.
	done func(t *testing.T, staff *Client)
	// bank is Stripe, for work with money that came through it; nil for another.
	bank *bank
}

// The shop dies at a write, before or after it is kept: at each of them in the long form. Whoever had asked for the work
// asks again, and it is done, once.
func TestKilledAtEachWrite(t *testing.T) {
	for name, w := range map[string]work{
		"models go by age":     {prepare: agedOrders, do: expireModels, done: modelsAreGone},
		"refused with files":   {prepare: oneToRefuse, do: refuseWithFiles, done: refusedWithFiles},
		"jobs moved at once":   {prepare: releasedJobs, do: prepareJobs, done: jobsArePrepared},
		"terms saved":          {do: saveTerms, done: termsAreSaved},
		"rest cancelled":       {prepare: halfCollected, do: cancelTheRest, done: restIsCancelled},
		"refund taken back":    {prepare: refundNoted, do: takeRefundBack, done: refundIsDueAgain},
		"several refused":      {prepare: severalInReview, do: refuseSeveral, done: severalAreRefused},
		"written off":          {prepare: leftOwing, do: writeOff, done: isWrittenOff},
		"write-off undone":     {prepare: wasWrittenOff, do: undoWriteOff, done: isOwedAgain},
		"model accepted again": acceptedModel(),
		"loss asked for":       lossAskedFor(),
		"loss undone":          lossUndone(),
		"hold lifted":          {prepare: heldForMoney, do: liftHold, done: holdIsLifted},
		"rest put back":        {prepare: restWasCancelled, do: putBack, done: restIsPutBack},
		"taken back":           takenBackAgain(),
		"handover corrected":   {prepare: halfCollected, do: correctHandover, done: handoverIsCorrected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it waits for shops to start
			o := Options{Data: filepath.Join(t.TempDir(), "data"), Shop: FreeAddress(t), Public: FreeAddress(t)}
			if w.bank != nil {
				w.bank.open(t, o.Public)
				o.Stripe = w.bank.URL()
			}
			p := Start(t, o)
			staff := SetUp(t, p)
			stopped := func(context.Context, *db.Tx) error { return nil }
			if w.prepare != nil {
				stopped = w.prepare(t, p, staff)
			}
			p.Stop(t)
			change(t, o.Data, stopped)
			template := o.Data
			step, deaths := 5, 0
			switch {
			case need.Soak():
				step = 1
			case testing.Short():
				step = 11
			}
			for _, point := range []string{"db.write.written", "db.write.kept"} {
				for n := 1 + rand.IntN(step); ; n += step {
					o.Data = filepath.Join(t.TempDir(), "data")
					if err := os.CopyFS(o.Data, os.DirFS(template)); err != nil {
						t.Fatal(err)
					}
					if !dies(t, o, fmt.Sprintf("%s:%d", point, n), staff.Client, w) {
						break
					}
					deaths++
				}
			}
			t.Logf("%d deaths", deaths)
			if deaths < 2 {
				t.Error("it hardly died: this proves nothing")
			}
		})
	}
}

// dies has work done by a shop that ends at a step, and by the one after it. It says whether the step was reached.
func dies(t *testing.T, o Options, step string, staff *Client, w work) (died bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), sliceTimeout)
	defer cancel()
	dying := o
	dying.Env = []string{failpoint.Env + "=" + step}
	p, _, err := launch(Binary(t), t.TempDir, dying)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { p.Kill() }()
	done := make(chan error, 1)
	go func() { done <- w.do(ctx, staff, o.Data) }()
	ended := false
	select {
	case <-p.done:
		died = true
	case err = <-done:
		ended = true
		select {
		case <-p.done: // at a write after its last answer
			died = true
		default:
			p.Kill() // or it might die while what became of it is looked at
		}
	}
	again, refused := start(Binary(t), t.TempDir, o)
	if refused != nil {
		t.Fatal(refused)
	}
	if p = again; !ended {
		err = <-done
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", step, err, p.Log())
	}
	if w.done(t, staff); t.Failed() {
		t.Fatalf("after dying at %s", step)
	}
	p.Stop(t)
	Audit(t, o.Data, Killed)
	return died
}

// change does something to the data of a stopped shop.
func change(t *testing.T, data string, do func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	d, err := db.Open(t.Context(), filepath.Join(data, "buildplate.db"), dbtest.Schema(t), db.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return do(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// orderedParts is an order of so many parts, to be paid by transfer.
func orderedParts(t *testing.T, p *Process, staff *Staff, parts int) order.StaffOrderView {
	t.Helper()
	v := NewVisitor(t, p)
	var files []meshtest.File
	for i := range parts {
		files = append(files, meshtest.File{Name: fmt.Sprintf("%d.stl", i), Data: Block(10, 10, 2+float64(i)/10)})
	}
	archive := meshtest.ZIP(files...)
	if err := v.Upload(t.Context(), "parts.zip", archive, len(archive)); err != nil {
		t.Fatal(err)
	}
	if _, err := v.WaitSliced(t.Context(), parts); err != nil {
		t.Fatal(err)
	}
	return staff.Find(v.Checkout(Order(shop.ByTransfer, v.Price().Price.Total)).OrderNumber)
}

// agedOrders are four orders that were cancelled long ago, and whose pages have said for long that their models go.
func agedOrders(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	var ids []string
	for range 4 {
		o := orderedParts(t, p, staff, 2)
		ids = append(ids, staff.Act(o.ID, "cancel", map[string]string{"reason": "Changed their mind."}).ID)
	}
	return func(ctx context.Context, tx *db.Tx) error {
		s, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		const day = 24 * time.Hour
		s.Retention.Since = tx.Now.Add(-900 * day)
		if err := tx.SaveSettings(ctx, s, true, ""); err != nil {
			return err
		}
		for _, id := range ids {
			o, err := tx.Order(ctx, id)
			if err != nil {
				return err
			}
			o.Closed = tx.Now.Add(-800 * day)
			if err := errors.Join(tx.SaveOrder(ctx, o, ""), tx.WarnOfFiles(ctx, id, tx.Now.Add(-100*day))); err != nil {
				return err
			}
		}
		return nil
	}
}

// everyOrder reads all orders as staff see them.
func everyOrder(ctx context.Context, staff *Client) (all []order.StaffOrderView, err error) {
	list, err := again(ctx, func() (order.OrderListView, error) {
		return Get[order.OrderListView](ctx, staff, "/api/orders?tab=all")
	})
	if err != nil {
		return nil, err
	}
	for _, row := range list.Orders {
		o, err := again(ctx, func() (order.StaffOrderView, error) {
			return Get[order.StaffOrderView](ctx, staff, "/api/orders/"+row.ID)
		})
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// told counts how often an order's activity says something.
func told(o order.StaffOrderView, verb shop.Verb) (n int) {
	for _, a := range o.Activity {
		if a.Code == verb {
			n++
		}
	}
	return n
}

// expireModels has models deleted now, and waits until they are.
func expireModels(ctx context.Context, staff *Client, _ string) error {
	_, err := again(ctx, func() (any, error) { return Post[any](ctx, staff, "/api/chores/clean.models/run", nil) })
	if err != nil && CodeOf(err) != "chore_running" { // it was taken up again
		return err
	}
	for {
		all, err := everyOrder(ctx, staff)
		if err != nil {
			return err
		}
		left := 0
		for _, o := range all {
			if told(o, shop.VerbFilesExpired) == 0 {
				left++
			}
		}
		if left == 0 {
			return nil
		}
		if err := rest(ctx); err != nil {
			return fmt.Errorf("%d orders keep their models: %w", left, err)
		}
	}
}

func modelsAreGone(t *testing.T, staff *Client) {
	all, err := everyOrder(t.Context(), staff)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d orders, %v", len(all), err)
	}
	for _, o := range all {
		if n := told(o, shop.VerbFilesExpired); len(o.Files) != 0 || len(o.DeletedFiles) == 0 || n != 1 {
			t.Errorf("%d files, %d deleted, told %d times", len(o.Files), len(o.DeletedFiles), n)
		}
	}
}
