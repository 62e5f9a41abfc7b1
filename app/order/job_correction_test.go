package order_test

import (
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/shop"
)

// What was on each run stays what it was, whatever is corrected of the others, and the good ones are never more than were ordered.
func TestACorrectionLeavesWhatWasOnTheRuns(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Uma Thorn", 4)
	j := o.Jobs[0]
	move := func(req job.MoveRequest) {
		t.Helper()
		var err error
		if j, err = c.Jobs.Move(t.Context(), helper, j.ID, req); err != nil {
			t.Fatal(err)
		}
	}
	run := func(good, failed int) {
		t.Helper()
		move(job.MoveRequest{State: shop.JobPrinting, PrinterID: printers(t, c)[0]})
		move(job.MoveRequest{State: shop.JobPrintingComplete, GoodCopies: &good, FailedCopies: failed, Reason: "Came off the bed."})
	}
	runs := func() (all []shop.Attempt) {
		t.Helper()
		seen, err := c.Orders.StaffOrder(t.Context(), helper, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		return seen.Jobs[0].Attempts
	}
	on := func() (all []int) {
		t.Helper()
		for _, a := range runs() {
			all = append(all, a.On)
		}
		return all
	}
	correct := func(which, good, failed int) (code shop.Code, message string) {
		t.Helper()
		now, err := c.Jobs.Correct(t.Context(), helper, j.ID, job.CorrectRequest{AttemptID: runs()[which].ID, GoodCopies: good, FailedCopies: failed, Reason: "Looked again.", Version: j.Version})
		if err != nil {
			return shop.CodeOf(err), err.Error()
		}
		j = now
		return "", ""
	}
	const first, second = 0, 1
	run(2, 2)
	run(2, 0)
	if got := on(); !slices.Equal(got, []int{4, 2}) || !j.State.Made() {
		t.Fatalf("%v were on the runs, and the job is %s", got, j.State)
	}
	// Three of the first were good, it is said: with the two of the second these were five of four.
	code, message := correct(first, 3, 1)
	if code != "more_good_than_ordered" || !strings.Contains(message, "from 0 to 2") || !strings.Contains(message, "4 that were ordered") {
		t.Errorf("five of four: %s, %q", code, message)
	}
	// One of the second broke, which makes room for it.
	for _, c := range []struct{ which, good, failed, done int }{{second, 1, 1, 3}, {first, 3, 1, 4}} {
		if code, message := correct(c.which, c.good, c.failed); code != "" || j.Done != c.done || j.Owed != 4-c.done || j.State.Made() != (c.done == 4) {
			t.Errorf("%+v: %s, %q, %+v", c, code, message, j)
		}
	}
	// Most of the first turned out bad: the second still had two on it, and takes no third.
	if code, message := correct(first, 1, 3); code != "" || j.Owed != 2 || j.State != shop.JobInQueue {
		t.Errorf("%s, %q, %+v", code, message, j)
	}
	if got := on(); !slices.Equal(got, []int{4, 2}) {
		t.Errorf("then %v were on the runs", got)
	}
	if code, _ := correct(second, 1, 2); code != "good_copies_out_of_range" {
		t.Errorf("three of two: %s", code)
	}
	if code, _ := correct(second, 3, 0); code != "good_copies_out_of_range" {
		t.Errorf("three good of two: %s", code)
	}
	// A third run that is stopped had two on it. It does not go on once a run before it was corrected.
	move(job.MoveRequest{State: shop.JobPrinting, PrinterID: printers(t, c)[0]})
	move(job.MoveRequest{State: shop.JobInQueue})
	if code, _ := correct(first, 2, 2); code != "" || j.Owed != 1 {
		t.Errorf("%s, %+v", code, j)
	}
	if v, err := c.Jobs.Undo(t.Context(), helper, job.UndoRequest{Jobs: []job.Ref{{ID: j.ID, Version: j.Version}}}); err != nil || len(v.Refused) != 1 || v.Refused[0].Code != "nothing_to_undo" {
		t.Errorf("%+v, %v", v, err)
	}
	run(1, 0)
	if got := on(); !slices.Equal(got, []int{4, 2, 2, 1}) || !j.State.Made() || j.Done != 4 {
		t.Errorf("in the end %v were on the runs, %d are good, and the job is %s", got, j.Done, j.State)
	}
}
