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
	JobShipped          JobState = "SHIPPED"
	JobCompleted        JobState = "COMPLETED"
	JobCancelled        JobState = "CANCELLED"
)

// Job is a printed item of an order, with its copies.
type Job struct {
	ID          string         `json:"id"`
	OrderID     string         `json:"order_id"`
	OrderNumber string         `json:"order_number"`
	ItemID      string         `json:"item_id"`
	Title       string         `json:"title"`
	Customer    string         `json:"customer"`
	State       JobState       `json:"state"`
	Next        []JobState     `json:"next"`
	Priority    string         `json:"priority"`
	Copies      int            `json:"copies"`
	Done        int            `json:"done"`
	Failed      int            `json:"failed"`
	Seconds     float64        `json:"seconds"`
	Grams       float64        `json:"grams"`
	Material    string         `json:"material"`
	Colour      string         `json:"colour"`
	ColourHex   string         `json:"colour_hex"`
	PrinterID   string         `json:"printer_id,omitempty"`
	Printer     string         `json:"printer,omitempty"`
	Hold        string         `json:"hold,omitempty"`
	Ready       *Ready         `json:"ready,omitempty"`
	GCodeFileID string         `json:"gcode_file_id,omitempty"`
	Notes       string         `json:"notes"`
	Created     Time           `json:"created"`
	Started     Time           `json:"started,omitempty"`
	RunStarted  Time           `json:"-"`
	WorkedMS    int64          `json:"worked_ms"`
	Completed   Time           `json:"completed,omitempty"`
	Delivery    DeliveryMethod `json:"delivery"`
	InvoicePaid bool           `json:"invoice_paid"`
}

var jobMoves = map[JobState][]JobState{
	JobQueued:           {JobPreProcessing, JobInQueue, JobPrinting, JobCancelled},
	JobPreProcessing:    {JobInQueue, JobCancelled},
	JobInQueue:          {JobPrinting, JobPreProcessing, JobCancelled},
	JobPrinting:         {JobPrintingComplete, JobPaused, JobInQueue, JobCancelled},
	JobPaused:           {JobPrinting, JobInQueue, JobCancelled},
	JobPrintingComplete: {JobPostProcessing, JobPackaging, JobInQueue, JobCancelled},
	JobPostProcessing:   {JobPackaging, JobInQueue, JobCancelled},
	JobPackaging:        {JobReadyToCollect, JobShipped, JobInQueue, JobCancelled},
	JobReadyToCollect:   {JobCompleted, JobInQueue, JobCancelled},
	JobShipped:          {JobCompleted, JobInQueue},
	JobCompleted:        {JobInQueue},
	JobCancelled:        {JobInQueue},
}

// Moves lists the states the job may go to: the reference's graph, with collecting or shipping by the way the order
// is delivered. A job on hold only stands still, goes back to the queue or is cancelled.
func (j *Job) Moves() []JobState {
	out := []JobState{}
	for _, to := range jobMoves[j.State] {
		switch {
		case j.State == JobPackaging && to == JobShipped && j.Delivery == Pickup,
			j.State == JobPackaging && to == JobReadyToCollect && j.Delivery == Ship:
			continue
		case j.Hold != "" && to != JobInQueue && to != JobCancelled && to != JobPaused:
			continue
		case to == JobCompleted && !j.InvoicePaid:
			continue
		}
		out = append(out, to)
	}
	return out
}

// Move takes the job to a state at a time, keeping the hours worked.
// Errors: Conflict with the reason when the state, a hold or an unpaid invoice stands in the way; Invalid without a printer.
func (j *Job) Move(to JobState, now Time) error {
	if to == j.State {
		return nil
	}
	if !slices.Contains(j.Moves(), to) {
		switch {
		case j.Hold != "":
			return Conflictf("job_on_hold", "This job is on hold: %s", j.Hold)
		case to == JobCompleted && slices.Contains(jobMoves[j.State], to):
			return Conflictf("invoice_unpaid", "The invoice is not paid. Take the payment first, then complete the job.")
		}
		return Conflictf("job_move_refused", "A job that is %s cannot become %s.", j.State.Label(), to.Label())
	}
	if to == JobPrinting && j.PrinterID == "" {
		return Invalidf("printer_missing", "printer_id", "Choose the printer that this job runs on.")
	}
	if j.State == JobPrinting && j.RunStarted != 0 {
		j.WorkedMS += max(now.Sub(j.RunStarted).Milliseconds(), 0)
		j.RunStarted = 0
	}
	switch to {
	case JobPrinting:
		j.RunStarted = now
		if j.Started == 0 {
			j.Started = now
		}
	case JobPrintingComplete:
		j.Done = j.Copies
	case JobCompleted:
		j.Done, j.Completed = j.Copies, now
	case JobInQueue:
		j.Completed, j.Done = 0, 0
	case JobCancelled:
		j.PrinterID = ""
	}
	j.State = to
	return nil
}

var jobLabels = map[JobState]string{
	JobQueued: "to be prepared", JobPreProcessing: "being prepared", JobInQueue: "in the queue", JobPrinting: "printing", JobPaused: "paused",
	JobPrintingComplete: "printed", JobPostProcessing: "being finished", JobPackaging: "being packed", JobReadyToCollect: "ready to collect",
	JobShipped: "shipped", JobCompleted: "completed", JobCancelled: "cancelled",
}

// Label is the state in words for people.
func (s JobState) Label() string { return jobLabels[s] }
