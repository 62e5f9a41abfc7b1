package shop

import "slices"

// JobState is how far a job is.
type JobState string

// Job states, in the order a job usually meets them.
const (
	JobQueued           JobState = "QUEUED"
	JobPreProcessing    JobState = "PRE_PROCESSING"
	JobInQueue          JobState = "IN_QUEUE"
	JobPrinting         JobState = "PRINTING"
	JobPaused           JobState = "PAUSED"
	JobPrintingComplete JobState = "PRINTING_COMPLETE"
	JobPostProcessing   JobState = "POST_PROCESSING"
	JobPackaging        JobState = "PACKAGING"
	JobReadyToCollect   JobState = "READY_TO_COLLECT"
	JobCompleted        JobState = "COMPLETED" // all its copies have left the shop
	JobCancelled        JobState = "CANCELLED"
)

// JobStates are all of them, in that order.
var JobStates = []JobState{
	JobQueued, JobPreProcessing, JobInQueue, JobPrinting, JobPaused, JobPrintingComplete, JobPostProcessing, JobPackaging, JobReadyToCollect,
	JobCompleted, JobCancelled,
}

// Job is a plate on its way through the shop. Its copies are those of all its runs; what of them is done, failed and
// owed are sums over its attempts.
type Job struct {
	ID          string         `json:"id"`
	PlateID     string         `json:"plate_id"`
	OrderID     string         `json:"order_id"`
	OrderNumber string         `json:"order_number"`
	ItemID      string         `json:"item_id"`
	Title       string         `json:"title"`
	Customer    string         `json:"customer"`
	State       JobState       `json:"state"`
	Next        []JobState     `json:"next" doc:"Where it may go by hand, by whom it is shown to"`
	Priority    string         `json:"priority"`
	Plate       int            `json:"plate" doc:"The number of its plate in the order"`
	Plates      int            `json:"plates" doc:"How many plates the order has"`
	Runs        int            `json:"runs" doc:"How often its plate is made"`
	OnRun       int            `json:"on_run" doc:"Copies on one run; of what is not laid out, all that are owed are made at once"`
	On          int            `json:"on" doc:"Copies on the run under way, or else on the next one"`
	Laid        bool           `json:"laid" doc:"Its G-code has all copies of a run; else it is of one copy"`
	Copies      int            `json:"copies"`
	Done        int            `json:"done" doc:"Good copies"`
	Failed      int            `json:"failed"`
	Owed        int            `json:"owed" doc:"Copies that are still to be made"`
	Elsewhere   bool           `json:"elsewhere" doc:"It has no slice and no G-code: it is made without one of our printers, or by hand"`
	GCodeGone   bool           `json:"gcode_gone" doc:"Its G-code was deleted: a model or G-code is to be put in its place before it is printed"`
	Seconds     float64        `json:"seconds" doc:"Of one run; of one copy where it is not laid out"`
	Grams       float64        `json:"grams" doc:"Of one run; of one copy where it is not laid out"`
	Thumbnail   string         `json:"thumbnail_url,omitempty" doc:"A picture of its item; absent where there is none"`
	Material    string         `json:"material"`
	Colour      string         `json:"colour"`
	ColourHex   string         `json:"colour_hex"`
	PrinterID   string         `json:"printer_id,omitempty" doc:"The printer it is on; while it waits, the one it was on before"`
	Printer     string         `json:"printer,omitempty" doc:"The name of the printer it is on; absent while it waits"`
	MachineID   string         `json:"machine_id,omitempty" doc:"The machine that it was sliced for; absent for what is made elsewhere"`
	Machine     string         `json:"machine,omitempty" doc:"Its name"`
	AnyMachine  bool           `json:"any_machine" doc:"Its machine is interchangeable with the others that are"`
	Hold        string         `json:"hold,omitempty"`
	Shelf       string         `json:"shelf,omitempty" doc:"Where it lies, once it is packed"`
	Ready       *Ready         `json:"ready,omitempty"`
	GCodeFileID string         `json:"gcode_file_id,omitempty"`
	Notes       string         `json:"notes"`
	Created     Time           `json:"created"`
	Started     Time           `json:"started,omitempty"`
	Running     Time           `json:"running,omitempty" doc:"Since when it prints without a pause; absent while it does not"`
	WorkedMS    int64          `json:"worked_ms"`
	Completed   Time           `json:"completed,omitempty"`
	Delivery    DeliveryMethod `json:"delivery"`
	InvoicePaid bool           `json:"invoice_paid"`
	Money       bool           `json:"money" doc:"Something was paid for its order: cancelling it takes a reason"`
	Held        Cents          `json:"held" doc:"What was paid for its order and not sent back"`
	Last        bool           `json:"last" doc:"No other job of its order is left to make or to hand over"`
	Rest        bool           `json:"rest" doc:"It is all that is left of an order of which some has left the shop: it is cancelled by cancelling the rest of that, by whoever it is shown to"`
	CostsAgain  Cents          `json:"costs_again,omitempty" doc:"What its order costs again once it is put back in the queue; absent unless it is cancelled, and the order costs less since"`
	Version     int            `json:"version"`
	ChangedBy   string         `json:"changed_by,omitempty"`
	Updated     Time           `json:"updated"`

	Attempts    []Attempt `json:"attempts,omitempty" doc:"Its attempts that ended, the first one first; only on its order's page"`
	OrderClosed bool      `json:"-"` // its order was cancelled or refused
	Attempt     *Attempt  `json:"-"` // the one under way, or the one that the last move ended
}

