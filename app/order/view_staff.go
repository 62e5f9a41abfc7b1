package order

import (
	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/app/slice"
)

// OrderFilter narrows the list of orders. After is where the page before ended, "" for the first one.
type OrderFilter struct {
	Tab   string // open, review, unpaid, held, paid, done or all
	Query string
	After string
}

// OrderListView is one page of orders and, on the first one, how many there are under each tab.
type OrderListView struct {
	Orders []OrderRowView `json:"orders"`
	Next   string         `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
	Counts map[string]int `json:"counts,omitempty" doc:"Orders under each tab that the search finds; 1001 stands for more than a thousand"`
}

// OrderRowView is an order in a list.
type OrderRowView struct {
	ID            string             `json:"id"`
	Number        string             `json:"number"`
	InvoiceNumber string             `json:"invoice_number,omitempty"`
	Created       shop.Time          `json:"created"`
	Customer      string             `json:"customer"`
	Company       string             `json:"company,omitempty" doc:"Absent where no business ordered"`
	State         shop.OrderState    `json:"state" enum:"OPEN,COMPLETED,CANCELLED,REFUSED"`
	InvoiceID     string             `json:"invoice_id,omitempty" doc:"Absent while nothing is to be paid yet"`
	InvoiceState  shop.InvoiceState  `json:"invoice_state,omitempty" enum:"DRAFT,PENDING,PAID,VOID,WRITTEN_OFF"`
	Status        string             `json:"status" enum:"in_review,awaiting_payment,awaiting_release,stopped,paid,in_queue,in_production,ready_to_collect,ready_to_send,shipped,completed,cancelled,refused,on_hold"`
	Payment       shop.PaymentMethod `json:"payment" enum:"card,transfer,pickup,review,cash,terminal"`
	Total         shop.Cents         `json:"total" doc:"As it was agreed on"`
	Adjusted      shop.Cents         `json:"adjusted" doc:"What of the total is not asked for any more, since parts were cancelled"`
	Balance       shop.Cents         `json:"balance" doc:"What is owed; below zero is a surplus. What was refunded is not owed until staff say so"`
	Refunded      shop.Cents         `json:"refunded" doc:"What was sent back"`
	DueBack       shop.Cents         `json:"due_back" doc:"What is to be sent back, since the order was closed, costs less or was paid too much for"`
	ItemCount     int                `json:"item_count"`
	Copies        int                `json:"copies"`
	ThumbnailURL  string             `json:"thumbnail_url,omitempty" doc:"In a list: the picture of its first part that has one"`
	Ready         *shop.Ready        `json:"ready,omitempty"`
	Released      bool               `json:"released"`
	Hold          string             `json:"hold,omitempty"`
	InReview      bool               `json:"in_review" doc:"It waits for a review, also where it is on hold: it may be refused with others"`
	Shelf         string             `json:"shelf,omitempty" doc:"Where what is ready of it lies: B3, C1"`
	Version       int                `json:"version" doc:"To be named by what is decided on it"`
}

// StaffOrderView is everything staff see of an order: its row in the list, what the customer sees, and what lies
// behind it. Lists are never null.
type StaffOrderView struct {
	OrderRowView
	InvoiceVersion int                      `json:"invoice_version,omitempty" doc:"To be named by a payment that is recorded, and by a handover with one"`
	Email          string                   `json:"email"`
	Phone          string                   `json:"phone"`
	Source         string                   `json:"source" enum:"web,staff"`
	StatusMessage  string                   `json:"status_message" doc:"What the customer reads now"`
	Steps          []StepView               `json:"steps"`
	Contact        shop.Contact             `json:"contact"`
	Delivery       shop.Delivery            `json:"delivery"`
	Note           string                   `json:"note"`
	Items          []StaffItemView          `json:"items"`
	Files          []StaffFileView          `json:"files"`
	DeletedFiles   []DeletedFileView        `json:"deleted_files"`
	Keeping        KeepingView              `json:"keeping"`
	TermsVersion   string                   `json:"terms_version" doc:"The terms that were agreed to"`
	TermsAt        shop.Time                `json:"terms_at" doc:"When they were"`
	Price          *shop.Price              `json:"price,omitempty"`
	Paid           shop.Cents               `json:"paid"`
	Rounding       shop.Cents               `json:"rounding" doc:"What rounding to 5 cents added when cash was taken; it may be below zero"`
	CashDue        shop.Cents               `json:"cash_due" doc:"What pays the balance off in cash"`
	PayMethods     []shop.PaymentMethod     `json:"pay_methods"`
	PaymentComing  bool                     `json:"payment_coming" doc:"The customer has paid, and the bank still decides"`
	Transfer       *TransferView            `json:"transfer,omitempty"`
	PickupAddress  string                   `json:"pickup_address,omitempty"`
	ReviewReasons  []string                 `json:"review_reasons"`
	ShopMessage    string                   `json:"shop_message,omitempty" doc:"What the shop told the customer: why a price changed or an order was refused"`
	Payments       []billing.PaymentRowView `json:"payments"`
	RefundRows     []RefundRowView          `json:"refunds" doc:"What was sent back of payments that count; of the others, their own rows say it"`
	Held           shop.Cents               `json:"held" doc:"Of the payments that count, what was not sent back, and no cardholder’s bank took or may take: cancelling the order makes it due back"`
	Disputed       shop.Cents               `json:"disputed" doc:"Of the payments that count, what a cardholder disputes now: their bank decides, and until then nothing of it can be sent back"`
	Undecided      shop.Cents               `json:"undecided" doc:"Of the payments that count, what a cardholder's bank took for good and nobody decided about: the customer is asked for it again, or the shop carries the loss"`
	AskedAgain     shop.Cents               `json:"asked_again" doc:"What a cardholder's bank took and the customer is to pay again: it is not in what was paid"`
	Disputes       []billing.DisputeView    `json:"disputes" doc:"What cardholders disputed of the payments that count, the first one first"`
	OpenRefunds    shop.Cents               `json:"open_refunds" doc:"What was refunded and of which nobody has said yet what it means: the order costs less, or it is owed again"`
	Missing        shop.Cents               `json:"missing" doc:"What of its money was refunded or is disputed while the order counts as paid: until that is answered it leaves only by an admin's reason"`
	OwedAgain      shop.Cents               `json:"owed_again" doc:"Of the refunds, what the customer is to pay again; it is in the balance"`
	RefundsDue     []billing.RefundDueView  `json:"refunds_due" doc:"What is to be sent back, or was, since the order was closed, costs less or was paid too much for"`
	Replaces       *OrderRefView            `json:"replaces,omitempty" doc:"The order that its customer changed into this one"`
	ReplacedBy     *OrderRefView            `json:"replaced_by,omitempty" doc:"The order that its customer changed this one into"`
	Activity       []ActivityView           `json:"activity" doc:"What happened to it, its first page, the latest first"`
	ActivityNext   string                   `json:"activity_next,omitempty" doc:"Where the page after it begins; absent where this is all"`
	Jobs           []shop.Job               `json:"jobs"`
	Printers       []job.PrinterView        `json:"printers"`
	Handovers      []HandoverView           `json:"handovers" doc:"What has left the shop, the first one first; undone ones, too"`
	Copies         []shop.ItemCopies        `json:"copies" doc:"How far each item is on its way out of the shop"`
	Links          []OrderLinkView          `json:"links" doc:"The customer's links that work, the newest first"`
	MaxLinks       int                      `json:"max_links" doc:"So many work at a time: for one more, one of them is to be ended first"`
	Actions        []string                 `json:"actions" enum:"release,mark_paid,approve,change_message,refuse,refuse_and_delete,cancel,delete,delete_file,pay_link,lift_hold,cancel_rest,hand_over,requeue,answer_refund,answer_dispute,send_back,write_off,undo_write_off" doc:"What may be done now"`
	Next           string                   `json:"next,omitempty" enum:"release,mark_paid,approve,change_message,refuse,refuse_and_delete,cancel,delete,delete_file,pay_link,lift_hold,cancel_rest,hand_over,requeue,answer_refund,answer_dispute,send_back,write_off,undo_write_off" doc:"Of those, the one that brings the order on; absent where it waits for nobody who asks"`
	SameModels     []SameModelView          `json:"same_models" doc:"The other open orders with a model of this one: they are put on hold where it is refused with its files"`
	HeldForModel   bool                     `json:"held_for_model" doc:"It is on hold since another order was refused with a model of it"`
	Repriceable    bool                     `json:"repriceable" doc:"Its price may still become another: it is in review, or nothing was issued and paid"`
	TaxTotal       shop.Cents               `json:"tax_total"`
	AskedTax       shop.Cents               `json:"asked_tax" doc:"The tax within what is asked for now; another than tax_total once the order costs less"`
	Adjustments    []shop.Adjustment        `json:"adjustments" doc:"What its invoice was lowered by, the first one first"`
	WriteOff       *shop.WriteOff           `json:"write_off,omitempty" doc:"Why what was owed is not asked for any more; absent where it is"`
	GivenUp        shop.Cents               `json:"given_up" doc:"What of its invoice was written off: what the payments leave of it"`
	RestCosts      *shop.Cents              `json:"rest_costs,omitempty" doc:"What the order costs once its rest is cancelled: the copies that left, and the delivery. Absent where there is no rest to cancel"`
	HandoverCosts  *shop.Cents              `json:"handover_costs,omitempty" doc:"What the order costs without what was cancelled of it: whoever takes money for it as copies leave, or lets the last of it leave, says what it costs now. Absent where its price stands"`

	UndoneWriteOffs []shop.WriteOff `json:"undone_write_offs" doc:"What was written off of its invoice and is asked for again, the first one first"`
}

// OrderRefView leads to another order.
type OrderRefView struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

// StaffItemView is a printed line with its slice and what was found.
type StaffItemView struct {
	OrderItemView
	Choices       shop.Choices        `json:"choices" doc:"By their ids, to slice another model on"`
	Elsewhere     bool                `json:"elsewhere" doc:"It has no slice and no G-code: it is made without one of our printers, or by hand"`
	Remakable     bool                `json:"remakable" doc:"A model may be put in its place now, or G-code attached"`
	FilesGone     bool                `json:"files_gone" doc:"It may, since its model or G-code was deleted and it is still to be printed"`
	ModelRefused  bool                `json:"model_refused" doc:"The order waits since another one was refused with its model"`
	Seconds       float64             `json:"seconds,omitempty" doc:"Of all runs of its plates, as are the grams"`
	Grams         float64             `json:"grams,omitempty"`
	SupportGrams  float64             `json:"support_grams,omitempty"`
	Engine        string              `json:"engine,omitempty"`
	GCodeSHA256   string              `json:"gcode_sha256,omitempty"`
	MayLeaveOut   bool                `json:"may_leave_out" doc:"It may be left out of the order now, by whoever asks"`
	MayPutBack    bool                `json:"may_put_back" doc:"It was left out, and may be put back now, by whoever asks"`
	CostsWithout  *shop.Cents         `json:"costs_without,omitempty" doc:"What the order costs once it is left out; absent where it may not be, and where a review still sets the price"`
	ReviewReasons []string            `json:"review_reasons"`
	Findings      []slice.FindingView `json:"findings"`
	Warnings      []string            `json:"warnings"`
}

// StaffFileView is a file of an order with its hash.
type StaffFileView struct {
	OrderFileView
	SHA256  string `json:"sha256"`
	ItemID  string `json:"item_id,omitempty"`
	PlateID string `json:"plate_id,omitempty" doc:"Of G-code and settings"`
}

// OrderLinkView is a link by which a customer sees the order. The link itself is nowhere but with who has it.
type OrderLinkView struct {
	ID      string    `json:"id"`
	Version int       `json:"version" doc:"To be named by what ends it"`
	Created shop.Time `json:"created"`
	Expires shop.Time `json:"expires"`
}

// MadeLinkView is a link for the customer that was made just now, and its id among the order's links.
type MadeLinkView struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// RefundRowView is money sent back of a payment that counts.
type RefundRowView struct {
	Amount shop.Cents `json:"amount"`
	At     shop.Time  `json:"at"`
	Reason string     `json:"reason"`
	By     string     `json:"by,omitempty" doc:"Who noted it; absent for what Stripe says"`
	Method string     `json:"method" doc:"How it had been paid"`
	Noted  bool       `json:"noted" doc:"Staff noted it: it need not have gone back the way that it was paid"`
}

// ApproveRequest ends a review. A total set by hand needs a reason for the log; Message is for the customer, and says how to pay
// what is sent and cannot be paid online.
type ApproveRequest struct {
	Version       int         `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	AdjustedTotal *shop.Cents `json:"adjusted_total,omitempty" minimum:"0"`
	Reason        string      `json:"reason,omitempty" maxLength:"500"`
	Message       string      `json:"message,omitempty" text:"lines" maxLength:"1000"`
}

