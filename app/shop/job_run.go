package shop

// Attempt is one run of a job: one time that it was made, or was tried to be.
type Attempt struct {
	ID        string `json:"id"`
	JobID     string `json:"-"`
	PrinterID string `json:"printer_id,omitempty"` // "" for what is made elsewhere
	Printer   string `json:"printer,omitempty"`
	ItemID    string `json:"-"`
	Started   Time   `json:"started"`
	Resumed   Time   `json:"-"`         // while it runs: since when
	WorkedMS  int64  `json:"worked_ms"` // up to then, pauses left out
	Ended     Time   `json:"ended"`
	Reason    string `json:"reason,omitempty" doc:"Why copies failed; stopped or cancelled where it was broken off"`
	Good      int    `json:"good"`
	Failed    int    `json:"failed"`
	On        int    `json:"on" doc:"Copies that were on it: what lies on its plate, as far as it was owed when it began; what came of it is never more"`
}

// Reasons why an attempt ended without its copies.
const (
	AttemptStopped   = "stopped"
	AttemptCancelled = "cancelled"
)

// Again is how many copies failed and are still to be made again.
func (j *Job) Again() int {
	if j.State == JobCancelled {
		return 0
	}
	return min(j.Failed, j.Owed)
}

// Record ends a run with its good and failed copies, and why those failed. What lies on its plate was on it, as far as that was owed when
// it began; what of that is neither good nor failed stays owed. While copies are owed the job is back in the queue, else it is printed.
// With nothing owed there is nothing to count, and a run under way all the same is broken off.
// Errors: Conflict as in Move; Invalid for more copies than were on the run, or none.
func (j *Job) Record(good, failed int, reason string, now Time) error {
	if err := j.mayMove(JobPrintingComplete); err != nil {
		return err
	}
	on := j.OnIt()
	switch {
	case failed < 0 || failed > on:
		return Invalidf("failed_copies_out_of_range", "failed_copies", "Enter how many failed, from 0 to %d.", on)
	case good < 0 || good > on-failed:
		return Invalidf("good_copies_out_of_range", "good_copies", "%s. Enter how many turned out well, from 0 to %d.", j.wereWords(), on-failed)
	case good+failed == 0 && j.Owed > 0:
		return Invalidf("run_without_copies", "good_copies", "Enter how many copies turned out well, and how many failed.")
	}
	j.stopClock(now)
	if j.Owed > 0 {
		j.begin(now)
		a := j.Attempt
		a.Ended, a.Good, a.Failed, a.Reason = now, good, failed, ""
		if failed > 0 {
			a.Reason = reason
		}
		j.Done, j.Failed, j.Owed = j.Done+good, j.Failed+failed, j.Owed-good
	} else {
		j.breakOff(AttemptStopped, now)
	}
	j.State = JobPrintingComplete
	if j.Owed > 0 {
		j.State = JobInQueue
	}
	return nil
}

// Unmove takes the job back to the state from which it went to the queue: what waited to be prepared waits for that again, it lies
// on its shelf again, and the run that this stopped, if any, goes on as if it had not been. A hold does not forbid it: nothing
// is begun by it. Errors: Conflict when it is not in the queue or was nowhere else, or for what else stands in the way of moving
// it to that state.
func (j *Job) Unmove(from JobState, shelf string, stopped *Attempt) error {
	ran := from == JobPrinting || from == JobPaused
	if j.State != JobInQueue || from == JobInQueue || from == JobCompleted || from == "" || ran && stopped == nil {
		return Conflictf("nothing_to_undo", "There is nothing to undo: the job is %s.", j.State.Label())
	}
	free := *j
	free.Hold = ""
	if err := free.refusal(from); err != nil {
		return err
	}
	if ran {
		a := *stopped
		if from == JobPrinting { // the printer was never told to stop
			a.Resumed = a.Ended
		}
		a.Ended, a.Reason = 0, ""
		j.Attempt, j.Running = &a, a.Resumed
	}
	j.State, j.Shelf = from, shelf
	return nil
}

// stopClock adds what the run under way has worked.
func (j *Job) stopClock(now Time) {
	if a := j.Attempt; a != nil && a.Resumed != 0 {
		ran := max(now.Sub(a.Resumed).Milliseconds(), 0)
		a.WorkedMS, j.WorkedMS, a.Resumed = a.WorkedMS+ran, j.WorkedMS+ran, 0
	}
}

// begin starts an attempt with all that is owed on it, unless one is under way.
func (j *Job) begin(now Time) {
	if j.Attempt == nil {
		j.Attempt = &Attempt{ID: NewID(), JobID: j.ID, ItemID: j.ItemID, Started: now, On: j.NextRun()}
	}
	j.Attempt.PrinterID = j.PrinterID
	if j.Started == 0 {
		j.Started = now
	}
}

// OnIt is how many copies are on the run under way, or on one that begins now. More than is owed never count.
func (j *Job) OnIt() int {
	if j.Attempt != nil {
		return min(j.Attempt.On, j.Owed)
	}
	return j.NextRun()
}

// NextRun is how many copies the next run makes of those that are owed: never more than lie on its plate.
func (j *Job) NextRun() int {
	if j.Laid {
		return min(j.OnRun, j.Owed)
	}
	return j.Owed
}

// breakOff ends the attempt that is under way, if any, without copies.
func (j *Job) breakOff(reason string, now Time) {
	if j.Attempt != nil {
		j.Attempt.Ended, j.Attempt.Reason = now, reason
	}
}

// wereWords says how many copies a run was to have: on a printer, or wherever it is made.
func (j *Job) wereWords() string {
	were, where := "were "+copiesWord(j.OnIt()), "in this run"
	if j.OnIt() == 1 {
		were = "was 1 copy"
	}
	if j.Elsewhere {
		where = "to make"
	}
	return "There " + were + " " + where
}