var jobMoves = map[JobState][]JobState{
	JobQueued:           {JobPreProcessing, JobInQueue, JobPrinting, JobPrintingComplete, JobCancelled},
	JobPreProcessing:    {JobInQueue, JobCancelled},
	JobInQueue:          {JobPrinting, JobPrintingComplete, JobPreProcessing, JobCancelled},
	JobPrinting:         {JobPrintingComplete, JobPaused, JobInQueue, JobCancelled},
	JobPaused:           {JobPrinting, JobInQueue, JobCancelled},
	JobPrintingComplete: {JobPostProcessing, JobPackaging, JobInQueue, JobCancelled},
	JobPostProcessing:   {JobPackaging, JobInQueue, JobCancelled},
	JobPackaging:        {JobReadyToCollect, JobInQueue, JobCancelled},
	JobReadyToCollect:   {JobInQueue, JobCancelled},
	JobCompleted:        {}, // it is completed by its last handover, and comes back when that is undone
	JobCancelled:        {JobInQueue},
}

// Moves lists the states the job may go to by hand: the reference's graph, up to the shelf, which copies leave by handovers. A
// job on hold only ends what runs, stands still, goes back to the queue or is cancelled. While copies are owed it is not printed, and goes no
// further; where none is, there is nothing to print, and it goes on from the queue without. What is made elsewhere never
// prints.
func (j *Job) Moves() []JobState {
	out := []JobState{}
	for _, to := range jobMoves[j.State] {
		if j.refusal(to) == nil {
			out = append(out, to)
		}
	}
	return out
}

// CancelNeeds is the permission that cancelling the job takes: that to cancel its order, as that is paid now.
func (j *Job) CancelNeeds() Permission { return needs("cancel", j.Money) }

// RevivalNeeds is the permission that putting the job back takes, once it is cancelled: where its order costs less since, which is
// taken back then, that which cancelling it takes.
func (j *Job) RevivalNeeds() Permission { return needs("requeue", j.Money && j.CostsAgain > 0) }

// Offer leaves of the job's moves those that the actor may make, and says in words for them why it is on hold. The last of an
// order is theirs to cancel with its rest, and what was cancelled theirs to put back who may cancel it, where that lowered the price.
func (j *Job) Offer(who Actor) {
	j.Hold = HoldWords(j.Hold)
	j.leaveOut()
	if !who.Can(j.CancelNeeds(), OrderOf(j.OrderID)) {
		j.Next, j.Rest = slices.DeleteFunc(j.Next, func(to JobState) bool { return to == JobCancelled }), false
	}
	if j.State == JobCancelled && !who.Can(j.RevivalNeeds(), OrderOf(j.OrderID)) {
		j.Next = []JobState{}
	}
}

// leaveOut takes away what does not hold in the job's state, though it stays stored for whoever puts the job back where it was:
// what waits to be printed is on no printer, and what waits for nothing is neither held up nor promised.
func (j *Job) leaveOut() {
	if !j.State.Begun() {
		j.Printer = ""
	}
	if j.State.Final() {
		j.Hold = ""
	}
	if j.State == JobCancelled || j.OrderClosed {
		j.Ready = nil
	}
}

// CheckCancel asks why the job is cancelled where something was paid for its order, of which nothing is sent back by that.
// Errors: Invalid.
func (j *Job) CheckCancel(reason string) error {
	if j.Money && reason == "" {
		return Invalidf("reason_missing", "reason", "Say why the job is being cancelled: its order was paid.")
	}
	return nil
}

// Made says whether a job in a state has all its good copies: it is printed, or further on its way.
func (s JobState) Made() bool {
	switch s {
	case JobPrintingComplete, JobPostProcessing, JobPackaging, JobReadyToCollect, JobCompleted:
		return true
	}
	return false
}

// Tells is which of two jobs' states says how far what both make is: that of one that runs, or else of the one that is less far. What
// is cancelled says nothing beside another.
func (s JobState) Tells(other JobState) JobState {
	runs := func(s JobState) bool { return s == JobPrinting || s == JobPaused }
	switch {
	case other == "" || other == JobCancelled || runs(s):
		return s
	case s == JobCancelled || runs(other) || slices.Index(JobStates, other) < slices.Index(JobStates, s):
		return other
	}
	return s
}

// Begun says whether a job in a state is on its printer or has come off it.
func (s JobState) Begun() bool { return s == JobPrinting || s == JobPaused || s.Made() }

// Final says whether a job in a state waits for nothing.
func (s JobState) Final() bool { return s == JobCompleted || s == JobCancelled }

