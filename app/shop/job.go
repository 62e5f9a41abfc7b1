package shop

import (
	"slices"
	"strconv"
)

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
	Next        []JobState     `json:"next"`
	Priority    string         `json:"priority"`
	Copies      int            `json:"copies"`
	Done        int            `json:"done" doc:"Good copies"`
	Failed      int            `json:"failed"`
	Owed        int            `json:"owed" doc:"Copies that are still to be made"`
	Elsewhere   bool           `json:"elsewhere" doc:"It has no slice and no G-code: it is made without one of our printers, or by hand"`
	Seconds     float64        `json:"seconds"`
	Grams       float64        `json:"grams"`
	Material    string         `json:"material"`
	Colour      string         `json:"colour"`
	ColourHex   string         `json:"colour_hex"`
	PrinterID   string         `json:"printer_id,omitempty"`
	Printer     string         `json:"printer,omitempty"`
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
	Version     int            `json:"version"`
	ChangedBy   string         `json:"changed_by,omitempty"`
	Updated     Time           `json:"updated"`

	OrderClosed bool     `json:"-"` // its order was cancelled or refused
	Attempt     *Attempt `json:"-"` // the one under way, or the one that the last move ended
}

// Attempt is one time that a job was made, or was tried to be.
type Attempt struct {
	ID        string
	JobID     string
	PrinterID string // "" for what is made elsewhere
	ItemID    string
	Started   Time
	Resumed   Time  // while it runs: since when
	WorkedMS  int64 // up to then, pauses left out
	Ended     Time
	Reason    string // why it was broken off
	Good      int
	Failed    int
}

// Reasons why an attempt ended without its copies.
const (
	AttemptStopped   = "stopped"
	AttemptCancelled = "cancelled"
)

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
// job on hold only stands still, goes back to the queue or is cancelled. What is owed keeps it from the shelf; where
// nothing is, there is nothing to print, and it goes on from the queue without.
func (j *Job) Moves() []JobState {
	out := []JobState{}
	for _, to := range jobMoves[j.State] {
		if j.refusal(to) == nil {
			out = append(out, to)
		}
	}
	return out
}

// refusal says why the job may not go to a state that its graph leads to, or nil.
func (j *Job) refusal(to JobState) error {
	switch {
	case j.OrderClosed:
		return Conflictf("order_closed", "Order %s is closed. Nothing more is made for it.", j.OrderNumber)
	case j.Hold != "" && to != JobInQueue && to != JobCancelled && to != JobPaused:
		return Conflictf("job_on_hold", "This job is on hold: %s", j.Hold)
	case to == JobPrintingComplete && (j.State == JobQueued || j.State == JobInQueue) && j.Owed > 0 && !j.Elsewhere:
		return Conflictf("job_move_refused", "A job that is %s cannot become %s.", j.State.Label(), to.Label())
	case to == JobPrinting && j.Owed == 0:
		return Conflictf("nothing_owed", "All copies of this job are made. There is nothing to print.")
	case to == JobReadyToCollect && j.Owed > 0:
		return Conflictf("copies_owed", "%s still to be made. Put the job back in the queue.", owedWords(j.Owed))
	}
	return nil
}

func owedWords(n int) string {
	if n == 1 {
		return "1 copy is"
	}
	return strconv.Itoa(n) + " copies are"
}

// Move takes the job to a state at a time. Printing begins an attempt, or goes on with the one that was paused; ending it
// counts its copies: all that were owed, but for those that failed. Good copies are never lost by going back.
// Errors: Conflict with the reason when the state, a hold or owed copies stand in the way; Invalid without a printer, for the
// shelf without its code, or for more failed copies than were on it.
func (j *Job) Move(to JobState, failed int, now Time) error {
	if to == j.State {
		if failed > 0 {
			return Invalidf("failed_copies_without_run", "failed_copies", "Copies fail while they are printed. Count them when the print is done.")
		}
		return nil
	}
	if !slices.Contains(jobMoves[j.State], to) {
		switch {
		case to == JobCompleted || j.State == JobCompleted:
			return Conflictf("handover_needed", "A job is completed when all its copies have left the shop. Hand them over, or undo a handover, on the order’s page.")
		case j.Hold != "":
			return Conflictf("job_on_hold", "This job is on hold: %s", j.Hold)
		}
		return Conflictf("job_move_refused", "A job that is %s cannot become %s.", j.State.Label(), to.Label())
	}
	if err := j.refusal(to); err != nil {
		return err
	}
	switch {
	case to == JobPrinting && j.PrinterID == "":
		return Invalidf("printer_missing", "printer_id", "Choose the printer that this job runs on.")
	case to == JobReadyToCollect && j.Shelf == "":
		return Invalidf("shelf_missing", "shelf", "Write on which shelf it lies, such as B3.")
	case failed > 0 && to != JobPrintingComplete:
		return Invalidf("failed_copies_without_run", "failed_copies", "Copies fail while they are printed. Count them when the print is done.")
	case failed < 0 || failed > j.Owed:
		return Invalidf("failed_copies_out_of_range", "failed_copies", "Write how many failed: a number from 0 to %d.", j.Owed)
	}
	if a := j.Attempt; a != nil && a.Resumed != 0 {
		ran := max(now.Sub(a.Resumed).Milliseconds(), 0)
		a.WorkedMS, j.WorkedMS, a.Resumed = a.WorkedMS+ran, j.WorkedMS+ran, 0
	}
	switch to {
	case JobPrinting:
		j.begin(now)
		j.Attempt.Resumed = now
	case JobPrintingComplete:
		if j.Owed > 0 {
			j.begin(now)
			a := j.Attempt
			a.Ended, a.Good, a.Failed = now, j.Owed-failed, failed
			j.Done, j.Failed, j.Owed = j.Done+a.Good, j.Failed+failed, failed
		}
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

// begin starts an attempt unless one is under way.
func (j *Job) begin(now Time) {
	if j.Attempt == nil {
		j.Attempt = &Attempt{ID: NewID(), JobID: j.ID, ItemID: j.ItemID, Started: now}
	}
	j.Attempt.PrinterID = j.PrinterID
	if j.Started == 0 {
		j.Started = now
	}
}

// breakOff ends the attempt that is under way, if any, without copies.
func (j *Job) breakOff(reason string, now Time) {
	if j.Attempt != nil {
		j.Attempt.Ended, j.Attempt.Reason = now, reason
	}
}

var jobLabels = map[JobState]string{
	JobQueued: "to be prepared", JobPreProcessing: "being prepared", JobInQueue: "in the queue", JobPrinting: "printing", JobPaused: "paused",
	JobPrintingComplete: "printed", JobPostProcessing: "being finished", JobPackaging: "being packed", JobReadyToCollect: "ready on the shelf",
	JobCompleted: "completed", JobCancelled: "cancelled",
}

// Label is the state in words for people.
func (s JobState) Label() string { return jobLabels[s] }
