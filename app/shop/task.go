package shop

// taskTitles are what staff read of background work, by its kind.
var taskTitles = map[string]string{
	"stripe.sessions": "Check open payments with Stripe",
	"stripe.events":   "Fetch events missed from Stripe",
	"stripe.retry":    "Try failed Stripe events again",
	"stripe.close":    "Close a card payment that is no longer needed",
	"stripe.stale":    "Close unfinished card payments",
	"clean.uploads":   "Remove abandoned uploads",
	"clean.carts":     "Remove old carts and their files",
	"clean.models":    "Delete old models, as the terms say",
	"clean.slices":    "Remove unused slices",
	"clean.slicing":   "Clean up after interrupted slicing",
	"clean.sessions":  "Remove expired log-ins",
	"clean.addresses": "Remove old network addresses from the activity log",
	"clean.orphans":   "Remove files that are no longer needed",
	"draw.thumbnails": "Draw missing pictures of parts",
	"delete.refused":  "Delete the files of a refused order",
	"check.bytes":     "Check stored files for damage",
	"copies.check":    "Check the copies of a broken file",
	"watch.disk":      "Check the free disk space",
	"tasks.prune":     "Remove old finished tasks",
	"search.rebuild":  "Rebuild the search index",
	"alarms.prune":    "Remove old alarms",
}

// TaskTitle says what a kind of background work does. One that has no title yet is shown by its own name.
func TaskTitle(kind string) string {
	if title, ok := taskTitles[kind]; ok {
		return title
	}
	return kind
}
