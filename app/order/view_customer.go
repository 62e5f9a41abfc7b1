package order

import (
	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/app/slice"
)

// CustomerOrderView is what a customer sees behind the link of an order. Lists are never null.
type CustomerOrderView struct {
	Number        string                 `json:"number"`
	InvoiceNumber string                 `json:"invoice_number,omitempty"`
	VoidInvoice   string                 `json:"void_invoice_number,omitempty" doc:"The number of an invoice that was paid, and is void since the order was closed"`
	Created       shop.Time              `json:"created"`
	Status        string                 `json:"status" enum:"in_review,awaiting_payment,awaiting_release,stopped,paid,in_queue,in_production,ready_to_collect,ready_to_send,shipped,completed,cancelled,refused,on_hold"`
	StatusMessage string                 `json:"status_message" doc:"What happens next, in one line"`
	Steps         []StepView             `json:"steps"`
	Ready         *shop.Ready            `json:"ready,omitempty"`
	Editable      bool                   `json:"editable" doc:"It can be taken back into a cart, to change it"`
	TakenBack     bool                   `json:"taken_back" doc:"It was"`
	Replaces      string                 `json:"replaces,omitempty" doc:"The number of the order that was changed into this one"`
	ReplacedBy    string                 `json:"replaced_by,omitempty" doc:"The number of the order that this one was changed into"`
	Contact       shop.Contact           `json:"contact"`
	Delivery      shop.Delivery          `json:"delivery"`
	Note          string                 `json:"note"`
	Items         []OrderItemView        `json:"items"`
	Files         []OrderFileView        `json:"files"`
	DeletedFiles  []DeletedFileView      `json:"deleted_files" doc:"What the customer sent and is here no more"`
	Keeping       KeepingView            `json:"keeping"`
	TermsVersion  string                 `json:"terms_version" doc:"The terms that were agreed to"`
	TermsAt       shop.Time              `json:"terms_at" doc:"When they were"`
	Price         *shop.Price            `json:"price,omitempty" doc:"Absent while a person still has to set it"`
	Adjusted      shop.Cents             `json:"adjusted" doc:"What of the price is not asked for any more, since parts were cancelled"`
	GivenUp       shop.Cents             `json:"given_up" doc:"What of the price was not paid, and is not asked for any more"`
	AskedTax      shop.Cents             `json:"asked_tax" doc:"The tax within what is asked for now"`
	Paid          shop.Cents             `json:"paid"`
	Rounding      shop.Cents             `json:"rounding" doc:"What rounding to 5 cents added when cash was taken; it may be below zero"`
	Balance       shop.Cents             `json:"balance" doc:"What the customer owes; what was refunded is not owed"`
	Refunds       []CustomerRefundView   `json:"refunds" doc:"What was sent back of the payments"`
	DueBack       shop.Cents             `json:"due_back" doc:"What the shop will send back, since the order was closed, costs less or was paid too much for"`
	Surplus       shop.Cents             `json:"surplus" doc:"What came when nothing was owed any more: it does not count, and goes back"`
	Handovers     []CustomerHandoverView `json:"handovers" doc:"What was collected or sent, the first one first"`
	Shelf         string                 `json:"shelf,omitempty" doc:"What to say at the counter, where something is ready to collect"`
	Payment       shop.PaymentMethod     `json:"payment" enum:"card,transfer,pickup,review,cash,terminal"`
	PayMethods    []shop.PaymentMethod   `json:"pay_methods" doc:"What may be used to pay now; empty when nothing is due"`
	PayNote       string                 `json:"pay_note,omitempty" doc:"What becomes of what is owed and cannot be paid here, or of what was paid too much"`
	PayReason     string                 `json:"pay_reason,omitempty" doc:"Why something is to be paid again that was paid already"`
	PaymentComing bool                   `json:"payment_coming" doc:"The customer has paid, and the bank still decides"`
	Transfer      *TransferView          `json:"transfer,omitempty"`
	PickupAddress string                 `json:"pickup_address,omitempty"`
	ReviewReasons []string               `json:"review_reasons"`
	ShopMessage   string                 `json:"shop_message,omitempty" doc:"The shop's words: why a price changed or an order was refused"`
}

