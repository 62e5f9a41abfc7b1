package shop

import (
	"strings"
	"unicode/utf8"
)

// AttemptCorrection is what came of a run after all, and why that is another thing than was counted.
type AttemptCorrection struct {
	Good, Failed int
	Reason       string
	Here         int // good copies of its item that have not left the shop
}

// TakeRuns gives the job its own of some attempts that ended, the first one first.
func (j *Job) TakeRuns(runs []Attempt) {
	for _, a := range runs {
		if a.JobID == j.ID {
			j.Attempts = append(j.Attempts, a)
		}
	}
}

// Correct counts the copies of a recorded run anew: one that was good breaks while it is finished or packed, or a number was a
// mistake. The job has taken its runs. What is owed again waits in the queue, as after a run with failed copies, and the other
// good copies stay; with nothing owed any more it is printed. What was on this run, and on those after it, stays what it was: a copy
// that the order needs no more does not count. A hold does not forbid it: nothing is begun by it.
// Errors: NotFound; Conflict while the job prints, once its copies have left or it is cancelled, and for good ones that have left; Invalid
// without a reason, for what changes nothing, and for more copies than were on the run or none.
func (j *Job) Correct(id string, to AttemptCorrection) error {
	a, err := j.recorded(id)
	if err != nil {
		return err
	}
	if err := j.mayCorrect(); err != nil {
		return err
	}
	reason := CleanLine(to.Reason)
	room := a.On - to.Failed
	needed := a.Good + j.Owed // good ones: with those of the other runs they are what was ordered
	switch {
	case to.Failed < 0 || to.Failed > a.On:
		return Invalidf("failed_copies_out_of_range", "failed_copies", "Enter how many failed, from 0 to %d.", a.On)
	case to.Good >= 0 && to.Good <= room && to.Good > needed:
		return Invalidf("more_good_than_ordered", "good_copies", "Enter how many turned out well, from 0 to %d: with those of the other runs these are all %d that were ordered.", needed, j.Copies)
	case to.Good < 0 || to.Good > room:
		return Invalidf("good_copies_out_of_range", "good_copies", "Enter how many turned out well, from 0 to %d.", min(room, needed))
	case to.Good+to.Failed == 0:
		return Invalidf("run_without_copies", "good_copies", "Enter how many copies turned out well, and how many failed.")
	case to.Good == a.Good && to.Failed == a.Failed:
		return Invalidf("run_not_changed", "failed_copies", "That is what is already recorded. Enter how the run really turned out.")
	case reason == "":
		return Invalidf("reason_missing", "reason", "Say why the run is being corrected.")
	case utf8.RuneCountInString(reason) > longestReason:
		return Invalidf("reason_too_long", "reason", "A reason can have at most %d characters.", longestReason)
	case a.Good-to.Good > to.Here:
		return Conflictf("copies_have_left", "Of %s, only %s still here. What has left the shop cannot be counted as failed: undo its handover first.", j.Title, owedWords(to.Here))
	}
	j.Done, j.Failed, j.Owed = j.Done+to.Good-a.Good, j.Failed+to.Failed-a.Failed, j.Owed+a.Good-to.Good
	fixed := *a
	fixed.Good, fixed.Failed, fixed.Reason = to.Good, to.Failed, a.whyFailed(to.Failed, reason)
	j.Attempt = &fixed
	switch {
	case j.Owed > 0 && j.State.Made():
		j.State, j.Shelf = JobInQueue, ""
	case j.Owed == 0 && !j.State.Made():
		j.State = JobPrintingComplete
	}
	return nil
}

// recorded is the job's attempt with this id, if something came of it. Errors: NotFound; Conflict where it was broken off.
func (j *Job) recorded(id string) (*Attempt, error) {
	for i := range j.Attempts {
		a := &j.Attempts[i]
		switch {
		case a.ID != id:
			continue
		case a.Good+a.Failed == 0:
			return nil, Conflictf("run_broken_off", "This run was stopped without copies. There is nothing to correct.")
		}
		return a, nil
	}
	return nil, NotFoundf("run_not_found", "There is no such run.")
}

// mayCorrect says why a run of the job cannot be corrected now, or nil.
func (j *Job) mayCorrect() error {
	switch {
	case j.OrderClosed:
		return Conflictf("order_closed", "Order %s is closed. Nothing more can be made for it.", j.OrderNumber)
	case j.State == JobCompleted:
		return Conflictf("copies_have_left", "All copies of %s have left the shop. Undo their handover first.", j.Title)
	case j.State == JobCancelled:
		return Conflictf("job_move_refused", "This job is %s. Put it back in the queue first, then its runs can be corrected.", j.State.Label())
	case j.State == JobPrinting, j.State == JobPaused:
		return Conflictf("job_move_refused", "This job is %s. Enter how this print turned out first, then correct the run before.", j.State.Label())
	}
	return nil
}

// whyFailed is why copies of the attempt failed, once it is corrected: what was known before, and why it was corrected.
func (a *Attempt) whyFailed(failed int, reason string) string {
	both := strings.TrimRight(a.Reason, ".") + "; " + reason
	switch {
	case failed == 0:
		return ""
	case failed <= a.Failed && a.Reason != "":
		return a.Reason
	case a.Reason == "" || utf8.RuneCountInString(both) > longestReason:
		return reason
	}
	return both
}
