package shop

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// HandoverKind is how copies left the shop.
type HandoverKind string

// Kinds of handovers.
const (
	Collected HandoverKind = "COLLECTED"
	Sent      HandoverKind = "SENT"
)

// Handover is copies that left the shop together: somebody collected them, or they went as one parcel. An order has as many
// as it needs. One that was noted by mistake is undone and keeps its row.
type Handover struct {
	ID             string         `json:"id"`
	OrderID        string         `json:"-"`
	Kind           HandoverKind   `json:"kind" enum:"COLLECTED,SENT"`
	CollectedBy    string         `json:"collected_by,omitempty"`
	Carrier        string         `json:"carrier,omitempty"`
	TrackingNumber string         `json:"tracking_number,omitempty" doc:"Absent where the carrier gave none"`
	UnpaidReason   string         `json:"unpaid_reason,omitempty" doc:"Why it left before it was paid, in an admin's words"`
	Note           string         `json:"note,omitempty"`
	At             Time           `json:"at"`
	UserID         string         `json:"-"`
	By             string         `json:"by" doc:"Who gave it away; empty where nobody wrote it down"`
	Undone         Time           `json:"undone,omitempty" doc:"When it turned out that the copies had not left"`
	UndoneBy       string         `json:"undone_by,omitempty"`
	UndoReason     string         `json:"undo_reason,omitempty"`
	Version        int            `json:"version" doc:"To be named by what is decided on it"`
	ChangedBy      string         `json:"-"`
	Updated        Time           `json:"-"`
	Items          []HandoverItem `json:"items"`
}

// HandoverItem is how many copies of an item a handover holds.
type HandoverItem struct {
	ItemID string `json:"item_id" maxLength:"40"`
	Name   string `json:"name,omitempty" readOnly:"true" doc:"The item's, as it is read"`
	Copies int    `json:"copies" minimum:"1" maximum:"100000"`
}

// ItemCopies is how far the copies of an item are on their way out of the shop. They sum up to what was asked for, unless its
// jobs were cancelled: then nothing of it is here to leave, and nothing is to come.
type ItemCopies struct {
	ItemID string `json:"item_id"`
	Name   string `json:"name"`
	Asked  int    `json:"asked"`
	Wanted int    `json:"-"` // of these, those of jobs that were not cancelled
	Left   int    `json:"left" doc:"Copies that have left the shop"`
	Here   int    `json:"here" doc:"Good copies that have not"`
	Ready  int    `json:"ready" doc:"Of those, the ones that are packed"`
	ToCome int    `json:"to_come" doc:"Copies that are still to be made"`
	Spare  int    `json:"spare" doc:"Good copies of jobs that were cancelled: they are not here to leave, until one of these is back in the queue"`
	Shelf  string `json:"shelf,omitempty" doc:"Where the packed ones lie"`
}

// CopyTally sums up what of an order has left the shop, and what could.
type CopyTally struct {
	Left    int    // copies that have left
	Sent    int    // of those, as parcels
	Here    int    // good copies that have not
	Shelves string // where the packed ones lie: "B3, C1"
}

const (
	longestShelf    = 12
	longestHandover = 120 // of who collected, a carrier, a number
	longestReason   = 500
)

// ShelfCode is a shelf as it is written on it, in capitals. Errors: Invalid without one, or for a long one.
func ShelfCode(text string) (string, error) {
	code := strings.ToUpper(strings.Join(strings.Fields(CleanLine(text)), " "))
	switch {
	case code == "":
		return "", Invalidf("shelf_missing", "shelf", "Enter the shelf it is on, such as B3.")
	case utf8.RuneCountInString(code) > longestShelf:
		return "", Invalidf("shelf_too_long", "shelf", "A shelf code can have at most %d characters.", longestShelf)
	}
	return code, nil
}

// Check puts a handover's words in order and says whether it tells what it has to: who collected it, or who carries it.
// Errors: Invalid.
func (h *Handover) Check() error {
	for _, text := range []*string{&h.CollectedBy, &h.Carrier, &h.TrackingNumber} {
		*text = CleanLine(*text)
	}
	h.UnpaidReason = CleanText(h.UnpaidReason)
	switch h.Kind {
	case Collected:
		h.Carrier, h.TrackingNumber = "", ""
		if h.CollectedBy == "" {
			return Invalidf("collector_missing", "collected_by", "Enter who is collecting it.")
		}
	case Sent:
		h.CollectedBy = ""
		if h.Carrier == "" {
			return Invalidf("carrier_missing", "carrier", "Enter the carrier, such as Australia Post.")
		}
	default:
		return Invalidf("handover_kind_unknown", "kind", "Say whether it is collected or sent.")
	}
	for field, text := range map[string]string{"collected_by": h.CollectedBy, "carrier": h.Carrier, "tracking_number": h.TrackingNumber} {
		if utf8.RuneCountInString(text) > longestHandover {
			return Invalidf("handover_text_too_long", field, "Keep this to %d characters.", longestHandover)
		}
	}
	if utf8.RuneCountInString(h.UnpaidReason) > longestReason {
		return Invalidf("reason_too_long", "unpaid_reason", "A reason can have at most %d characters.", longestReason)
	}
	return nil
}