// CustomerRefundView is money that was sent back.
type CustomerRefundView struct {
	Amount shop.Cents `json:"amount"`
	At     shop.Time  `json:"at"`
	Method string     `json:"method" doc:"How it had been paid"`
	Noted  bool       `json:"noted" doc:"The shop sent it back itself, as the reference says, and not the way that it was paid"`

	Reference string `json:"reference,omitempty" doc:"How the shop sent it back, in its words"`
}

// CustomerHandoverView is copies that were collected, or sent as a parcel.
type CustomerHandoverView struct {
	Kind           shop.HandoverKind   `json:"kind" enum:"COLLECTED,SENT"`
	At             shop.Time           `json:"at"`
	CollectedBy    string              `json:"collected_by,omitempty"`
	Carrier        string              `json:"carrier,omitempty"`
	TrackingNumber string              `json:"tracking_number,omitempty"`
	TrackingURL    string              `json:"tracking_url,omitempty" doc:"The carrier's page of the parcel, where it is known"`
	Items          []shop.HandoverItem `json:"items"`
}

// StepView is one stop on an order's way.
type StepView struct {
	Key     string    `json:"key"`
	Label   string    `json:"label"`
	Done    bool      `json:"done"`
	Current bool      `json:"current"`
	At      shop.Time `json:"at,omitempty"`
}

// OrderItemView is a printed line of an order, with the names its choices had when it was made.
type OrderItemView struct {
	ID          string                   `json:"id"`
	Name        string                   `json:"name"`
	Link        string                   `json:"link,omitempty" doc:"What the customer gave in the place of a file"`
	Copies      int                      `json:"copies"`
	Material    string                   `json:"material"`
	Colour      string                   `json:"colour"`
	ColourHex   string                   `json:"colour_hex"`
	Quality     string                   `json:"quality"`
	Infill      int                      `json:"infill"`
	Supports    shop.Supports            `json:"supports" enum:"auto,on,off"`
	Instead     *InsteadOfView           `json:"instead,omitempty" doc:"Absent where it is printed as it was ordered"`
	PrintAnyway bool                     `json:"print_anyway,omitempty" doc:"Its customer wanted it printed though its surface is not closed"`
	MadeFrom    string                   `json:"made_from,omitempty" doc:"What staff called the model that they put in the place of what was sent; absent where none was, or it has the part's own name"`
	Converted   *slice.Conversion        `json:"converted,omitempty" doc:"How the model was made of a STEP file; absent for a file that is a mesh itself"`
	SizeMM      *[3]float64              `json:"size_mm,omitempty"`
	Price       *shop.PartPrice          `json:"price,omitempty"`
	LeftOut     string                   `json:"left_out,omitempty" doc:"Why it is not made, though it was ordered; absent where it is"`
	JobState    shop.JobState            `json:"job_state,omitempty"`
	Made        int                      `json:"made" doc:"Good copies so far"`
	Again       int                      `json:"again" doc:"Copies that did not come out well and are still to be made again"`
	Left        int                      `json:"left" doc:"Copies that were collected or sent"`
	Ready       int                      `json:"ready" doc:"Copies that are packed and have not left"`
	ToCome      int                      `json:"to_come" doc:"Copies that are still being made"`
	MeshURL     string                   `json:"mesh_url,omitempty" doc:"Binary STL in mm, Z up, as its file has it"`
	LayersURL   string                   `json:"layers_url,omitempty" doc:"What the G-code of its first plate extrudes, layer by layer"`
	Plates      []ItemPlateView          `json:"plates" doc:"What it is made on, once that is known"`
	Machine     catalog.PrinterClassView `json:"machine" doc:"The machine that it is made on, whose bed it lies on"`
	Pose        *shop.Pose               `json:"pose,omitempty" doc:"How the model is turned from how its mesh has it; absent: not at all"`

	ThumbnailURL string `json:"thumbnail_url,omitempty" doc:"A picture of the model as it lies, grey on nothing: a PNG of 256 x 256 pixels. Absent where there is none, or not yet"`
}

