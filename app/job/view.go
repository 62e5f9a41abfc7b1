package job

import "buildplate/app/shop"

// ListView is the board: jobs and printers.
type ListView struct {
	Jobs     []shop.Job    `json:"jobs"`
	Printers []PrinterView `json:"printers"`
}

// PrinterView is a printer.
type PrinterView struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// MoveRequest moves a job to a state.
type MoveRequest struct {
	State        shop.JobState `json:"state" enum:"QUEUED,PRE_PROCESSING,IN_QUEUE,PRINTING,PAUSED,PRINTING_COMPLETE,POST_PROCESSING,PACKAGING,READY_TO_COLLECT,COMPLETED,CANCELLED"`
	Note         string        `json:"note,omitempty" maxLength:"1000"`
	PrinterID    string        `json:"printer_id,omitempty" maxLength:"40"`
	Shelf        string        `json:"shelf,omitempty" maxLength:"40" doc:"Where its copies lie: needed to pack it, and to move it to another shelf"`
	FailedCopies int           `json:"failed_copies,omitempty" minimum:"0" maximum:"500"`
	Version      int           `json:"version" minimum:"1" doc:"The job's version that the move was decided on"`
}