// MessageRequest is what the customer is to read from the shop, in the place of what they read now; empty: nothing.
type MessageRequest struct {
	Version int    `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	Message string `json:"message" text:"lines" maxLength:"1000"`
}

// KeepFilesRequest keeps an order's models, or lets them go as the terms say.
type KeepFilesRequest struct {
	Version int  `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	Keep    bool `json:"keep"`
}

// ReplaceModelRequest puts a part of the asking browser's cart in the place of an item.
type ReplaceModelRequest struct {
	Version int                `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	PartID  string             `json:"part_id" maxLength:"64" doc:"A part that was sliced on these choices"`
	Choices *shop.PrintChoices `json:"choices,omitempty" doc:"How the item is printed from now on; absent: as it was ordered"`
	Reason  string             `json:"reason,omitempty" text:"lines" maxLength:"500" doc:"Why it is printed with other choices than were made before: the customer reads it"`
	Reprice bool               `json:"reprice,omitempty" doc:"Work out the price of an order anew that may be paid already: it goes back into review"`
}

// AttachGCodeRequest gives an item G-code that is in the asking browser's cart. What is absent is read from the file.
type AttachGCodeRequest struct {
	Version int      `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	PartID  string   `json:"part_id" maxLength:"64" doc:"The file as it was uploaded"`
	Minutes *float64 `json:"minutes,omitempty" minimum:"0.1" maximum:"50000" doc:"Of one copy"`
	Grams   *float64 `json:"grams,omitempty" minimum:"0.01" maximum:"50000" doc:"Of one copy"`
}

