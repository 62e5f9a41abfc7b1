package billing

import (
	"cmp"
	"context"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// InvoiceView is an invoice with its lines and its payments. Lists are never null.
type InvoiceView struct {
	ID          string             `json:"id"`
	Number      string             `json:"number,omitempty" doc:"Absent on a draft"`
	OrderID     string             `json:"order_id,omitempty"`
	OrderNumber string             `json:"order_number,omitempty"`
	State       shop.InvoiceState  `json:"state" enum:"DRAFT,PENDING,PAID,VOID,WRITTEN_OFF"`
	PONumber    string             `json:"po_number,omitempty" doc:"Of the purchase order of the business that pays it"`
	Currency    string             `json:"currency"`
	Lines       []shop.InvoiceLine `json:"lines"`
	Payments    []PaymentRowView   `json:"payments"`
	Tax         shop.Tax           `json:"tax"`
	TaxTotal    shop.Cents         `json:"tax_total" doc:"Within the lines, or added to them, by the tax's mode"`
	Total       shop.Cents         `json:"total" doc:"As it was issued"`
	Adjusted    shop.Cents         `json:"adjusted" doc:"What of the total is not asked for any more, since parts were cancelled"`
	AskedTax    shop.Cents         `json:"asked_tax" doc:"The tax within what is asked for now; another than tax_total once it was lowered"`
	Paid        shop.Cents         `json:"paid"`
	Refunded    shop.Cents         `json:"refunded"`
	Rounding    shop.Cents         `json:"rounding"`
	Balance     shop.Cents         `json:"balance"`
	Created     shop.Time          `json:"created"`
	Issued      shop.Time          `json:"issued,omitempty"`
	PaidAt      shop.Time          `json:"paid_at,omitempty"`
	Adjustments []shop.Adjustment  `json:"adjustments" doc:"What it was lowered by, the first one first"`
	WriteOff    *shop.WriteOff     `json:"write_off,omitempty" doc:"Why what was owed is not asked for any more; absent where it is"`
}

// Invoice shows an invoice to staff. Errors: NotFound.
func (s *Service) Invoice(ctx context.Context, who shop.Actor, id string) (v InvoiceView, err error) {
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
		}
		v = InvoiceView{
			ID: inv.ID, Number: inv.Number, OrderID: inv.OrderID, OrderNumber: inv.OrderNumber, State: inv.State, PONumber: inv.PONumber, Currency: inv.Currency,
			Tax: inv.Tax, TaxTotal: inv.TaxTotal, Total: inv.Total, Adjusted: inv.Adjusted, AskedTax: inv.AskedTax(), Paid: inv.Paid, Refunded: inv.Refunds, Rounding: inv.Rounding,
			Balance: inv.Balance(), Created: inv.Created, Issued: inv.Issued, PaidAt: inv.PaidAt, Adjustments: []shop.Adjustment{},
		}
		adjustments, err := tx.AdjustmentsOf(ctx, id)
		if err != nil {
			return err
		}
		v.Adjustments = append(v.Adjustments, adjustments...)
		if v.WriteOff, err = WriteOffOf(ctx, tx, inv); err != nil {
			return err
		}
		if v.Lines, err = tx.InvoiceLines(ctx, id); err != nil {
			return err
		}
		payments, err := tx.PaymentsOfInvoice(ctx, id)
		if err != nil {
			return err
		}
		var o *shop.Order
		if inv.OrderID != "" {
			if o, err = tx.Order(ctx, inv.OrderID); err != nil {
				return err
			}
		}
		dashboard, err := setting.Dashboard(ctx, tx)
		v.Payments = PaymentRows(who, o, inv, payments, dashboard)
		return err
	})
	return v, err
}

// PaymentRowView is money that was taken.
type PaymentRowView struct {
	ID        string     `json:"id"`
	Amount    shop.Cents `json:"amount"`
	Returned  shop.Cents `json:"returned" doc:"Sent back of it so far"`
	Disputed  shop.Cents `json:"disputed" doc:"Of it, what its cardholder disputes; their bank decides, and until then nothing is decided about it here"`
	Counts    shop.Cents `json:"counts" doc:"Of it, what counts, or would: all but what the cardholder's bank took back before it counted, and what the customer is asked for again"`
	Method    string     `json:"method"`
	Processor string     `json:"processor,omitempty"`
	StripeURL string     `json:"stripe_url,omitempty" doc:"Stripe's own page about it, with its refunds and disputes"`
	Reference string     `json:"reference"`
	At        shop.Time  `json:"at"`
	State     string     `json:"state" enum:"settled,duplicate,needs_review,returned,reversed" doc:"Only settled money counts"`
	By        string     `json:"by,omitempty"`
	Decision  string     `json:"decision,omitempty" doc:"Why it was accepted, sent back or reversed"`
	ByBank    bool       `json:"by_bank" doc:"It was not sent back: the cardholder's bank took all of it"`
	Undecided shop.Cents `json:"undecided" doc:"Of it, what counted and the cardholder's bank took for good, and nobody decided yet what becomes of that"`
	Actions   []string   `json:"actions" enum:"apply,sent_back,undo_sent_back,reverse,answer_dispute,undo_dispute_answer" doc:"What may be decided about it"`
	Version   int        `json:"version" doc:"What a decision is made from"`
}

