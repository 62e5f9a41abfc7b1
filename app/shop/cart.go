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
	Order   string // the id of the invoice it became, if it was ordered
	Created Time
	Seen    Time
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
	UnitAnswered bool
	SliceKey     string
	Created      Time
}

// Slice is a result of slicing, kept by its cache key: what a price rests on, and the G-code that will be printed.
type Slice struct {
	Key       string
	Failed    bool
	Facts     SliceFacts
	GCodeBlob string
	Created   Time
}

// SliceFacts is what a slice found for one copy of a part. For a failure only Code and Message are set.
type SliceFacts struct {
	Seconds       float64  `json:"seconds"`
	Grams         float64  `json:"grams"`         // of the model
	SupportGrams  float64  `json:"support_grams"` // of its supports
	FilamentMM    float64  `json:"filament_mm"`
	Layers        int      `json:"layers"`
	Engine        string   `json:"engine"`
	EngineVersion string   `json:"engine_version"`
	GCodeSHA256   string   `json:"gcode_sha256"`
	GCodeBytes    int64    `json:"gcode_bytes"`
	SupportsUsed  bool     `json:"supports_used"`
	Generic       bool     `json:"generic_profile"`
	Warnings      []string `json:"warnings,omitempty"`
	Code          string   `json:"code,omitempty"`
	Message       string   `json:"sentence,omitempty"`
}

// OrderFile is a file that belongs to an order.
type OrderFile struct {
	ID        string
	ClientID  string
	InvoiceID string
	ItemID    string
	Kind      string // model, mesh, gcode, settings, review_file
	Name      string
	BlobID    string
	SHA256    string
	Bytes     int64
	Created   Time
}
