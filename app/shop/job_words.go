package shop

import (
	"fmt"
	"regexp"
	"strings"
)

// jobMoved says where a job went.
func (p ActivityParams) jobMoved() string {
	var message string
	switch p.To {
	case JobPreProcessing:
		message = "Started preparing " + p.Name + "."
	case JobInQueue:
		message = "Put " + p.Name + " in the queue."
		if p.From.Back() {
			message = "Put " + p.Name + " back in the queue."
		}
	case JobPrinting:
		message = "Started printing " + p.Name + p.onPrinter() + "."
		if p.From == JobPaused {
			message = "Resumed printing " + p.Name + p.onPrinter() + "."
		}
	case JobPaused:
		message = "Paused the print of " + p.Name + "."
	case JobPrintingComplete: // with failed copies only in what was written before runs were
		message = "Printed " + p.Name + "."
		if p.Failed > 0 {
			message += fmt.Sprintf(" %d of %s failed.", p.Failed, copiesWord(p.Copies))
		}
	case JobPostProcessing:
		message = "Started finishing " + p.Name + " by hand."
	case JobPackaging:
		message = "Started packing " + p.Name + "."
	case JobReadyToCollect:
		message = "Put " + p.Name + " on the shelf."
		if p.Shelf != "" {
			message = "Put " + p.Name + " on shelf " + p.Shelf + "."
		}
	case "SHIPPED": // this and JobCompleted only in what was written before copies left by handovers
		message = "Shipped " + p.Name + "."
	case JobCompleted:
		message = "Completed " + p.Name + "."
	case JobCancelled:
		message = "Cancelled the job " + p.Name + "."
		if p.Reason != "" {
			message = "Cancelled the job " + p.Name + ": " + p.Reason
		}
	default:
		message = "Moved " + p.Name + "."
	}
	return message
}

// notedMove is how jobs' moves were written down before there were verbs, with the states' codes.
var notedMove = regexp.MustCompile(`^(.+): ([a-z_]+) → ([a-z_]+)\.(.*)$`)

// noted is the sentence of before there were verbs; of a job's move it is made anew.
func (p ActivityParams) noted() string {
	m := notedMove.FindStringSubmatch(p.Message)
	if m == nil {
		return p.Message
	}
	return ActivityParams{Name: m[1], From: JobState(strings.ToUpper(m[2])), To: JobState(strings.ToUpper(m[3]))}.jobMoved() + m[4]
}

// attemptRecorded says what came of a run of a job.
func (p ActivityParams) attemptRecorded() string {
	did := "Made "
	if p.Printer != "" {
		did = "Printed "
	}
	message := did + copiesWord(p.Good+p.Failed) + " of " + p.Name + p.onPrinter()
	switch {
	case p.Failed == 0 && p.Good == 1:
		message += ": good."
	case p.Failed == 0:
		message += ": all good."
	case p.Reason == "":
		message += fmt.Sprintf(": %d good, %d failed.", p.Good, p.Failed)
	default:
		message += fmt.Sprintf(": %d good, %d failed (%s).", p.Good, p.Failed, strings.TrimRight(p.Reason, "."))
	}
	if p.Owed > 0 {
		message += " " + owedWords(p.Owed) + " still to be made."
	}
	return message
}

// attemptCorrected says what came of a run after all.
func (p ActivityParams) attemptCorrected() string {
	counted := func(good, failed int) string {
		if failed == 0 {
			return fmt.Sprintf("%d good", good)
		}
		return fmt.Sprintf("%d good, %d failed", good, failed)
	}
	message := fmt.Sprintf("Corrected a run of %s: %s instead of %s (%s).", p.Name, counted(p.Good, p.Failed), counted(p.WasGood, p.WasFailed), strings.TrimRight(p.Reason, "."))
	if p.Owed > 0 {
		message += " " + owedWords(p.Owed) + " still to be made."
	}
	return message
}

// jobMoveUndone says where a job is again.
func (p ActivityParams) jobMoveUndone() string {
	to := " to the queue"
	if p.To.Back() {
		to = " back to the queue"
	}
	return "Undid the move of " + p.Name + to + ": it is " + p.To.Label() + ", as before."
}

func (p ActivityParams) onPrinter() string {
	if p.Printer == "" {
		return ""
	}
	return " on " + p.Printer
}

func copiesWord(n int) string {
	if n == 1 {
		return "1 copy"
	}
	return fmt.Sprintf("%d copies", n)
}

// takenBy is what a job is to go through to be in a state, after "It can".
var takenBy = map[JobState]string{
	JobQueued: "start over", JobPreProcessing: "be prepared", JobInQueue: "wait in the queue", JobPrinting: "be printed", JobPaused: "be paused",
	JobPrintingComplete: "be marked as printed", JobPostProcessing: "be finished by hand", JobPackaging: "be packed", JobReadyToCollect: "go on the shelf",
	JobCancelled: "be cancelled",
}

// insteadOf says what is to be done first, or cannot be any more, where a job in a state does not go to another.
func (s JobState) insteadOf(to JobState) string {
	before := s == JobQueued || s == JobPreProcessing || s == JobInQueue
	first := func(do string) string { return do + " first, then it can " + takenBy[to] + "." }
	switch {
	case s == JobCancelled:
		return first("Put it back in the queue")
	case to == JobQueued:
		return "It cannot start over from here. Put it back in the queue instead."
	case to == JobPaused && before, to == JobPaused && s.Made():
		return "Only a job that is printing can be paused."
	case to == JobPreProcessing:
		return first("Put it back in the queue")
	case s == JobPreProcessing && (to == JobPrinting || to == JobPrintingComplete):
		return first("Put it in the queue")
	case s == JobPaused && to == JobPrintingComplete:
		return first("Resume the print")
	case before || s == JobPrinting || s == JobPaused:
		return "It can " + takenBy[to] + " once it is printed."
	case to == JobPrinting:
		return first("Put it back in the queue")
	case to == JobReadyToCollect:
		return first("Pack it")
	case to == JobPostProcessing:
		return "It can be finished by hand only before it is packed."
	}
	return "It is already past that step."
}