// PaymentRows shows payments with what the actor may decide about them; their order is nil where they have none. Inv is the invoice of those
// that counted for one that is asked for, or was written off.
func PaymentRows(who shop.Actor, o *shop.Order, inv *shop.Invoice, payments []shop.Payment, dashboard setting.StripeDashboard) []PaymentRowView {
	rows := []PaymentRowView{}
	for _, p := range payments {
		row := PaymentRowView{
			ID: p.ID, Amount: p.Amount, Returned: p.Returned, Disputed: p.Contested, Counts: p.Counts(), Method: string(p.Method), Processor: p.Processor, StripeURL: dashboard.Payment(p.Processor, p.ProcessorID, p.Mode), Reference: p.Reference, At: p.Created,
			State: string(p.State), By: p.By, Decision: cmp.Or(p.Reversal, p.Decision), Actions: decisions(who, o, inv, p), ByBank: p.ByBank(), Undecided: p.Undecided, Version: p.Version,
		}
		rows = append(rows, row)
	}
	return rows
}

// decisions are what the actor may decide about a payment; its order is nil where it belongs to none.
func decisions(who shop.Actor, o *shop.Order, inv *shop.Invoice, p shop.Payment) []string {
	may := []string{}
	if !who.Can(shop.DecidePayment, shop.TheShop) {
		return may
	}
	if p.Unapplied() && (o == nil && p.CanApply() == nil || o != nil && o.CanAccept(p) == nil) {
		may = append(may, "apply")
	}
	if p.Unapplied() && p.CanSendBack() == nil {
		may = append(may, "sent_back")
	}
	if p.CanUnreturn() == nil {
		may = append(may, "undo_sent_back")
	}
	if p.CanReverse() == nil {
		may = append(may, "reverse")
	}
	if inv == nil || inv.ID != p.InvoiceID {
		return may
	}
	if p.CanAnswerDispute(inv, shop.BearsLoss) == nil {
		may = append(may, "answer_dispute")
	}
	if p.CanUndoDisputeAnswer(inv) == nil {
		may = append(may, "undo_dispute_answer")
	}
	return may
}

// UnappliedListView is a page of payments that fit no invoice, or did until somebody decided, and of those that a bank took.
type UnappliedListView struct {
	Payments []UnappliedView `json:"payments"`
	Next     string          `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
}

// UnappliedView is money that fits no invoice, or did until somebody decided, or that a bank took.
type UnappliedView struct {
	ID          string     `json:"id"`
	Amount      shop.Cents `json:"amount"`
	Returned    shop.Cents `json:"returned" doc:"Sent back of it so far"`
	Disputed    shop.Cents `json:"disputed" doc:"Of it, what its cardholder disputes; their bank decides, and until then nothing is decided about it here"`
	Counts      shop.Cents `json:"counts" doc:"Of it, what would count: all but what the cardholder's bank took back"`
	Currency    string     `json:"currency"`
	At          shop.Time  `json:"at"`
	Method      string     `json:"method" doc:"How it was paid"`
	Reference   string     `json:"reference,omitempty" doc:"Of a payment that staff took, in their words"`
	Payer       string     `json:"payer,omitempty" doc:"Who paid, as Stripe says it: an e-mail address or a name; else the customer of its order"`
	MeantFor    string     `json:"meant_for,omitempty" doc:"The number of the order that its payment page was for, as Stripe says it"`
	StripeID    string     `json:"stripe_id,omitempty"`
	StripeURL   string     `json:"stripe_url,omitempty" doc:"Stripe's own page about it, with its refunds and disputes"`
	State       string     `json:"state" enum:"settled,duplicate,needs_review,returned,reversed"`
	OrderID     string     `json:"order_id,omitempty" doc:"The order that it belongs to, if any"`
	OrderNumber string     `json:"order_number,omitempty"`
	Decision    string     `json:"decision,omitempty" doc:"Why it was accepted or sent back"`
	Undecided   shop.Cents `json:"undecided" doc:"Of it, what counted and the cardholder's bank took for good, and nobody decided yet what becomes of that"`
	ByBank      bool       `json:"by_bank" doc:"It was not sent back: the cardholder's bank took all of it"`
	Actions     []string   `json:"actions" enum:"apply,sent_back,undo_sent_back,reverse,answer_dispute,undo_dispute_answer" doc:"What may be decided about it"`
	Version     int        `json:"version" doc:"What a decision is made from"`
}

func unappliedView(who shop.Actor, o *shop.Order, inv *shop.Invoice, p shop.Payment, dashboard setting.StripeDashboard) UnappliedView {
	payer := p.Payer
	if payer == "" && o != nil {
		payer = o.Contact.Name
	}
	v := UnappliedView{
		ID: p.ID, Amount: p.Amount, Returned: p.Returned, Disputed: p.Contested, Counts: p.Counts(), Currency: p.Currency, At: p.Created, Method: string(p.Method), Payer: payer, MeantFor: p.MeantFor, StripeID: p.ProcessorID, StripeURL: dashboard.Payment(p.Processor, p.ProcessorID, p.Mode),
		State: string(p.State), OrderID: p.OrderID, OrderNumber: p.OrderNumber, Decision: p.Decision, ByBank: p.ByBank(), Undecided: p.Undecided, Version: p.Version,
		Actions: decisions(who, o, inv, p),
	}
	if p.Processor == "" {
		v.Reference = p.Reference
	}
	return v
}

// RefundDueListView is a page of what is to be sent back, and was.
type RefundDueListView struct {
	Refunds []RefundDueView `json:"refunds"`
	Next    string          `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
}