// Back says whether a move from a state into the queue goes back: something was begun, made or given up.
func (s JobState) Back() bool {
	return s != JobQueued && s != JobPreProcessing && s != JobInQueue
}

// refusal says why the job may not go to a state that its graph leads to, or nil.
func (j *Job) refusal(to JobState) error {
	switch {
	case j.OrderClosed:
		return Conflictf("order_closed", "Order %s is closed. Nothing more can be made for it.", j.OrderNumber)
	case j.Hold != "" && !j.mayOnHold(to):
		return Conflictf("job_on_hold", "This job is on hold: %s", HoldWords(j.Hold))
	case to == JobPrintingComplete && (j.State == JobQueued || j.State == JobInQueue) && j.Owed > 0 && !j.Elsewhere:
		return Conflictf("job_move_refused", "This job is %s. %s", j.State.Label(), "Start the print first, then enter how it turned out.")
	case to == JobCancelled && j.Rest:
		return Conflictf("job_is_the_rest", "This is all that is left of order %s. Cancel the rest of the order instead, so that you can say what it costs now.", j.OrderNumber)
	case to == JobPrinting && j.Elsewhere:
		return Conflictf("job_made_elsewhere", "This job is made without one of our printers. Say how many copies are made.")
	case to == JobPrinting && j.GCodeGone && j.State != JobPaused && j.Owed > 0:
		return Conflictf("gcode_gone", "The G-code of this job was deleted. Put a model or G-code in its place on the page of order %s, then print it.", j.OrderNumber)
	case to == JobPrinting && j.Owed == 0:
		return Conflictf("nothing_owed", "All copies of this job are made. Nothing is left to print.")
	case to.Made() && to != JobPrintingComplete && j.Owed > 0:
		return Conflictf("copies_owed", "%s still to be made. Put the job back in the queue.", owedWords(j.Owed))
	}
	return nil
}

// mayOnHold says whether a job on hold may go to a state: what runs may end, be paused, or be broken off. Nothing goes on to the
// queue, where it could only wait.
func (j *Job) mayOnHold(to JobState) bool {
	return to == JobInQueue && j.State.Back() || to == JobCancelled || to == JobPaused || to == JobPrintingComplete && j.State == JobPrinting
}

func owedWords(n int) string {
	if n == 1 {
		return "1 copy is"
	}
	return copiesWord(n) + " are"
}

// Move takes the job to a state at a time. Printing begins an attempt, or goes on with the one that was paused; ending it
// records its copies: all that were on it, but for those that failed. Good copies are never lost by going back.
// Errors: Conflict with the reason when the state, a hold or owed copies stand in the way; Invalid without a printer, for the
// shelf without its code, or for more failed copies than were on it.
func (j *Job) Move(to JobState, failed int, now Time) error {
	if to == JobPrintingComplete && to != j.State {
		return j.Record(j.OnIt()-failed, failed, "", now)
	}
	if to != j.State {
		if err := j.mayMove(to); err != nil {
			return err
		}
	}
	switch {
	case failed > 0:
		return Invalidf("failed_copies_without_run", "failed_copies", "Failed copies are counted once the print is done. Record them then.")
	case to == j.State:
		return nil
	case to == JobPrinting && j.PrinterID == "":
		return Invalidf("printer_missing", "printer_id", "Choose the printer that this job runs on.")
	case to == JobReadyToCollect && j.Shelf == "":
		return Invalidf("shelf_missing", "shelf", "Enter the shelf it is on, such as B3.")
	}
	j.stopClock(now)
	switch to {
	case JobPrinting:
		j.begin(now)
		j.Attempt.Resumed = now
	case JobInQueue:
		j.Shelf = ""
		j.breakOff(AttemptStopped, now)
	case JobCancelled:
		j.PrinterID, j.Shelf = "", ""
		j.breakOff(AttemptCancelled, now)
	}
	j.State = to
	return nil
}

// mayMove says why the job may not go to another state now, or nil.
func (j *Job) mayMove(to JobState) error {
	if !slices.Contains(jobMoves[j.State], to) {
		switch {
		case to == JobCompleted || j.State == JobCompleted:
			return Conflictf("handover_needed", "A job is completed when all its copies have left the shop. Hand them over, or undo a handover, on the order’s page.")
		case j.Hold != "":
			return Conflictf("job_on_hold", "This job is on hold: %s", HoldWords(j.Hold))
		}
		return Conflictf("job_move_refused", "This job is %s. %s", j.State.Label(), j.State.insteadOf(to))
	}
	return j.refusal(to)
}

var jobLabels = map[JobState]string{
	JobQueued: "waiting to be prepared", JobPreProcessing: "being prepared", JobInQueue: "in the queue", JobPrinting: "printing", JobPaused: "paused",
	JobPrintingComplete: "printed", JobPostProcessing: "being finished", JobPackaging: "being packed", JobReadyToCollect: "ready on the shelf",
	JobCompleted: "completed", JobCancelled: "cancelled",
}

// Label is the state in words for people.
func (s JobState) Label() string { return jobLabels[s] }
