package shop

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

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

// Whoever asks for a move that there is none of reads where the job is, and what to do instead, as a person would say it.
func TestARefusedMoveSaysWhatToDoInstead(t *testing.T) {
	for _, from := range JobStates {
		for _, to := range JobStates {
			if from == to || to == JobCompleted || from == JobCompleted || slices.Contains(strings.Fields(allowedMoves[from]), string(to)) {
				continue
			}
			j := Job{State: from, Shelf: "B3", PrinterID: "p"}
			said := MessageOf(j.Move(to, 0, 5))
			if !strings.HasPrefix(said, "This job is "+from.Label()+". ") || !strings.HasSuffix(said, ".") || strings.Contains(said, "become") || strings.Contains(said, "  ") || strings.Contains(said, "can .") {
				t.Errorf("%s to %s: %q", from, to, said)
			}
		}
	}
	for said, move := range map[string][2]JobState{
		"This job is in the queue. It can be packed once it is printed.":                    {JobInQueue, JobPackaging},
		"This job is in the queue. Only a job that is printing can be paused.":              {JobInQueue, JobPaused},
		"This job is printing. It can go on the shelf once it is printed.":                  {JobPrinting, JobReadyToCollect},
		"This job is printed. Pack it first, then it can go on the shelf.":                  {JobPrintingComplete, JobReadyToCollect},
		"This job is being packed. Put it back in the queue first, then it can be printed.": {JobPackaging, JobPrinting},
		"This job is being packed. It can be finished by hand only before it is packed.":    {JobPackaging, JobPostProcessing},
		"This job is cancelled. Put it back in the queue first, then it can be printed.":    {JobCancelled, JobPrinting},
		"This job is being prepared. Put it in the queue first, then it can be printed.":    {JobPreProcessing, JobPrinting},
		"This job is ready on the shelf. It is already past that step.":                     {JobReadyToCollect, JobPackaging},
		"This job is printing. Put it back in the queue first, then it can be prepared.":    {JobPrinting, JobPreProcessing},
		"This job is paused. Resume the print first, then it can be marked as printed.":     {JobPaused, JobPrintingComplete},
	} {
		j := Job{State: move[0], Shelf: "B3", PrinterID: "p"}
		if got := MessageOf(j.Move(move[1], 0, 5)); got != said {
			t.Errorf("%v: %q", move, got)
		}
	}
}

// What was paid for is cancelled with a reason, and the last of an order of which some has left only with its rest.
func TestCancellingAJob(t *testing.T) {
	for name, a := range map[string]struct {
		job    Job
		reason string
		code   Code
	}{
		"unpaid":             {Job{}, "", ""},
		"paid":               {Job{Money: true}, "", "reason_missing"},
		"paid, for a reason": {Job{Money: true}, "No more black.", ""},
	} {
		wantError(t, name, a.job.CheckCancel(a.reason), a.code, map[bool]string{true: "reason"}[a.code != ""])
	}
	rest := Job{State: JobInQueue, Owed: 1, Last: true, Rest: true}
	if slices.Contains(rest.Moves(), JobCancelled) || !slices.Contains(rest.Moves(), JobPrinting) {
		t.Errorf("the rest is offered %v", rest.Moves())
	}
	wantError(t, "the rest", rest.Move(JobCancelled, 0, 5), "job_is_the_rest", "")
	for _, role := range []Role{RoleAdmin, RoleStaff} {
		j := Job{Rest: true, Money: true}
		if j.Offer(Actor{ID: "1", Role: role}); j.Rest != (role == RoleAdmin) {
			t.Errorf("%s is offered to cancel the rest of what was paid: %v", role, j.Rest)
		}
	}
}

