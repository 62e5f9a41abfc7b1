package shop

import "encoding/json"

// PartState is how far a part in a cart is, as it is stored.
type PartState string

// Part states. Inspecting and queued pass by themselves; the others wait for the customer or for a person. Whether a
// queued part is being sliced just now only the queue knows.
const (
	PartInspecting PartState = "inspecting"
	PartNeedsUnits PartState = "needs_units"
	PartQueued     PartState = "queued"
	PartSliced     PartState = "sliced"
	PartFailed     PartState = "failed"
	PartReview     PartState = "review"
)

// Kinds of parts: a model that can be sliced, or a file that a person has to review.
const (
	KindModel      = "model"
	KindReviewFile = "review_file"
)

// Cart is what a visitor has uploaded and not yet ordered.
type Cart struct {
	ID      string
	Version int64
	Order   string // the id of the order it became, if it was ordered
	Address string // where it was begun from; "" where that is not known
	UserID  string // the member of staff who works on it, if one does: its parts go first
	Created Time
	Seen    Time

	Replaces string // the id of the order whose parts came back into it; "" for none
}

// Part is a file in a cart with the choices made for it.
type Part struct {
	ID           string
	CartID       string
	UploadID     string
	Name         string
	Kind         string
	State        PartState
	Message      string // what is wrong and what to do
	RawBlob      string
	Bytes        int64
	MeshBlob     string
	MeshHash     string
	Inspection   json.RawMessage
	Choices      Choices
	Chosen       int64 // the version of its cart that they last changed in; 0: nobody has changed them
	ChosenAt     Time
	PrintChosen  bool // somebody chose how it is printed: it has not the usual settings alone
	UnitAnswered bool
	PrintAnyway  bool   // its customer wants it printed though its surface is not closed
	Pose         Pose   // how it lies
	SliceKey     string // of one copy; "" until it is known what it is sliced with
	ClassID      string // of the machines it is sliced for; "" until then
	Laid         bool   // its copies lie on plates; until then one is as good as the other
	Most         int    // copies that may lie on a plate, where fewer have to than fit; 0 for all that do
	Refused      bool   // its file, or the model in it, was refused for good: it counts for nothing, and is not ordered
	Created      Time
}

// SameLayout says whether a queued part's copies would be laid out as those of the part as it was read before.
func (p Part) SameLayout(was Part) bool {
	return p.State == PartQueued && !p.Laid && p.Choices == was.Choices && p.Pose == was.Pose && p.SliceKey == was.SliceKey && p.MeshBlob == was.MeshBlob && p.Most == was.Most
}
