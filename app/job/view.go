package job

import "buildplate/app/shop"

// ListFilter narrows the list of jobs. After is where the page before ended, "" for the first one.
type ListFilter struct {
	View      string // active, done or all
	State     shop.JobState
	PrinterID string
	Query     string
	After     string
}

// ListView is a page of jobs and, on the first one, the printers and how many jobs there are.
type ListView struct {
	Jobs       []shop.Job     `json:"jobs"`
	Next       string         `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
	Printers   []PrinterView  `json:"printers" doc:"On the first page"`
	Counts     map[string]int `json:"counts,omitempty" doc:"On the first page: jobs of each view, state and printer that the search finds; 1001 stands for more than a thousand"`
	CountsMore bool           `json:"counts_more,omitempty" doc:"The search finds more than ten thousand jobs: of those that are done, the latest are counted, and there may be more"`
	QueueHours float64        `json:"queue_hours,omitempty" doc:"On the first page: the printing still to do in the whole shop"`
}

// PrinterView is a printer.
type PrinterView struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Status     string `json:"status" enum:"ACTIVE,MAINTENANCE,OFFLINE"`
	MachineID  string `json:"machine_id" doc:"The machine that it is: what was sliced for that runs on it"`
	Machine    string `json:"machine" doc:"Its name"`
	AnyMachine bool   `json:"any_machine" doc:"Its machine is interchangeable with the others that are"`
	Printing   string `json:"printing,omitempty" doc:"The job that runs on it now, with its order"`
	Paused     string `json:"paused,omitempty" doc:"The job that is paused on it, with its order"`
}

// MoveRequest moves a job to a state.
type MoveRequest struct {
	State        shop.JobState `json:"state" enum:"QUEUED,PRE_PROCESSING,IN_QUEUE,PRINTING,PAUSED,PRINTING_COMPLETE,POST_PROCESSING,PACKAGING,READY_TO_COLLECT,COMPLETED,CANCELLED" doc:"PRINTING_COMPLETE records a run; while copies are owed the job is then back in the queue"`
	Note         string        `json:"note,omitempty" text:"lines" maxLength:"1000"`
	PrinterID    string        `json:"printer_id,omitempty" maxLength:"40"`
	Shelf        string        `json:"shelf,omitempty" maxLength:"40" doc:"Where its copies lie: needed to pack it, and to move it to another shelf"`
	GoodCopies   *int          `json:"good_copies,omitempty" minimum:"0" maximum:"500" doc:"Of a run; absent: all that were owed, but for those that failed"`
	FailedCopies int           `json:"failed_copies,omitempty" minimum:"0" maximum:"500" doc:"Of a run"`
	Reason       string        `json:"reason,omitempty" maxLength:"500" doc:"Why copies failed; or why it is cancelled, needed where something was paid for its order"`
	Version      int           `json:"version" minimum:"1" doc:"The job's version that the move was decided on"`
}

// CorrectRequest says what came of a run of a job after all.
type CorrectRequest struct {
	AttemptID    string `json:"attempt_id" maxLength:"40"`
	GoodCopies   int    `json:"good_copies" minimum:"0" maximum:"500"`
	FailedCopies int    `json:"failed_copies" minimum:"0" maximum:"500"`
	Reason       string `json:"reason" maxLength:"500" doc:"Why it is corrected"`
	Version      int    `json:"version" minimum:"1" doc:"The job's version that it was decided on"`
}

// Ref names a job with the version that something was decided on.
type Ref struct {
	ID      string `json:"id" maxLength:"40"`
	Version int    `json:"version" minimum:"1"`
}

// MoveAllRequest moves several jobs to a state.
type MoveAllRequest struct {
	State  shop.JobState `json:"state" enum:"PRE_PROCESSING,IN_QUEUE,PAUSED,PRINTING_COMPLETE,POST_PROCESSING,PACKAGING,READY_TO_COLLECT,CANCELLED"`
	Shelf  string        `json:"shelf,omitempty" maxLength:"40" doc:"Where the copies of all of them lie: needed to pack them"`
	Reason string        `json:"reason,omitempty" maxLength:"500" doc:"Why they are cancelled: needed where something was paid for an order of theirs"`
	Jobs   []Ref         `json:"jobs" minItems:"1" maxItems:"500"`
}

// UndoRequest names jobs that went back to the queue and are to be where they were.
type UndoRequest struct {
	Jobs []Ref `json:"jobs" minItems:"1" maxItems:"500"`
}

// MovedView says which of several jobs moved, as they are now, and which did not.
type MovedView struct {
	Moved   []shop.Job    `json:"moved"`
	Refused []RefusedView `json:"refused"`
}

// RefusedView is a job that did not move, and why.
type RefusedView struct {
	ID      string    `json:"id"`
	Code    shop.Code `json:"code"`
	Message string    `json:"message"`
}
