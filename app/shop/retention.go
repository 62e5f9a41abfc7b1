package shop

import "time"

// RetentionKind is a sort of thing that the shop keeps for a while.
type RetentionKind string

// Kinds of what is kept. Models and G-code go by whose order they are of.
const (
	RetainTmp       RetentionKind = "tmp" // uploads and carts that nobody ordered, and their slices
	RetainGuest     RetentionKind = "guest"
	RetainAccount   RetentionKind = "account"
	RetainOnAccount RetentionKind = "on_account"
	RetainDocuments RetentionKind = "documents" // invoices, what was paid, and the links that show them
	RetainAddresses RetentionKind = "addresses" // network addresses in the activity log, in carts and of logins
)

// RetentionClock is the moment from which the days of a kind count.
type RetentionClock string

// Clocks. An order is done when it is completed, cancelled or refused.
const (
	FromLastUse RetentionClock = "last_use"
	FromDone    RetentionClock = "done"
	FromWritten RetentionClock = "written"
)

// RetentionStop is what keeps something longer than its days.
type RetentionStop string

// Stops, the first that holds first.
const (
	StopNotCompleted RetentionStop = "not_completed"
	StopDispute      RetentionStop = "open_dispute"
	StopUnpaid       RetentionStop = "unpaid" // money is owed, either way
	StopWish         RetentionStop = "wish"   // the customer or staff asked to keep it
)

// WarningDays is how long before its models go an order's page says so. Nothing goes sooner after that.
const WarningDays = 14

// Warning is WarningDays as a duration.
const Warning = WarningDays * 24 * time.Hour

// Retention is for how many days what is kept. 0 is until the customer asks for deletion, where a kind allows it.
type Retention struct {
	Since     Time `json:"since"` // when the shop began to go by this table: what was done before counts from then
	Tmp       int  `json:"tmp"`
	Guest     int  `json:"guest"`
	Account   int  `json:"account"`
	OnAccount int  `json:"on_account"`
	Documents int  `json:"documents"`
	Addresses int  `json:"addresses"`
}

// inYears is how many days no so many years are longer than.
func inYears(years int) int { return (years*1461 + 3) / 4 }

// DefaultRetention is the table that a shop starts with.
func DefaultRetention() Retention {
	return Retention{Tmp: 30, Guest: 90, Account: inYears(2), OnAccount: 0, Documents: inYears(7), Addresses: 90}
}

// RetentionRule is a row of the table: what is kept, from when, for how many days, and what keeps it longer.
type RetentionRule struct {
	Kind    RetentionKind   `json:"kind" enum:"tmp,guest,account,on_account,documents,addresses"`
	Clock   RetentionClock  `json:"clock" enum:"last_use,done,written"`
	Days    int             `json:"days" minimum:"0" maximum:"36525" doc:"0: until the customer asks for deletion"`
	Stops   []RetentionStop `json:"stops" enum:"not_completed,open_dispute,unpaid,wish" doc:"What keeps it longer"`
	Least   int             `json:"least" doc:"The fewest days it may be"`
	Most    int             `json:"most" doc:"The most days it may be"`
	ForEver bool            `json:"for_ever" doc:"Whether it may be kept until the customer asks for deletion"`
}

// Rules are the whole table, in the order it is shown.
func (r Retention) Rules() []RetentionRule {
	files := []RetentionStop{StopNotCompleted, StopDispute, StopUnpaid, StopWish}
	const decades = 36525
	return []RetentionRule{
		{Kind: RetainTmp, Clock: FromLastUse, Days: r.Tmp, Stops: []RetentionStop{}, Least: 1, Most: 30}, // a browser forgets its cart then
		{Kind: RetainGuest, Clock: FromDone, Days: r.Guest, Stops: files, Least: WarningDays, Most: decades, ForEver: true},
		{Kind: RetainAccount, Clock: FromDone, Days: r.Account, Stops: files, Least: WarningDays, Most: decades, ForEver: true},
		{Kind: RetainOnAccount, Clock: FromDone, Days: r.OnAccount, Stops: files, Least: WarningDays, Most: decades, ForEver: true},
		{Kind: RetainDocuments, Clock: FromDone, Days: r.Documents, Stops: []RetentionStop{StopNotCompleted}, Least: inYears(5), Most: decades},
		{Kind: RetainAddresses, Clock: FromWritten, Days: r.Addresses, Stops: []RetentionStop{}, Least: 1, Most: inYears(2)},
	}
}

// With is the table with other days for a kind.
func (r Retention) With(kind RetentionKind, days int) Retention {
	switch kind {
	case RetainTmp:
		r.Tmp = days
	case RetainGuest:
		r.Guest = days
	case RetainAccount:
		r.Account = days
	case RetainOnAccount:
		r.OnAccount = days
	case RetainDocuments:
		r.Documents = days
	case RetainAddresses:
		r.Addresses = days
	}
	return r
}

// Days are those of a kind.
func (r Retention) Days(kind RetentionKind) int {
	for _, rule := range r.Rules() {
		if rule.Kind == kind {
			return rule.Days
		}
	}
	return 0
}

// Age is how long what a kind says is kept.
func (r Retention) Age(kind RetentionKind) time.Duration {
	return time.Duration(r.Days(kind)) * 24 * time.Hour
}

// Check refuses days that cannot be kept to. Errors: Invalid with the field.
func (r Retention) Check() error {
	for _, rule := range r.Rules() {
		if err := rule.check(); err != nil {
			return err
		}
	}
	return nil
}