// Fits says whether what a handover holds is here to leave, and gives its items their names.
// Errors: Invalid without copies, or for an item that is not the order's; Conflict where fewer copies are here.
func (h *Handover) Fits(copies []ItemCopies) error {
	if len(h.Items) == 0 {
		return Invalidf("handover_empty", "items", "Choose what leaves the shop.")
	}
	here := map[string]*ItemCopies{}
	for i := range copies {
		here[copies[i].ItemID] = &copies[i]
	}
	wanted := map[string]int{}
	for i, line := range h.Items {
		it, ok := here[line.ItemID]
		if !ok {
			return Invalidf("item_unknown", "items", "There is no such part in this order.")
		}
		if wanted[line.ItemID] > 0 || line.Copies < 1 {
			return Invalidf("handover_copies_malformed", "items", "Name each part once, with one copy or more.")
		}
		wanted[line.ItemID] = line.Copies
		switch {
		case line.Copies <= it.Here:
		case it.Here == 0:
			return Conflictf("copies_not_here", "There is no copy of %s left to hand over. Only good copies leave the shop, each of them once.", it.Name)
		default:
			return Conflictf("copies_not_here", "Of %s, only %s here to hand over.", it.Name, owedWords(it.Here))
		}
		h.Items[i].Name = it.Name
	}
	return nil
}

// Last says whether nothing of its order is left to go after the handover: none of these copies is here then, or to come.
func (h *Handover) Last(copies []ItemCopies) bool {
	there := 0
	for _, it := range copies {
		there += it.Here + it.ToCome
	}
	return there == h.Copies()
}

// Words say with whom the copies left.
func (h *Handover) Words() string {
	switch {
	case h.Note != "" && h.CollectedBy == "" && h.Carrier == "":
		return h.Note
	case h.Kind == Collected:
		return "collected by " + h.CollectedBy
	case h.TrackingNumber == "":
		return "sent with " + h.Carrier
	}
	return "sent with " + h.Carrier + ", " + h.TrackingNumber
}

// Copies counts what the handover holds.
func (h *Handover) Copies() (n int) {
	for _, line := range h.Items {
		n += line.Copies
	}
	return n
}

// Undo notes that the copies had not left after all, or came back. Errors: Conflict when it was undone before; Invalid without
// a reason.
func (h *Handover) Undo(by, reason string, now Time) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return Invalidf("reason_missing", "reason", "Say why the handover is being undone.")
	}
	h.Undone, h.UndoneBy, h.UndoReason = now, by, reason
	return nil
}

// Correctable says whether the handover still stands. Errors: Conflict.
func (h *Handover) Correctable() error {
	if h.Undone != 0 {
		return Conflictf("handover_undone", "This handover was undone by %s.", h.UndoneBy)
	}
	return nil
}

// carriers are those whose pages find a parcel by its number, by words in their names.
var carriers = []struct{ word, page string }{
	{"australia post", "https://auspost.com.au/mypost/track/details/"},
	{"auspost", "https://auspost.com.au/mypost/track/details/"},
	{"startrack", "https://startrack.com.au/track/details/"},
	{"dhl", "https://www.dhl.com/global-en/home/tracking.html?tracking-id="},
	{"fedex", "https://www.fedex.com/fedextrack/?trknbr="},
	{"ups", "https://www.ups.com/track?tracknum="},
}

// TrackingURL is the carrier's page of the parcel, "" where the carrier is not known here or gave no number.
func (h *Handover) TrackingURL() string {
	name := " " + strings.ToLower(strings.Join(strings.Fields(h.Carrier), " ")) + " "
	for _, c := range carriers {
		if h.TrackingNumber != "" && strings.Contains(name, " "+c.word+" ") {
			return c.page + url.QueryEscape(strings.ReplaceAll(h.TrackingNumber, " ", ""))
		}
	}
	return ""
}

// Leave completes the job: all its copies have left the shop.
func (j *Job) Leave(now Time) { j.State, j.Completed = JobCompleted, now }

// RevivedBy says whether the job, which was cancelled, comes back with items of a handover that is undone: some of it was made.
func (j *Job) RevivedBy(back []HandoverItem) bool {
	return j.State == JobCancelled && j.Done > 0 && slices.ContainsFunc(back, func(line HandoverItem) bool { return line.ItemID == j.ItemID })
}

// UndoNeeds is the permission that undoing the handover takes: where a job that was cancelled comes back with it, and the order costs
// again what was decided without, that which putting the job back takes.
func (h *Handover) UndoNeeds(jobs []Job) Permission {
	for _, j := range jobs {
		if needs := j.RevivalNeeds(); j.RevivedBy(h.Items) && needs.AdminsOnly() {
			return needs
		}
	}
	return HandOver
}

// ComeBack takes the job to where it was before its last copies left, which they had not: the shelf, the packing, or the queue
// where copies are owed.
func (j *Job) ComeBack() {
	j.State, j.Completed = JobPackaging, 0
	switch {
	case j.Owed > 0:
		j.State = JobInQueue
	case j.Shelf != "":
		j.State = JobReadyToCollect
	}
}
