package shop

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

var jobStates = []JobState{
	JobQueued, JobPreProcessing, JobInQueue, JobPrinting, JobPaused, JobPrintingComplete, JobPostProcessing, JobPackaging, JobReadyToCollect,
	JobCompleted, JobCancelled,
}

// allowedMoves is the graph of a job's states, written out a second time: to the states in its row, where nothing else
// stands in the way.
var allowedMoves = map[JobState]string{
	JobQueued:           "PRE_PROCESSING IN_QUEUE PRINTING PRINTING_COMPLETE CANCELLED",
	JobPreProcessing:    "IN_QUEUE CANCELLED",
	JobInQueue:          "PRE_PROCESSING PRINTING PRINTING_COMPLETE CANCELLED",
	JobPrinting:         "IN_QUEUE PAUSED PRINTING_COMPLETE CANCELLED",
	JobPaused:           "IN_QUEUE PRINTING CANCELLED",
	JobPrintingComplete: "IN_QUEUE POST_PROCESSING PACKAGING CANCELLED",
	JobPostProcessing:   "IN_QUEUE PACKAGING CANCELLED",
	JobPackaging:        "IN_QUEUE READY_TO_COLLECT CANCELLED",
	JobReadyToCollect:   "IN_QUEUE CANCELLED",
	JobCancelled:        "IN_QUEUE",
}

// Every pair of states, with every circumstance that matters.
func TestEveryMoveOfAJob(t *testing.T) {
	for _, from := range jobStates {
		for _, to := range jobStates {
			for circumstance := range 1 << 5 {
				has := func(bit int) bool { return circumstance&(1<<bit) != 0 }
				j := Job{State: from, Delivery: Pickup, InvoicePaid: has(0), Shelf: "B3", PrinterID: "p", Copies: 3, Done: 3, Elsewhere: has(1)}
				if has(2) {
					j.Delivery = Ship
				}
				if has(3) {
					j.Hold = "A cardholder disputes a payment."
				}
				if has(4) {
					j.Done, j.Owed = 1, 2
				}
				if from == JobPrinting || from == JobPaused {
					j.Attempt = &Attempt{ID: "a", Started: 1}
				}
				inGraph := slices.Contains(strings.Fields(allowedMoves[from]), string(to))
				var code Code
				switch {
				case to == from:
				case to == JobCompleted || from == JobCompleted:
					code = "handover_needed"
				case j.Hold != "" && !(inGraph && (to == JobInQueue || to == JobCancelled || to == JobPaused)):
					code = "job_on_hold"
				case !inGraph, to == JobPrintingComplete && from != JobPrinting && j.Owed > 0 && !j.Elsewhere:
					code = "job_move_refused"
				case to == JobPrinting && j.Owed == 0:
					code = "nothing_owed"
				case to == JobReadyToCollect && j.Owed > 0:
					code = "copies_owed"
				}
				name := fmt.Sprintf("%s to %s, %05b", from, to, circumstance)
				if offered := slices.Contains(j.Moves(), to); offered != (code == "" && to != from) {
					t.Errorf("%s: offered %v", name, offered)
				}
				was := j
				wantError(t, name, j.Move(to, 0, 5), code, "")
				if want := map[bool]JobState{true: to, false: from}[code == ""]; j.State != want {
					t.Errorf("%s: it is %s", name, j.State)
				}
				if j.Done < was.Done || j.Done+j.Owed != j.Copies {
					t.Errorf("%s: %d good and %d owed of %d", name, j.Done, j.Owed, j.Copies)
				}
			}
		}
	}
}

