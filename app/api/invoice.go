package api

import (
	"context"

	"buildplate/app/billing"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// invoiceHandlers are what staff do with invoices and payments.
type invoiceHandlers struct {
	billing *billing.Service
	orders  *order.Service
}

func (h invoiceHandlers) getInvoice(ctx context.Context, in *ByID) (*reply[billing.InvoiceView], error) {
	return answer(h.billing.Invoice(ctx, actorOf(ctx), in.ID))
}

type invoiceListRequest struct {
	Tab   string `query:"tab" enum:"unpaid,draft,paid,void,written_off,all" default:"all"`
	Query string `query:"q" maxLength:"200" doc:"Part of a number, name, e-mail or phone, or an id of Stripe's"`
	After string `query:"after" maxLength:"100" doc:"The next of the page before"`
}

func (h invoiceHandlers) listInvoices(ctx context.Context, in *invoiceListRequest) (*reply[billing.InvoiceListView], error) {
	return answer(h.billing.Invoices(ctx, actorOf(ctx), billing.InvoiceFilter{Tab: in.Tab, Query: in.Query, After: in.After}))
}

type deleteInvoiceRequest struct {
	ByID
	Version int `query:"version" required:"true" minimum:"1" doc:"The invoice's version that this was decided on"`
}

func (h invoiceHandlers) deleteInvoice(ctx context.Context, in *deleteInvoiceRequest) (*nothing, error) {
	return done(h.orders.DeleteInvoice(ctx, actorOf(ctx), in.ID, in.Version))
}

type markPaidRequest struct {
	ByID
	Body struct {
		Version   int                `json:"version" minimum:"1" doc:"The invoice's version that the amount was read from"`
		Method    shop.PaymentMethod `json:"method" enum:"cash,terminal,transfer"`
		Amount    shop.Cents         `json:"amount" minimum:"1"`
		Reference string             `json:"reference,omitempty" maxLength:"200"`
		Overpaid  bool               `json:"overpaid,omitempty" doc:"The bank shows a transfer of more than is owed: the rest waits to be sent back"`
	}
}

func (h invoiceHandlers) markPaid(ctx context.Context, in *markPaidRequest) (*reply[billing.InvoiceView], error) {
	b := in.Body
	var err error
	if b.Overpaid && b.Method == shop.ByTransfer {
		err = h.billing.TakeOverpaid(ctx, actorOf(ctx), in.ID, b.Version, b.Amount, b.Reference)
	} else {
		err = h.billing.TakePayment(ctx, actorOf(ctx), in.ID, b.Version, b.Method, b.Amount, b.Reference)
	}
	if err != nil {
		return nil, err
	}
	return h.getInvoice(ctx, &in.ByID)
}

type writeOffRequest struct {
	ByID
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The invoice's version that this was decided on"`
		Reason  string `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	}
}

func (h invoiceHandlers) writeOff(ctx context.Context, in *writeOffRequest) (*reply[billing.InvoiceView], error) {
	if err := h.orders.WriteOff(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason); err != nil {
		return nil, err
	}
	return h.getInvoice(ctx, &in.ByID)
}

func (h invoiceHandlers) undoWriteOff(ctx context.Context, in *writeOffRequest) (*reply[billing.InvoiceView], error) {
	if err := h.billing.UndoWriteOff(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason); err != nil {
		return nil, err
	}
	return h.getInvoice(ctx, &in.ByID)
}

// payURL is where a card is taken.
type payURL struct {
	PayURL string `json:"pay_url"`
}

func (h invoiceHandlers) payLink(ctx context.Context, in *ByID) (*reply[payURL], error) {
	url, err := h.orders.PayLink(ctx, actorOf(ctx), in.ID)
	return answer(payURL{url}, err)
}

func (h invoiceHandlers) unapplied(ctx context.Context, in *pageRequest) (*reply[billing.UnappliedListView], error) {
	return answer(h.billing.Unapplied(ctx, actorOf(ctx), in.After))
}

type applyRequest struct {
	ByID
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The version that this was decided on: the payment's, or of a refund the refund's"`
		Number  string `json:"number,omitempty" maxLength:"64" doc:"The order's or the invoice's, for a payment that belongs to none"`
		Reason  string `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	}
}

func (h invoiceHandlers) applyPayment(ctx context.Context, in *applyRequest) (*nothing, error) {
	return done(h.billing.ApplyPayment(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Number, in.Body.Reason))
}

// decisionRequest is an admin's decision about a payment.
type decisionRequest struct {
	ByID
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The payment's version that this was decided on"`
		Reason  string `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	}
}

func (h invoiceHandlers) paymentSentBack(ctx context.Context, in *decisionRequest) (*nothing, error) {
	return done(h.billing.PaymentSentBack(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason))
}

func (h invoiceHandlers) undoSentBack(ctx context.Context, in *decisionRequest) (*nothing, error) {
	return done(h.billing.UndoSentBack(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason))
}

func (h invoiceHandlers) reversePayment(ctx context.Context, in *decisionRequest) (*nothing, error) {
	return done(h.billing.ReversePayment(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason))
}

type disputeAnswerRequest struct {
	ByID
	Body struct {
		Version int                `json:"version" minimum:"1" doc:"The payment's version that this was decided on"`
		Answer  shop.DisputeAnswer `json:"answer" enum:"owed,borne" doc:"The customer is asked for it again, or the shop carries the loss"`
		Reason  string             `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	}
}

func (h invoiceHandlers) answerDispute(ctx context.Context, in *disputeAnswerRequest) (*nothing, error) {
	b := in.Body
	return done(h.billing.AnswerDispute(ctx, actorOf(ctx), in.ID, b.Version, b.Answer, b.Reason))
}

func (h invoiceHandlers) undoDisputeAnswer(ctx context.Context, in *decisionRequest) (*nothing, error) {
	return done(h.billing.UndoDisputeAnswer(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason))
}

func (h invoiceHandlers) refundsDue(ctx context.Context, in *pageRequest) (*reply[billing.RefundDueListView], error) {
	return answer(h.billing.RefundsDue(ctx, actorOf(ctx), in.After))
}

type noteRefundRequest struct {
	ByID
	Body struct {
		Version   int        `json:"version" minimum:"1" doc:"The refund's version that this was decided on"`
		Amount    shop.Cents `json:"amount,omitempty" minimum:"1" doc:"A part of what is due back; absent: all of it"`
		Reference string     `json:"reference" minLength:"1" maxLength:"200" doc:"How it was sent back"`
	}
}

func (h invoiceHandlers) noteRefund(ctx context.Context, in *noteRefundRequest) (*nothing, error) {
	b := in.Body
	return done(h.billing.NoteRefund(ctx, actorOf(ctx), in.ID, billing.SentBackRequest{Version: b.Version, Amount: b.Amount, Reference: b.Reference}))
}

func (h invoiceHandlers) undoNoteRefund(ctx context.Context, in *decisionRequest) (*nothing, error) {
	return done(h.billing.UndoNoteRefund(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason))
}
