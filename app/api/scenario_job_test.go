package api_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// buried is a piece of background work that gave up.
func (s *stage) buried(t *testing.T) (id string) {
	t.Helper()
	err := s.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		ctx := t.Context()
		if id, err = s.Tasks.Enqueue(ctx, tx, "scenario.task", "", struct{}{}, 0); err != nil {
			return err
		}
		for claimed := ""; claimed != id; { // another scenario's may be due, too
			c, ok, err := tx.ClaimTask(ctx, "scenario.task")
			if err != nil {
				return err
			}
			if !ok {
				return errors.New("somebody else took the task")
			}
			claimed = c.ID
		}
		if _, err = tx.FailTask(ctx, id, errors.New("it cannot be done"), db.Backoff{Tries: 1}); err != nil {
			return err
		}
		return s.Events.Emit(ctx, tx, event.TaskChanged{ID: id})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// undoesAll takes back several jobs at once that went to the queue together: one that was on the shelf, one that was printed and is
// on hold, and one that waited to be prepared.
func (s *stage) undoesAll(t *testing.T) {
	t.Helper()
	move := func(j shop.Job, states ...shop.JobState) shop.Job {
		for _, to := range states {
			j = post[shop.Job](t, s.helper.Client, "/api/jobs/"+j.ID+"/status", job.MoveRequest{State: to, PrinterID: s.printer(t, to), Shelf: shelfFor(to), Version: j.Version})
		}
		return j
	}
	waits := s.released(t).Jobs[0]
	ready := move(s.released(t).Jobs[0], shop.JobPrinting, shop.JobPrintingComplete, shop.JobPackaging, shop.JobReadyToCollect)
	held := move(s.released(t).Jobs[0], shop.JobPrinting, shop.JobPrintingComplete)
	err := s.DB.Write(t.Context(), func(tx *db.Tx) error {
		o, err := tx.Order(t.Context(), held.OrderID)
		if err != nil {
			return err
		}
		return job.Hold(t.Context(), tx, o, shop.HoldRefundFailed, "")
	})
	if err != nil {
		t.Fatal(err)
	}
	all := job.MoveAllRequest{State: shop.JobInQueue}
	want := map[string]shop.Job{}
	for _, j := range []shop.Job{ready, held, waits} {
		want[j.ID] = j
		all.Jobs = append(all.Jobs, job.Ref{ID: j.ID, Version: j.Version})
	}
	went := post[job.MovedView](t, s.helper.Client, "/api/jobs/moves", all)
	var undo job.UndoRequest
	for _, j := range went.Moved {
		undo.Jobs = append(undo.Jobs, job.Ref{ID: j.ID, Version: j.Version})
	}
	got := post[job.MovedView](t, s.helper.Client, "/api/jobs/moves/undo", undo)
	if len(went.Moved) != len(want) || len(got.Moved) != len(want) {
		t.Fatalf("%d of %d went, %+v did not come back", len(went.Moved), len(want), got.Refused)
	}
	for _, j := range got.Moved {
		if was := want[j.ID]; j.State != was.State || j.Shelf != was.Shelf || j.Done != was.Done {
			t.Errorf("it was %s on shelf %q, and is %s on %q", was.State, was.Shelf, j.State, j.Shelf)
		}
	}
}

// printer is one to print on, "" for a move that takes none.
func (s *stage) printer(t *testing.T, to shop.JobState) string {
	t.Helper()
	if to != shop.JobPrinting {
		return ""
	}
	printers := get[job.ListView](t, s.helper.Client, "/api/jobs").Printers
	at := slices.IndexFunc(printers, func(p job.PrinterView) bool { return p.Status == "ACTIVE" && p.Printing == "" })
	return printers[at].ID
}

// shelfFor is a shelf for a move that takes one.
func shelfFor(to shop.JobState) string {
	if to == shop.JobReadyToCollect {
		return "B3"
	}
	return ""
}

// Jobs on the board, and what runs behind them.
var jobScenarios = map[string]scenario{
	"GET /api/jobs": func(t *testing.T, s *stage) {
		o := s.released(t)
		v := get[job.ListView](t, s.helper.Client, "/api/jobs?view=active&state=QUEUED&q="+o.Number)
		at := slices.IndexFunc(v.Jobs, func(j shop.Job) bool { return j.ID == o.Jobs[0].ID })
		if v.Counts["active"] != 1 || v.Counts["QUEUED"] != 1 || v.Counts["done"] != 0 {
			t.Errorf("it counts %v", v.Counts)
		}
		send(t, s.helper.Client, http.MethodGet, "/api/jobs?after=nowhere", "", 422)
		if at < 0 || v.Jobs[at].OrderNumber != o.Number || v.Jobs[at].State != shop.JobQueued || len(v.Jobs[at].Next) == 0 || len(v.Printers) == 0 {
			t.Errorf("%+v", v)
		}
	},
	"POST /api/jobs/{id}/status": func(t *testing.T, s *stage) {
		id := s.released(t).Jobs[0].ID
		got := post[shop.Job](t, s.helper.Client, "/api/jobs/"+id+"/status", job.MoveRequest{State: shop.JobPreProcessing, Note: "Turn it round.", Version: 1})
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			kept, err := tx.Job(ctx, id)
			if got.State != shop.JobPreProcessing || kept.State != got.State || kept.Notes != "Turn it round." {
				t.Errorf("%+v, kept %+v", got, kept)
			}
			return err
		})
	},
	"POST /api/jobs/{id}/correct": func(t *testing.T, s *stage) {
		j := s.released(t).Jobs[0]
		for _, to := range []shop.JobState{shop.JobPrinting, shop.JobPrintingComplete, shop.JobPackaging, shop.JobReadyToCollect} {
			j = post[shop.Job](t, s.helper.Client, "/api/jobs/"+j.ID+"/status", job.MoveRequest{State: to, PrinterID: s.printer(t, to), Shelf: shelfFor(to), Version: j.Version})
		}
		run := get[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+j.OrderID).Jobs[0].Attempts[0]
		bad := job.CorrectRequest{AttemptID: run.ID, GoodCopies: j.Copies - 1, FailedCopies: 1, Reason: "The tag broke.", Version: j.Version}
		got := post[shop.Job](t, s.helper.Client, "/api/jobs/"+j.ID+"/correct", bad)
		if got.State != shop.JobInQueue || got.Done != j.Copies-1 || got.Failed != 1 || got.Owed != 1 || got.Shelf != "" {
			t.Errorf("%+v", got)
		}
		o := get[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+j.OrderID)
		if kept := o.Jobs[0].Attempts[0]; kept.Good != j.Copies-1 || kept.Failed != 1 || kept.Reason != "The tag broke." || o.Status != "in_queue" { // no good copy is left of it
			t.Errorf("the order is %s, its run %+v", o.Status, kept)
		}
		if _, err := apptest.Post[shop.Job](t.Context(), s.helper.Client, "/api/jobs/"+j.ID+"/correct", bad); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("twice: %v", err)
		}
	},
	"POST /api/jobs/moves": func(t *testing.T, s *stage) {
		a, b := s.released(t).Jobs[0], s.released(t).Jobs[0]
		got := post[job.MovedView](t, s.helper.Client, "/api/jobs/moves", job.MoveAllRequest{State: shop.JobInQueue, Jobs: []job.Ref{{ID: a.ID, Version: a.Version}, {ID: b.ID, Version: b.Version + 1}}})
		if len(got.Moved) != 1 || got.Moved[0].ID != a.ID || got.Moved[0].State != shop.JobInQueue || len(got.Refused) != 1 || got.Refused[0].ID != b.ID || got.Refused[0].Code != "changed_meanwhile" || got.Refused[0].Message == "" {
			t.Errorf("%+v", got)
		}
	},
	"POST /api/jobs/moves/undo": func(t *testing.T, s *stage) {
		j := s.released(t).Jobs[0]
		for _, to := range []shop.JobState{shop.JobCancelled, shop.JobInQueue} {
			j = post[shop.Job](t, s.helper.Client, "/api/jobs/"+j.ID+"/status", job.MoveRequest{State: to, Version: j.Version})
		}
		undo := job.UndoRequest{Jobs: []job.Ref{{ID: j.ID, Version: j.Version}}}
		if got := post[job.MovedView](t, s.helper.Client, "/api/jobs/moves/undo", undo); len(got.Moved) != 1 || got.Moved[0].State != shop.JobCancelled {
			t.Errorf("%+v", got)
		}
		if got := post[job.MovedView](t, s.helper.Client, "/api/jobs/moves/undo", undo); len(got.Refused) != 1 || got.Refused[0].Code != "changed_meanwhile" {
			t.Errorf("twice: %+v", got)
		}
		s.undoesAll(t)
	},
	"GET /api/tasks": func(t *testing.T, s *stage) {
		id := s.buried(t)
		v := get[task.ListView](t, s.helper.Client, "/api/tasks")
		if at := slices.IndexFunc(v.Tasks, func(v task.View) bool { return v.ID == id }); at < 0 || v.Tasks[at].State != "dead" || v.Tasks[at].Error != "it cannot be done" {
			t.Errorf("%+v", v)
		}
		at := slices.IndexFunc(v.Chores, func(v task.ChoreView) bool { return v.Kind == "clean.slices" })
		if at < 0 || v.Chores[at].Title == "" || v.Chores[at].After == "" {
			t.Errorf("%+v", v.Chores)
		}
	},
	"POST /api/chores/{kind}/run": func(t *testing.T, s *stage) {
		before := s.Now().UnixMilli()
		send(t, s.admin.Client, http.MethodPost, "/api/chores/tasks.prune/run", "", 204)
		apptest.Await(t, "it was done again", func() bool {
			v := get[task.ListView](t, s.helper.Client, "/api/tasks")
			at := slices.IndexFunc(v.Chores, func(v task.ChoreView) bool { return v.Kind == "tasks.prune" })
			return v.Chores[at].State == task.ChoreDone && int64(v.Chores[at].LastRun) >= before
		})
	},
	"POST /api/tasks/{id}/retry": func(t *testing.T, s *stage) {
		id := s.buried(t)
		send(t, s.helper.Client, http.MethodPost, "/api/tasks/"+id+"/retry", "", 204)
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			got, err := tx.Task(ctx, id)
			if got.State == db.TaskDead {
				t.Errorf("%+v", got)
			}
			return err
		})
	},
	"GET /api/alarms": func(t *testing.T, s *stage) {
		const many = 60 // more than a page
		want := map[string]bool{}
		for range many {
			want[s.loose(t, 1_00)] = true
		}
		status := get[ops.StatusView](t, s.helper.Client, "/api/status")
		if status.AlarmCount < many || len(status.Alarms) >= many || status.AlarmsNext == "" {
			t.Errorf("%d of %d alarms, next %q", len(status.Alarms), status.AlarmCount, status.AlarmsNext)
		}
		for _, a := range s.alarms(t) {
			delete(want, a.ObjectID)
		}
		if len(want) > 0 {
			t.Errorf("%d alarms are on no page", len(want))
		}
	},
	"GET /api/activity": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		s.helper.Act(o.ID, "release", map[string]string{"note": "A regular."})
		var of []ops.ActivityRowView
		for next := ""; ; { // the shop is busy: other things are done meanwhile
			v := get[ops.ActivityListView](t, s.admin.Client, "/api/activity?after="+next)
			for _, a := range v.Activities {
				if a.OrderID == o.ID {
					of = append(of, a)
				}
			}
			if next = v.Next; next == "" || len(of) == 2 {
				break
			}
		}
		if len(of) != 2 || of[0].Code != shop.VerbOrderReleased || of[0].Address != "127.0.0.1" || of[0].OrderNumber != o.Number || of[0].ObjectKind != shop.ObjectOrder || of[0].Message == "" ||
			of[1].Code != shop.VerbOrderPlaced || of[1].Address != "" || of[1].At > of[0].At {
			t.Errorf("%+v", of)
		}
		send(t, s.admin.Client, http.MethodGet, "/api/activity?after=nowhere", "", 422)
		send(t, s.helper.Client, http.MethodGet, "/api/activity", "", 403)
	},
	"GET /api/status": func(t *testing.T, s *stage) {
		id := s.buried(t)
		v := get[ops.StatusView](t, s.helper.Client, "/api/status")
		at := slices.IndexFunc(v.Alarms, func(a ops.AlarmView) bool { return a.ObjectID == id })
		if at < 0 || v.Alarms[at].Kind != shop.AlarmTask || v.Alarms[at].Message == "" {
			t.Errorf("work that gave up is not among the alarms: %+v", v.Alarms)
		}
		if v.Version != "test" || v.Engine != "stub" || v.DiskFreeBytes <= 0 || v.Degraded != "" || v.Now <= 0 {
			t.Errorf("%+v", v)
		}
		if !slices.EqualFunc(v.Weaknesses, slicer.Weaknesses(), func(a ops.WeaknessView, b slicer.Weakness) bool { return a == ops.WeaknessView(b) }) {
			t.Errorf("%+v are not this machine's weaknesses", v.Weaknesses)
		}
	},
	"POST /api/status/accept-clock": func(t *testing.T, s *stage) {
		odd := newStage(t, apptest.Setup{Quiet: true})
		tick := func() (held bool) {
			t.Helper()
			odd.Write(func(ctx context.Context, tx *db.Tx) error {
				err := odd.Tasks.TrustClock(ctx, tx)
				if held = errors.Is(err, task.ErrClockHeld); held {
					return nil
				}
				return err
			})
			return held
		}
		told := func(v ops.StatusView) bool {
			return slices.ContainsFunc(v.Alarms, func(a ops.AlarmView) bool { return a.Kind == shop.AlarmClock })
		}
		tick()
		odd.Pass(3 * 365 * 24 * time.Hour)
		if !tick() {
			t.Fatal("a clock three years ahead is not held")
		}
		again := apptest.LogIn(t, odd) // its session has ended long ago
		if !told(get[ops.StatusView](t, again.Client, "/api/status")) {
			t.Error("staff are not told")
		}
		if got := post[ops.StatusView](t, again.Client, "/api/status/accept-clock", nil); told(got) || tick() {
			t.Errorf("%+v", got)
		}
		post[ops.StatusView](t, s.admin.Client, "/api/status/accept-clock", nil) // and on a clock that is right
	},
	"POST /api/status/confirm-sweep": func(t *testing.T, s *stage) {
		const many = 25
		odd := newStage(t, apptest.Setup{})
		for range many {
			if _, err := odd.Store.Put(t.Context(), storage.PDFs, shop.NewID(), strings.NewReader("nobody's")); err != nil {
				t.Fatal(err)
			}
		}
		odd.Pass(23 * time.Hour)
		odd.Write(odd.Tasks.TrustClock)
		odd.Pass(2 * time.Hour)
		again := apptest.LogIn(t, odd)
		held := func() (files int) {
			for _, a := range get[ops.StatusView](t, again.Client, "/api/status").Alarms {
				if a.Kind == shop.AlarmSweep {
					files = a.Files
				}
			}
			return files
		}
		send(t, again.Client, http.MethodPost, "/api/chores/clean.orphans/run", "", 204)
		apptest.Await(t, "the sweep waits for an admin", func() bool { return held() == many })
		_, err := apptest.Post[ops.StatusView](t.Context(), again.Client, "/api/status/confirm-sweep", map[string]int{"files": many - 1})
		if apptest.CodeOf(err) != "sweep_changed" {
			t.Errorf("another number is confirmed: %v", err)
		}
		post[ops.StatusView](t, again.Client, "/api/status/confirm-sweep", map[string]int{"files": many})
		apptest.Await(t, "the alarm is over", func() bool { return held() == 0 })
		for info, err := range odd.Store.List(storage.PDFs) {
			t.Errorf("still there: %+v, %v", info, err)
		}
		_, err = apptest.Post[ops.StatusView](t.Context(), again.Client, "/api/status/confirm-sweep", map[string]int{"files": many})
		if apptest.CodeOf(err) != "sweep_not_held" {
			t.Errorf("confirmed twice: %v", err)
		}
		// And in the shop of the other scenarios.
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			return s.Events.Emit(ctx, tx, event.SweepHeld{Files: many, Of: many})
		})
		post[ops.StatusView](t, s.admin.Client, "/api/status/confirm-sweep", map[string]int{"files": many})
	},
}
