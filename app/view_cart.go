package app

import (
	"io"

	"buildplate/app/shop"
)

// CartView is what a visitor has uploaded, with its prices. Lists are never null.
type CartView struct {
	Parts         []PartView   `json:"parts"`
	Price         *shop.Price  `json:"price,omitempty" doc:"Absent for an empty cart"`
	Ready         *shop.Ready  `json:"ready,omitempty"`
	CanPay        bool         `json:"can_pay" doc:"Every part is sliced, sound and within the shop's limits"`
	Busy          bool         `json:"busy" doc:"Something is being inspected or sliced"`
	ReviewReasons []string     `json:"review_reasons"`
	Order         *OrderedView `json:"order,omitempty" doc:"Set once this cart was ordered"`
	Version       int64        `json:"version" doc:"Grows with every change"`
}

// OrderedView leads from a cart to the order it became.
type OrderedView struct {
	Number string `json:"number"`
	URL    string `json:"url"`
}

// ShownState is a part's state as its page tells it: the stored one, or that its slice has begun.
type ShownState string

// ShownSlicing is a queued part whose slice has begun.
const ShownSlicing ShownState = "slicing"

// PartView is one file of a cart: how far it is, what was chosen for it, what it costs.
type PartView struct {
	ID            string            `json:"id"`
	Name          string            `json:"name"`
	Bytes         int64             `json:"bytes"`
	Kind          string            `json:"kind" enum:"model,review_file"`
	State         ShownState        `json:"state" enum:"inspecting,needs_units,queued,slicing,sliced,failed,review"`
	Sentence      string            `json:"sentence,omitempty" doc:"What is wrong and what to do"`
	Choices       shop.Choices      `json:"choices"`
	UnitAnswered  bool              `json:"unit_answered"`
	UnitQuestion  *UnitQuestionView `json:"unit_question,omitempty"`
	Inspection    *InspectionView   `json:"inspection,omitempty"`
	Fits          bool              `json:"fits"`
	FitSentence   string            `json:"fit_sentence,omitempty"`
	MeshURL       string            `json:"mesh_url,omitempty" doc:"Binary STL in mm, Z up, centred on the bed's middle, standing on z = 0"`
	Progress      *float64          `json:"progress,omitempty" doc:"0 to 1 while slicing"`
	QueuePosition int               `json:"queue_position,omitempty" doc:"1 is next"`
	Price         *shop.PartPrice   `json:"price,omitempty"`
	Result        *SliceView        `json:"result,omitempty"`
	ReviewReasons []string          `json:"review_reasons"`
	FromCache     bool              `json:"from_cache,omitempty"`
}

// UnitQuestionView asks in which unit a file was drawn; the answer is a change of the part's unit.
type UnitQuestionView struct {
	Options []UnitOptionView `json:"options"`
}

// UnitOptionView says how large the part would be in one unit.
type UnitOptionView struct {
	Unit      shop.Unit  `json:"unit" enum:"mm,inch,m"`
	SizeMM    [3]float64 `json:"size_mm"`
	LongestMM float64    `json:"longest_mm"`
	Sentence  string     `json:"sentence"`
}

// InspectionView is what was found by looking at a mesh.
type InspectionView struct {
	SizeMM      [3]float64    `json:"size_mm"`
	VolumeMM3   float64       `json:"volume_mm3"`
	AreaMM2     float64       `json:"area_mm2"`
	Triangles   int           `json:"triangles"`
	Bodies      int           `json:"bodies"`
	Watertight  bool          `json:"watertight"`
	OverhangMM2 float64       `json:"overhang_mm2"`
	Findings    []FindingView `json:"findings"`
}

// FindingView is one thing worth telling about a mesh.
type FindingView struct {
	Code     string `json:"code"`
	Severity string `json:"severity" enum:"info,warning,problem"`
	Sentence string `json:"sentence"`
}

// SliceView is what slicing one copy of a part found. Grams are shown only if the shop shows its rates.
type SliceView struct {
	Seconds      float64  `json:"seconds"`
	Layers       int      `json:"layers"`
	Grams        *float64 `json:"grams,omitempty"`
	SupportGrams *float64 `json:"support_grams,omitempty"`
	SupportsUsed bool     `json:"supports_used"`
	Engine       string   `json:"engine"`
}

// UploadView is how far an upload is: bytes promised, bytes safely kept, and when it is given up (unix ms).
type UploadView struct {
	Length  int64
	Offset  int64
	Expires shop.Time
}

// MeshFile is a model as binary STL. Whoever gets it closes Reader.
type MeshFile struct {
	Reader io.ReadSeekCloser
	Size   int64
	ETag   string // the content's hash, without quotes
}

// Download is a file behind a signed link. Whoever gets it closes Reader. Name is the customer's: data, never a path.
type Download struct {
	Reader io.ReadSeekCloser
	Size   int64
	Name   string
}

// PriceView is a cart's price for one way of delivery, and how it may be paid.
type PriceView struct {
	Price          shop.Price           `json:"price"`
	Ready          shop.Ready           `json:"ready"`
	CanPay         bool                 `json:"can_pay"`
	ReviewReasons  []string             `json:"review_reasons"`
	PaymentMethods []shop.PaymentMethod `json:"payment_methods" enum:"card,transfer,pickup"`
}

// CheckoutRequest turns a cart into an order. ExpectedTotal is the total the customer saw, 0 for a review.
type CheckoutRequest struct {
	Contact       shop.Contact       `json:"contact"`
	Delivery      shop.Delivery      `json:"delivery"`
	Note          string             `json:"note,omitempty" maxLength:"2000"`
	TermsVersion  string             `json:"terms_version" maxLength:"40"`
	TermsAccepted bool               `json:"terms_accepted"`
	Payment       shop.PaymentMethod `json:"payment" enum:"card,transfer,pickup,review"`
	ExpectedTotal shop.Cents         `json:"expected_total" minimum:"0"`
}

// CheckoutView is the order a checkout made, or had made before.
type CheckoutView struct {
	OrderNumber string `json:"order_number"`
	OrderURL    string `json:"order_url"`
	PayURL      string `json:"pay_url,omitempty" doc:"Where to pay by card"`
}

// TotalMoved refuses a checkout whose total is another than the customer saw; Price is the one that holds now.
type TotalMoved struct{ Price shop.Price }

func (e *TotalMoved) Error() string {
	return "The price has changed to " + e.Price.Total.In(e.Price.Currency) + " meanwhile. Please look at it and confirm again."
}