// A run counts what came of it; what failed is owed and printed again, and only then the job can leave.
func TestFailedCopiesAreOwed(t *testing.T) {
	j := Job{ID: "j", ItemID: "i", State: JobInQueue, Delivery: Pickup, InvoicePaid: true, Copies: 5, Owed: 5}
	step := func(to JobState, failed int, now Time) {
		t.Helper()
		if err := j.Move(to, failed, now); err != nil {
			t.Fatalf("to %s: %v", to, err)
		}
		if a := j.Attempt; a != nil && a.Ended != 0 { // as it is read again
			j.Attempt = nil
		}
	}
	j.PrinterID = "p"
	step(JobPrinting, 0, 1000)
	first := *j.Attempt
	if first.JobID != "j" || first.ItemID != "i" || first.PrinterID != "p" || first.Started != 1000 || first.Resumed != 1000 {
		t.Errorf("the first run: %+v", first)
	}
	for _, failed := range []int{-1, 6} {
		wantError(t, "too many failed", j.Move(JobPrintingComplete, failed, 2000), "failed_copies_out_of_range", "failed_copies")
	}
	step(JobPrintingComplete, 2, 2000)
	if j.Done != 3 || j.Failed != 2 || j.Owed != 2 || j.WorkedMS != 1000 {
		t.Errorf("after the first run: %+v", j)
	}
	step(JobPackaging, 0, 2500)
	wantError(t, "leaving with copies owed", j.Move(JobReadyToCollect, 0, 2600), "copies_owed", "")
	step(JobInQueue, 0, 3000)
	wantError(t, "failed copies without a run", j.Move(JobPreProcessing, 1, 3000), "failed_copies_without_run", "failed_copies")
	step(JobPrinting, 0, 4000)
	step(JobPaused, 0, 4500)
	step(JobPrinting, 0, 6000)
	if err := j.Move(JobPrintingComplete, 0, 6100); err != nil || j.Attempt.Good != 2 || j.Attempt.WorkedMS != 600 {
		t.Errorf("the second run: %+v, %v", j.Attempt, err)
	}
	j.Attempt = nil
	if j.Done != 5 || j.Failed != 2 || j.Owed != 0 || j.WorkedMS != 1600 || j.Started != 1000 {
		t.Errorf("after the second run: %+v", j)
	}
	step(JobPackaging, 0, 7000)
	j.Shelf = "B3"
	step(JobReadyToCollect, 0, 7000)
	// Back by mistake, and forward again: nothing is lost and nothing is printed.
	step(JobInQueue, 0, 9000)
	if j.Shelf != "" || j.Done != 5 {
		t.Errorf("back in the queue: %+v", j)
	}
	step(JobPrintingComplete, 0, 9100)
	step(JobPackaging, 0, 9200)
}

func TestRunsThatAreBrokenOff(t *testing.T) {
	for to, want := range map[JobState]string{JobInQueue: AttemptStopped, JobCancelled: AttemptCancelled} {
		j := Job{State: JobPrinting, PrinterID: "p", Copies: 2, Owed: 2, Attempt: &Attempt{Started: 100, Resumed: 200, WorkedMS: 7}, WorkedMS: 7}
		// A clock that was set back takes no hours away.
		if err := j.Move(to, 0, 150); err != nil || j.WorkedMS != 7 || j.Attempt.Ended != 150 || j.Attempt.Resumed != 0 || j.Attempt.Reason != want || j.Owed != 2 {
			t.Errorf("%s: %+v, %+v, %v", to, j, j.Attempt, err)
		}
	}
	j := Job{State: JobInQueue, Copies: 1, Owed: 1}
	wantError(t, "no printer", j.Move(JobPrinting, 0, 101), "printer_missing", "printer_id")
}

// What is made elsewhere is made without a printer.
func TestJobsMadeElsewhere(t *testing.T) {
	j := Job{State: JobQueued, Copies: 4, Owed: 4, Elsewhere: true}
	if err := j.Move(JobPrintingComplete, 1, 9); err != nil || j.Done != 3 || j.Owed != 1 || j.Attempt.Good != 3 || j.Attempt.Started != 9 || j.Attempt.Ended != 9 {
		t.Errorf("%+v, %+v, %v", j, j.Attempt, err)
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
