package shop

import (
	"slices"
	"strings"
	"testing"
)

var jobStates = []JobState{
	JobQueued, JobPreProcessing, JobInQueue, JobPrinting, JobPaused, JobPrintingComplete, JobPostProcessing, JobPackaging, JobReadyToCollect,
	JobShipped, JobCompleted, JobCancelled,
}

// allowedMoves is the graph of a job's states, written out a second time: to the states in its row, for a paid order that is shipped
// or collected, without a hold.
var allowedMoves = map[JobState]string{
	JobQueued:           "PRE_PROCESSING IN_QUEUE PRINTING CANCELLED",
	JobPreProcessing:    "IN_QUEUE CANCELLED",
	JobInQueue:          "PRE_PROCESSING PRINTING CANCELLED",
	JobPrinting:         "IN_QUEUE PAUSED PRINTING_COMPLETE CANCELLED",
	JobPaused:           "IN_QUEUE PRINTING CANCELLED",
	JobPrintingComplete: "IN_QUEUE POST_PROCESSING PACKAGING CANCELLED",
	JobPostProcessing:   "IN_QUEUE PACKAGING CANCELLED",
	JobPackaging:        "IN_QUEUE READY_TO_COLLECT SHIPPED CANCELLED",
	JobReadyToCollect:   "IN_QUEUE COMPLETED CANCELLED",
	JobShipped:          "IN_QUEUE COMPLETED",
	JobCompleted:        "IN_QUEUE",
	JobCancelled:        "IN_QUEUE",
}

// Every pair of states, with every circumstance that matters.
func TestEveryMoveOfAJob(t *testing.T) {
	for _, from := range jobStates {
		for _, to := range jobStates {
			for _, delivery := range []DeliveryMethod{Pickup, Ship} {
				for _, paid := range []bool{true, false} {
					for _, hold := range []string{"", "A cardholder disputes a payment."} {
						j := Job{State: from, Delivery: delivery, InvoicePaid: paid, Hold: hold, PrinterID: "p", Copies: 3}
						inGraph := slices.Contains(strings.Fields(allowedMoves[from]), string(to))
						var code Code
						switch {
						case to == from:
						case hold != "" && !(inGraph && (to == JobInQueue || to == JobCancelled || to == JobPaused)):
							code = "job_on_hold"
						case !inGraph, to == JobShipped && delivery == Pickup, to == JobReadyToCollect && delivery == Ship:
							code = "job_move_refused"
						case (to == JobCompleted || to == JobShipped) && !paid:
							code = "invoice_unpaid"
						}
						if offered := slices.Contains(j.Moves(), to); offered != (code == "" && to != from) {
							t.Errorf("%s to %s (%s, paid %v, hold %q): offered %v", from, to, delivery, paid, hold, offered)
						}
						err := j.Move(to, 5)
						wantError(t, string(from)+" to "+string(to), err, code, "")
						if want := map[bool]JobState{true: to, false: from}[err == nil]; j.State != want {
							t.Errorf("%s to %s: it is %s", from, to, j.State)
						}
					}
				}
			}
		}
	}
}

func TestWhatAMoveKeeps(t *testing.T) {
	j := Job{State: JobReadyToCollect, Delivery: Pickup, InvoicePaid: true, Copies: 4, Done: 4, PrinterID: "p", Started: 10, WorkedMS: 77}
	if err := j.Move(JobCompleted, 99); err != nil || j.Completed != 99 || j.Done != 4 {
		t.Errorf("completed: %+v, %v", j, err)
	}
	if err := j.Move(JobInQueue, 100); err != nil || j.Completed != 0 || j.Done != 0 || j.WorkedMS != 77 || j.Started != 10 {
		t.Errorf("printed again: %+v, %v", j, err)
	}
	j.PrinterID = ""
	wantError(t, "no printer", j.Move(JobPrinting, 101), "printer_missing", "printer_id")
	j.PrinterID = "p"
	if err := j.Move(JobPrinting, 200); err != nil || j.Started != 10 || j.RunStarted != 200 {
		t.Errorf("the second run: %+v, %v", j, err)
	}
	// A clock that was set back takes no hours away.
	if err := j.Move(JobCancelled, 150); err != nil || j.WorkedMS != 77 || j.RunStarted != 0 || j.PrinterID != "" {
		t.Errorf("cancelled: %+v, %v", j, err)
	}
}

func TestFailedCopies(t *testing.T) {
	for name, c := range map[string]struct {
		was, now     JobState
		told, failed int
		code         Code
	}{
		"none":                 {JobQueued, JobInQueue, 0, 0, ""},
		"all of a run":         {JobPrinting, JobPrintingComplete, 3, 3, ""},
		"of one that was left": {JobPaused, JobInQueue, 1, 1, ""},
		"more than it had":     {JobPrinting, JobPrintingComplete, 4, 0, "failed_copies_out_of_range"},
		"while it runs":        {JobPrinting, JobPrinting, 1, 0, "failed_copies_without_run"},
		"when it only pauses":  {JobPrinting, JobPaused, 1, 0, "failed_copies_without_run"},
		"before any run":       {JobQueued, JobInQueue, 1, 0, "failed_copies_without_run"},
	} {
		j := Job{State: c.now, Copies: 3}
		wantError(t, name, j.Fail(c.told, c.was), c.code, map[bool]string{true: "failed_copies"}[c.code != ""])
		if j.Failed != c.failed {
			t.Errorf("%s: %d failed", name, j.Failed)
		}
	}
}

func TestEveryStateOfAJobHasALabel(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range jobStates {
		if l := s.Label(); l == "" || seen[l] {
			t.Errorf("%s is called %q", s, l)
		}
		seen[s.Label()] = true
	}
}