// Every pair of states, with every circumstance that matters.
func TestEveryMoveOfAJob(t *testing.T) {
	made := []JobState{JobPostProcessing, JobPackaging, JobReadyToCollect}
	for _, from := range JobStates {
		for _, to := range JobStates {
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
					j.Attempt = &Attempt{ID: "a", Started: 1, On: j.Owed}
				}
				inGraph := slices.Contains(strings.Fields(allowedMoves[from]), string(to))
				var code Code
				switch {
				case to == from:
				case to == JobCompleted || from == JobCompleted:
					code = "handover_needed"
				case j.Hold != "" && !(inGraph && (to == JobInQueue && from.Back() || to == JobCancelled || to == JobPaused || from == JobPrinting)):
					code = "job_on_hold"
				case !inGraph, to == JobPrintingComplete && from != JobPrinting && j.Owed > 0 && !j.Elsewhere:
					code = "job_move_refused"
				case to == JobPrinting && j.Elsewhere:
					code = "job_made_elsewhere"
				case to == JobPrinting && j.Owed == 0:
					code = "nothing_owed"
				case slices.Contains(made, to) && j.Owed > 0:
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
	if j.State != JobInQueue || j.Done != 3 || j.Failed != 2 || j.Owed != 2 || j.WorkedMS != 1000 {
		t.Errorf("after the first run: %+v", j)
	}
	wantError(t, "failed copies without a run", j.Move(JobPreProcessing, 1, 3000), "failed_copies_without_run", "failed_copies")
	wantError(t, "printed while copies are owed", j.Move(JobPrintingComplete, 0, 3000), "job_move_refused", "")
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

// A run has at most what was owed on it. What was not on it stays owed, and while something is the job is in the queue.
func TestWhatCameOfARun(t *testing.T) {
	for _, c := range []struct {
		name                   string
		copies, done           int
		good, failed           int
		code                   Code
		field                  string
		state                  JobState
		wantDone, failedCopies int
	}{
		{name: "all good", copies: 6, good: 6, state: JobPrintingComplete, wantDone: 6},
		{name: "two came off the bed", copies: 6, good: 4, failed: 2, state: JobInQueue, wantDone: 4, failedCopies: 2},
		{name: "those two again", copies: 6, done: 4, good: 2, state: JobPrintingComplete, wantDone: 6},
		{name: "none is good", copies: 6, failed: 6, state: JobInQueue, failedCopies: 6},
		{name: "one of six was on it", copies: 6, good: 1, state: JobInQueue, wantDone: 1},
		{name: "one of six, and it failed", copies: 6, failed: 1, state: JobInQueue, failedCopies: 1},
		{name: "one of one failed", copies: 1, failed: 1, state: JobInQueue, failedCopies: 1},
		{name: "one good and one failed of one", copies: 1, good: 1, failed: 1, code: "good_copies_out_of_range", field: "good_copies"},
		{name: "more good than were on it", copies: 6, done: 4, good: 3, code: "good_copies_out_of_range", field: "good_copies"},
		{name: "more failed than were on it", copies: 6, done: 4, failed: 3, code: "failed_copies_out_of_range", field: "failed_copies"},
		{name: "fewer than none good", copies: 6, good: -1, code: "good_copies_out_of_range", field: "good_copies"},
		{name: "fewer than none failed", copies: 6, good: 6, failed: -1, code: "failed_copies_out_of_range", field: "failed_copies"},
		{name: "nothing came out", copies: 6, code: "run_without_copies", field: "good_copies"},
	} {
		j := Job{State: JobPrinting, PrinterID: "p", Copies: c.copies, Done: c.done, Owed: c.copies - c.done, Attempt: &Attempt{Started: 5, Resumed: 5, On: c.copies - c.done}}
		was := j
		err := j.Record(c.good, c.failed, "They came off.", 9)
		wantError(t, c.name, err, c.code, c.field)
		if c.code != "" {
			if j.State != was.State || j.Done != was.Done || j.Attempt.Ended != 0 || j.Attempt.Resumed != 5 {
				t.Errorf("%s: it is changed: %+v", c.name, j)
			}
			continue
		}
		a := j.Attempt
		if j.State != c.state || j.Done != c.wantDone || j.Failed != c.failedCopies || j.Done+j.Owed != j.Copies || a.Ended != 9 || a.Resumed != 0 || a.Good != c.good || a.Failed != c.failed ||
			(a.Reason != "") != (c.failed > 0) || j.State.Made() != (j.Owed == 0) {
			t.Errorf("%s: %+v, %+v", c.name, j, a)
		}
	}
}

// Going to the queue is undone by the state that it was in, and by nothing else: on hold too, as it begins nothing.
func TestGoingBackIsUndone(t *testing.T) {
	for _, from := range JobStates {
		j := Job{State: from, PrinterID: "p", InvoicePaid: true, Delivery: Pickup, Copies: 3, Done: 1, Owed: 2}
		if from.Made() {
			j.Done, j.Owed = 3, 0
		}
		if from == JobReadyToCollect {
			j.Shelf = "B3"
		}
		if from == JobPrinting || from == JobPaused {
			j.Attempt = &Attempt{ID: "a", Started: 10, WorkedMS: 7}
		}
		if from == JobPrinting {
			j.Attempt.Resumed = 90
		}
		was := j
		if from == JobInQueue || from == JobCompleted {
			j.State = JobInQueue
			wantError(t, string(from), j.Unmove(from, "", nil), "nothing_to_undo", "")
			continue
		}
		if err := j.Move(JobInQueue, 0, 100); err != nil || j.Done != was.Done || j.Owed != was.Owed || j.Shelf != "" {
			t.Fatalf("%s: %+v, %v", from, j, err)
		}
		stopped := j.Attempt
		if stopped != nil {
			copied := *stopped
			stopped, j.Attempt = &copied, nil // as it is read again
			wantError(t, "without its run", j.Unmove(from, was.Shelf, nil), "nothing_to_undo", "")
		}
		for code, but := range map[Code]func(j *Job){
			"order_closed":    func(j *Job) { j.OrderClosed = true },
			"nothing_to_undo": func(j *Job) { j.State = JobPackaging },
			"copies_owed":     func(j *Job) { j.Owed = 1 },
		} {
			stays := j
			but(&stays)
			if free := code == "copies_owed" && (!from.Made() || from == JobPrintingComplete); !free {
				wantError(t, string(from)+" "+string(code), stays.Unmove(from, was.Shelf, stopped), code, "")
			}
		}
		held := j
		held.Hold = "Wait."
		if err := held.Unmove(from, was.Shelf, stopped); err != nil || held.State != from {
			t.Errorf("%s on hold: %+v, %v", from, held, err)
		}
		if err := j.Unmove(from, was.Shelf, stopped); err != nil || j.State != from || j.Shelf != was.Shelf || j.Done != was.Done || j.Owed != was.Owed {
			t.Errorf("%s: %+v, %v", from, j, err)
		}
		if a := j.Attempt; (a != nil) != (was.Attempt != nil) || a != nil && (a.Ended != 0 || a.Reason != "" || (a.Resumed == 100) != (from == JobPrinting)) {
			t.Errorf("%s: its run is %+v", from, a)
		}
	}
}

// A print that was under way when its order was held is done some time: what came of it is written down, and waits there.
func TestAPrintEndsOnHold(t *testing.T) {
	printing := Job{State: JobPrinting, Copies: 3, Owed: 3, PrinterID: "p", Hold: "A cardholder disputes a payment.", Attempt: &Attempt{ID: "a", Started: 1, Resumed: 1, On: 3}}
	for name, c := range map[string]struct {
		good, failed int
		state        JobState
		next         []JobState
	}{
		"all good":   {3, 0, JobPrintingComplete, []JobState{JobInQueue, JobCancelled}},
		"one failed": {2, 1, JobInQueue, []JobState{JobCancelled}},
	} {
		j := printing
		attempt := *printing.Attempt
		j.Attempt = &attempt
		if err := j.Record(c.good, c.failed, "", 9); err != nil || j.State != c.state || j.Done != c.good || j.Attempt.Ended != 9 || !slices.Equal(j.Moves(), c.next) {
			t.Errorf("%s: %+v, it may become %v, %v", name, j, j.Moves(), err)
		}
	}
}

func TestRunsThatAreBrokenOff(t *testing.T) {
	for to, want := range map[JobState]string{JobInQueue: AttemptStopped, JobCancelled: AttemptCancelled} {
		j := Job{State: JobPrinting, PrinterID: "p", Copies: 2, Owed: 2, Attempt: &Attempt{Started: 100, Resumed: 200, WorkedMS: 7, On: 2}, WorkedMS: 7}
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
	j := Job{State: JobQueued, Copies: 4, Owed: 4, Elsewhere: true, PrinterID: "p"}
	wantError(t, "printed", j.Move(JobPrinting, 0, 9), "job_made_elsewhere", "")
	if slices.Contains(j.Moves(), JobPrinting) || !slices.Contains(j.Moves(), JobPrintingComplete) {
		t.Errorf("it may become %v", j.Moves())
	}
	j.PrinterID = ""
	if err := j.Move(JobPrintingComplete, 1, 9); err != nil || j.State != JobInQueue || j.Done != 3 || j.Owed != 1 || j.Attempt.Good != 3 || j.Attempt.Started != 9 || j.Attempt.Ended != 9 {
		t.Errorf("%+v, %+v, %v", j, j.Attempt, err)
	}
}

func TestEveryStateOfAJobHasALabel(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range JobStates {
		if l := s.Label(); l == "" || seen[l] {
			t.Errorf("%s is called %q", s, l)
		}
		seen[s.Label()] = true
	}
}