// RefundDueView is money that is to be sent back, or was, because its order was closed, costs less or was paid too much for.
type RefundDueView struct {
	PaymentID        string     `json:"payment_id"`
	OrderID          string     `json:"order_id"`
	OrderNumber      string     `json:"order_number"`
	Customer         string     `json:"customer"`
	Amount           shop.Cents `json:"amount" doc:"When it became due"`
	Left             shop.Cents `json:"left" doc:"Of it, now"`
	Currency         string     `json:"currency"`
	Method           string     `json:"method" doc:"How it was paid"`
	Processor        string     `json:"processor,omitempty"`
	StripeURL        string     `json:"stripe_url,omitempty" doc:"Stripe's own page about the payment, where it is refunded"`
	PaymentReference string     `json:"payment_reference,omitempty"`
	PaidAt           shop.Time  `json:"paid_at"`
	State            string     `json:"state" enum:"open,done"`
	Disputed         shop.Cents `json:"disputed" doc:"Of the payment: what its cardholder disputes; their bank decides, and nothing of that is to be sent back until then"`
	Noted            shop.Cents `json:"noted" doc:"Of the payment: what staff noted as sent back"`
	Reference        string     `json:"reference,omitempty" doc:"How it was sent back"`
	By               string     `json:"by,omitempty" doc:"Who noted that; absent for the shop itself"`
	Created          shop.Time  `json:"created"`
	Done             shop.Time  `json:"done,omitempty"`
	Actions          []string   `json:"actions" enum:"note,undo" doc:"What may be done about it"`
	Version          int        `json:"version" doc:"To be named by what notes it, or takes that back"`
}

func refundDueView(who shop.Actor, d shop.RefundDue, dashboard setting.StripeDashboard) RefundDueView {
	v := RefundDueView{
		PaymentID: d.PaymentID, OrderID: d.OrderID, OrderNumber: d.OrderNumber, Customer: d.Customer, Amount: d.Amount, Left: d.Left, Currency: d.Currency,
		Method: string(d.Method), Processor: d.Processor, StripeURL: dashboard.Payment(d.Processor, d.ProcessorID, d.Mode), PaymentReference: d.PaymentReference, PaidAt: d.PaidAt, State: string(d.State), Disputed: d.Contested, Noted: d.Noted, Reference: d.Reference, By: d.By,
		Created: d.Created, Done: d.Done, Actions: []string{}, Version: d.Version,
	}
	if !who.Can(shop.DecidePayment, shop.TheShop) {
		return v
	}
	if d.State == shop.RefundOpen {
		v.Actions = append(v.Actions, "note")
	}
	if d.Noted > 0 {
		v.Actions = append(v.Actions, "undo")
	}
	return v
}

// RefundsDueRows shows what is to be sent back of an order's payments.
func RefundsDueRows(who shop.Actor, dues []shop.RefundDue, dashboard setting.StripeDashboard) []RefundDueView {
	rows := []RefundDueView{}
	for _, d := range dues {
		rows = append(rows, refundDueView(who, d, dashboard))
	}
	return rows
}