// ItemPlateView is copies of a line that are made in one run, or in several alike.
type ItemPlateView struct {
	Number       int             `json:"number" doc:"Plates are numbered through the order"`
	Runs         int             `json:"runs"`
	Copies       int             `json:"copies" doc:"In one run"`
	Laid         bool            `json:"laid" doc:"Its G-code has all copies of a run; else it is one copy's, to be run for each"`
	Seconds      float64         `json:"seconds" doc:"Of one run"`
	Grams        float64         `json:"grams,omitempty" doc:"Of one run; for staff"`
	SupportGrams float64         `json:"support_grams,omitempty" doc:"Of one run; for staff"`
	Layers       int             `json:"layers"`
	LayersURL    string          `json:"layers_url,omitempty"`
	GCodeSHA256  string          `json:"gcode_sha256" doc:"Of its G-code as it is downloaded"`
	GCodeFileID  string          `json:"gcode_file_id,omitempty" doc:"For staff; absent once it was deleted"`
	Placements   []PlacementView `json:"placements,omitempty" doc:"For staff: where each copy lies"`
}

// PlacementView is where a copy lies on its plate: the middle of its box, and how far it is turned from its pose.
type PlacementView struct {
	X    float64 `json:"x_mm"`
	Y    float64 `json:"y_mm"`
	Turn int     `json:"turn_deg"`
}

// InsteadOfView is how a printed line was ordered, how it is printed instead, and why.
type InsteadOfView struct {
	Ordered string `json:"ordered"`
	Printed string `json:"printed"`
	Reason  string `json:"reason"`
}

// OrderFileView is a file of an order that can be fetched by a link.
type OrderFileView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Kind  string `json:"kind" doc:"model or review_file; staff also see gcode and settings"`
	Link  string `json:"link,omitempty" doc:"What the customer gave in the place of a file, which this is the text of"`

	ThumbnailURL string `json:"thumbnail_url,omitempty" doc:"A picture of the part that it is the model of"`
}

// DeletedFileView is what was a file of an order.
type DeletedFileView struct {
	ID      string              `json:"id"`
	Name    string              `json:"name"`
	Bytes   int64               `json:"bytes"`
	Kind    string              `json:"kind"`
	Link    string              `json:"link,omitempty" doc:"What the customer gave in the place of a file, which this was the text of"`
	SHA256  string              `json:"sha256"`
	Deleted shop.Time           `json:"deleted"`
	Reason  shop.DeletionReason `json:"reason" doc:"retention: as the terms say; staff: one by one; refused: with all of its order; replaced: another took its place; taken_back: its customer took the order back into the cart"`
}

// KeepingView says how long an order's models and G-code stay.
type KeepingView struct {
	Keep    bool               `json:"keep" doc:"The customer or staff asked to keep them"`
	MayKeep bool               `json:"may_keep" doc:"Whether that may be said, or taken back, now"`
	Goes    shop.Time          `json:"goes,omitempty" doc:"After when they are deleted; absent while they stay"`
	Warn    bool               `json:"warn" doc:"They go within 14 days"`
	Stop    shop.RetentionStop `json:"stop,omitempty" enum:"not_completed,open_dispute,unpaid,wish" doc:"Why they stay"`
	Days    int                `json:"days" doc:"How long they are kept once the order is done; 0: until the customer asks for deletion"`
}

// TransferView says where to send the money, line by line, and what to write on it.
type TransferView struct {
	Lines     []string `json:"lines"`
	Reference string   `json:"reference"`
}

// TakenBackView says what of an order that was taken back did not come with it.
type TakenBackView struct {
	LeftOut []string `json:"left_out" doc:"Why each of those parts did not, in a sentence"`
}

// PayView is the order after a way to pay was chosen; PayURL is where a card is taken.
type PayView struct {
	PayURL string            `json:"pay_url,omitempty"`
	Order  CustomerOrderView `json:"order"`
}

// ReturnView tells a customer who comes back from the card page how the payment stands.
type ReturnView struct {
	State       string `json:"state" enum:"paid,open,expired,processing"`
	OrderNumber string `json:"order_number,omitempty" doc:"Absent where an invoice was paid that is for no order"`
	OrderStatus string `json:"order_status,omitempty" enum:"in_review,awaiting_payment,awaiting_release,stopped,paid,in_queue,in_production,ready_to_collect,ready_to_send,shipped,completed,cancelled,refused,on_hold" doc:"How far that order is"`
	OrderURL    string `json:"order_url,omitempty" doc:"Only for the browser that ordered"`
}