func (rule RetentionRule) check() error {
	if rule.ForEver && rule.Days == 0 || rule.Days >= rule.Least && rule.Days <= rule.Most {
		return nil
	}
	field := "retention." + string(rule.Kind)
	switch {
	case rule.ForEver && rule.Days < rule.Least:
		return Invalidf("retention_too_short", field, "Keep them for at least %d days: customers are warned that long before. Enter 0 to keep them until they ask for deletion.", rule.Least)
	case rule.Kind == RetainDocuments && rule.Days < rule.Least:
		return Invalidf("retention_too_short", field, "Records have to be kept for at least 5 years: %d days.", rule.Least)
	case rule.Kind == RetainTmp:
		return Invalidf("retention_out_of_range", field, "Enter %d to %d days: a browser forgets its cart after that.", rule.Least, rule.Most)
	}
	return Invalidf("retention_out_of_range", field, "Enter %d to %d days.", rule.Least, rule.Most)
}

// period is a number of days, as people read it: in years where it is whole ones.
func period(days int) string {
	for years := 1; inYears(years) <= days; years++ {
		if inYears(years) == days {
			return plural(int64(years), "year")
		}
	}
	return plural(int64(days), "day")
}

// Words are how the table's days read in the terms, by the names that stand in for them there: {guest} is "for 90 days after
// the order is done".
func (r Retention) Words() map[string]string {
	words := map[string]string{"warning": period(WarningDays)}
	for _, rule := range r.Rules() {
		text := period(rule.Days)
		switch {
		case rule.Days == 0:
			text = "until you ask us to delete them"
		case rule.ForEver:
			text = "for " + text + " after the order is done"
		}
		words[string(rule.Kind)] = text
	}
	return words
}

// FilesFacts are what it depends on when the models and G-code of an order go.
type FilesFacts struct {
	Kind    RetentionKind // RetainGuest, RetainAccount or RetainOnAccount
	Done    Time          // when the order was completed or closed; 0 while it is neither
	Dispute bool          // one is open
	Unpaid  bool          // money is owed for it, or is to be sent back
	Keep    bool          // somebody asked to keep them
	Warned  Time          // since when its page says that they go; 0 if it does not

	Promised *Retention // the days of the terms that it was made under; nil where they are not kept
}

// FilesFate is what becomes of the models and G-code of an order.
type FilesFate struct {
	Stop   RetentionStop // what keeps them; "" for nothing
	Goes   Time          // when they go, at the earliest; 0 while they stay
	Warned Time          // since when the page says so, as it is to be kept; 0 while it does not
	Delete bool          // they go now
}

// For is the table that an order goes by: what its terms promised is kept to when the shop keeps things for less time by now,
// and where it keeps them longer, they stay longer.
func (r Retention) For(f FilesFacts) Retention {
	if f.Promised == nil {
		return r
	}
	for _, rule := range r.Rules() {
		if promised := f.Promised.Days(rule.Kind); rule.Clock == FromDone && rule.Days != 0 && (promised == 0 || promised > rule.Days) {
			r = r.With(rule.Kind, promised)
		}
	}
	return r
}

// Fate says what becomes of an order's files by a time. They go when their days are over and the order's page has said so
// for WarningDays.
func (r Retention) Fate(f FilesFacts, now Time) FilesFate {
	r = r.For(f)
	switch {
	case f.Done == 0:
		return FilesFate{Stop: StopNotCompleted}
	case f.Dispute:
		return FilesFate{Stop: StopDispute}
	case f.Unpaid:
		return FilesFate{Stop: StopUnpaid}
	case f.Keep:
		return FilesFate{Stop: StopWish}
	case r.Days(f.Kind) == 0 || r.Since == 0:
		return FilesFate{}
	}
	from := max(f.Done, r.Since)
	due := from.Add(r.Age(f.Kind))
	fate := FilesFate{Warned: f.Warned}
	if due.Add(-Warning) > now || f.Warned < from { // of a time before this
		fate.Warned = 0
	}
	if fate.Warned == 0 && due.Add(-Warning) <= now {
		fate.Warned = now
	}
	fate.Goes = due
	if fate.Warned != 0 {
		fate.Goes = max(due, fate.Warned.Add(Warning))
	}
	fate.Delete = fate.Goes <= now
	return fate
}

// How many files of orders go by age in one night without an admin's word: fewFiles always, manyFiles if they are not more
// than a tenth of all.
const (
	fewFiles  = 50
	manyFiles = 500
)

// DeletionHeld says whether a night that would delete so many of all the files of orders waits for an admin: unusually many,
// and more than one has confirmed.
func DeletionHeld(files, of, confirmed int) bool {
	unusual := files > manyFiles || files > fewFiles && files*10 > of
	return unusual && files > confirmed
}

// DeletedFile is what was a file of an order: its name and hash outlive it.
type DeletedFile struct {
	ID      string
	OrderID string
	ItemID  string
	Kind    string // as an OrderFile's
	Name    string
	SHA256  string
	Bytes   int64
	Deleted Time
	Reason  DeletionReason
}

// DeletionReason is why a file of an order is here no more.
type DeletionReason string

// Reasons.
const (
	DeletedByAge    DeletionReason = "retention" // as the terms say
	DeletedByStaff  DeletionReason = "staff"
	DeletedRefused  DeletionReason = "refused"  // with all of its order, for good
	DeletedReplaced DeletionReason = "replaced" // another model or G-code took its place
	// DeletedTakenBack is of an order that its customer took back: what could be used again went into the cart.
	DeletedTakenBack DeletionReason = "taken_back"
)