// HandOverRequest says which copies leave the shop, and with whom. Method says how what is owed is paid now; an admin may give
// a reason instead.
type HandOverRequest struct {
	Version        int                 `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	InvoiceVersion int                 `json:"invoice_version,omitempty" minimum:"0" doc:"The invoice's version that what is owed was read from; needed where money is taken, or left"`
	Kind           shop.HandoverKind   `json:"kind" enum:"COLLECTED,SENT"`
	CollectedBy    string              `json:"collected_by,omitempty" maxLength:"120" doc:"Needed where it is collected"`
	Carrier        string              `json:"carrier,omitempty" maxLength:"120" doc:"Needed where it is sent"`
	TrackingNumber string              `json:"tracking_number,omitempty" maxLength:"120"`
	Items          []shop.HandoverItem `json:"items" minItems:"1" maxItems:"1000"`
	Method         shop.PaymentMethod  `json:"method,omitempty" enum:"cash,terminal,transfer" doc:"Needed where something is owed"`
	Reference      string              `json:"reference,omitempty" maxLength:"200"`
	UnpaidReason   string              `json:"unpaid_reason,omitempty" text:"lines" maxLength:"500" doc:"Why it leaves before it is paid: an admin's to give"`
	Costs          *shop.Cents         `json:"costs,omitempty" minimum:"0" doc:"What the order costs from now on; needed where the last of it leaves and the order has handover_costs"`
	CostsReason    string              `json:"costs_reason,omitempty" maxLength:"500" doc:"Needed where it is another amount than those"`
}

// CancelRestRequest cancels what is left of an order. Reason is for the customer; what the order costs then is worked out, unless it
// is another amount, with a reason.
type CancelRestRequest struct {
	Version     int         `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	Reason      string      `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	Costs       *shop.Cents `json:"costs,omitempty" minimum:"0" doc:"What the order costs from now on; absent: what the copies that left cost, with the delivery"`
	CostsReason string      `json:"costs_reason,omitempty" maxLength:"500" doc:"Needed where it is another amount than that"`
}

// LeaveOutRequest leaves an item out of its order. Reason is for the customer; what the order costs then is worked out, unless it is
// another amount, with a reason.
type LeaveOutRequest struct {
	Version     int         `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	Reason      string      `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	Costs       *shop.Cents `json:"costs,omitempty" minimum:"0" doc:"What the order costs from now on; absent: costs_without of the item. A review sets the price itself"`
	CostsReason string      `json:"costs_reason,omitempty" maxLength:"500" doc:"Needed where it is another amount than that"`
}

// HandoverView is a handover as staff see it.
type HandoverView struct {
	shop.Handover
	TrackingURL string     `json:"tracking_url,omitempty" doc:"The carrier's page of the parcel, where it is known"`
	Lowered     shop.Cents `json:"lowered" doc:"What the order costs again once this handover is undone: what it was lowered by at it, or all that it was, where a cancelled job comes back with it; nothing where its price was agreed on anew since"`
	Undoable    bool       `json:"undoable" doc:"It stands, and the reader may undo it: an admin, where a cancelled job comes back with it and costs again"`
}

// HandoverCorrection is who collected, or the carrier and the number, as they should have been written down.
type HandoverCorrection struct {
	Version        int    `json:"version" minimum:"1" doc:"The handover's version that this was decided on"`
	CollectedBy    string `json:"collected_by,omitempty" maxLength:"120"`
	Carrier        string `json:"carrier,omitempty" maxLength:"120"`
	TrackingNumber string `json:"tracking_number,omitempty" maxLength:"120"`
	Reason         string `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
}
