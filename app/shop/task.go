package shop

// taskTitles are what staff read of background work, by its kind.
var taskTitles = map[string]string{
	"stripe.sessions": "Ask Stripe about open payments",
	"stripe.events":   "Fetch what Stripe reported meanwhile",
	"stripe.retry":    "Apply Stripe’s events that could not be applied",
	"stripe.close":    "Close a card payment that is not needed",
	"stripe.stale":    "Close unfinished card payments",
	"clean.uploads":   "Remove abandoned uploads",
	"clean.carts":     "Remove old carts and their files",
	"clean.models":    "Delete old models, as the terms say",
	"clean.slices":    "Remove slices that nobody uses",
	"clean.slicing":   "Clean up after interrupted slicing",
	"clean.sessions":  "Forget who has not logged in for long",
	"clean.addresses": "Forget old network addresses in the activity log",
	"clean.orphans":   "Look for files that nothing needs",
	"delete.refused":  "Delete the files of a refused order",
	"check.bytes":     "Check that stored files are whole",
	"copies.check":    "Check the copies of a broken file",
	"watch.disk":      "Look whether the disk has room",
	"tasks.prune":     "Remove old finished tasks",
	"search.rebuild":  "Write the index of the search anew",
	"alarms.prune":    "Forget alarms that are over",
}

// TaskTitle says what a kind of background work does. One that has no title yet is shown by its own name.
func TaskTitle(kind string) string {
	if title, ok := taskTitles[kind]; ok {
		return title
	}
	return kind
}
