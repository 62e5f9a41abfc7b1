package billing

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// AnswerDispute decides what becomes of money that counted and that a cardholder's bank took back for good. Asked for again, it
// stops counting: the invoice is owed again under its number, and the order's jobs wait until it is paid. Borne by the shop, it
// goes on counting, and the order goes on. Version is the payment's that this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when nothing was lost, it was decided
// already, its order is closed, or it changed meanwhile, and when what is owed beside it was written off.
func (s *Service) AnswerDispute(ctx context.Context, who shop.Actor, paymentID string, version int, answer shop.DisputeAnswer, reason string) error {
	return s.decide(ctx, who, paymentID, version, reason, func(ctx context.Context, tx *db.Tx, o *shop.Order, pay shop.Payment, why string) error {
		inv, err := invoiceOf(ctx, tx, pay)
		if err != nil {
			return err
		}
		if err := pay.CanAnswerDispute(inv, answer); err != nil {
			return err
		}
		disputes, err := tx.DisputesOfPayment(ctx, pay.ID)
		if err != nil {
			return err
		}
		verb, did := shop.VerbDisputeBorne, shop.ActivityParams{Currency: pay.Currency, Reason: why}
		if answer == shop.AskAgain {
			verb = shop.VerbDisputeOwed
		}
		answers := pay.Answers(disputes, answer, why)
		if answer == shop.AskAgain {
			if err := oweSurplus(ctx, tx, inv, &answers[0]); err != nil {
				return err
			}
		}
		for _, d := range answers {
			if err := tx.AnswerDispute(ctx, d, who.ID); err != nil {
				return err
			}
			did.Amount += d.Answered
		}
		if err := tx.Log(ctx, who.Activity(verb, pay.ID, did).On(pay.OrderID)); err != nil {
			return err
		}
		if err := reopen(ctx, tx, o, pay.InvoiceID, who.Name); err != nil {
			return err
		}
		if o == nil {
			return s.ChangedInvoice(ctx, tx, inv)
		}
		if inv, err = tx.Invoice(ctx, inv.ID); err != nil {
			return err
		}
		if err := hold(ctx, tx, o, inv, answer == shop.AskAgain, who.Name); err != nil { // also of an invoice that was not paid in full
			return err
		}
		if err := keepDues(ctx, tx, o.ID, "", ""); err != nil {
			return err
		}
		return s.changed(ctx, tx, o.ID)
	})
}

// oweSurplus lets what went back of too much be owed again, as the customer is asked again for what it was too much beside: of a payment
// that a bank took, nothing else is left to cover that. That changes nothing by itself. What had been paid too much, back or here,
// is kept with the answer, so that whoever takes it back takes that back.
func oweSurplus(ctx context.Context, tx *db.Tx, inv *shop.Invoice, d *shop.Dispute) error {
	d.Surplus, d.Refunded = max(-inv.Balance(), 0), inv.SurplusBack()
	if err := unanswer(ctx, tx, inv); err != nil {
		return err
	}
	return answer(ctx, tx, inv, d.Refunded, true)
}

// UndoDisputeAnswer takes back what was decided about money that a bank took: it counts as it did, its order is on hold as it was,
// and somebody decides anew. Version is the payment's that this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when nothing was decided, some of it was
// paid again, its order is closed, or it changed meanwhile, and when what is owed beside it was written off.
func (s *Service) UndoDisputeAnswer(ctx context.Context, who shop.Actor, paymentID string, version int, reason string) error {
	return s.decide(ctx, who, paymentID, version, reason, func(ctx context.Context, tx *db.Tx, _ *shop.Order, pay shop.Payment, why string) error {
		inv, err := invoiceOf(ctx, tx, pay)
		if err != nil {
			return err
		}
		if err := pay.CanUndoDisputeAnswer(inv); err != nil {
			return err
		}
		sum, err := forgetAnswers(ctx, tx, pay, who.ID, why, func(shop.Dispute) bool { return true })
		if err != nil {
			return err
		}
		did := shop.ActivityParams{Amount: sum, Currency: pay.Currency, Reason: why}
		if err := tx.Log(ctx, who.Activity(shop.VerbDisputeUndone, pay.ID, did).On(pay.OrderID)); err != nil {
			return err
		}
		if err := settleAgain(ctx, tx, inv, who.Name); err != nil {
			return err
		}
		if err := s.counted(ctx, tx, inv, who.Name); err != nil { // and closes a page on which it could be paid again
			return err
		}
		if err := Hold(ctx, tx, pay); err != nil {
			return err
		}
		return s.changed(ctx, tx, pay.OrderID)
	})
}

// ForgetAnswer takes back what was decided about a dispute that is another now: the bank gave another verdict, or took another sum.
// It is a step of taking in such news, which goes on with SentBack.
func ForgetAnswer(ctx context.Context, tx *db.Tx, pay shop.Payment, disputeID string) error {
	_, err := forgetAnswers(ctx, tx, pay, "", shop.BankThoughtAgain, func(d shop.Dispute) bool { return d.ID == disputeID })
	return err
}

// forgetAnswers takes back what was decided about some disputes of a payment, and says over how much that was.
func forgetAnswers(ctx context.Context, tx *db.Tx, pay shop.Payment, userID, why string, of func(shop.Dispute) bool) (sum shop.Cents, err error) {
	disputes, err := tx.DisputesOfPayment(ctx, pay.ID)
	if err != nil {
		return 0, err
	}
	for _, d := range disputes {
		if d.Answer == "" || !of(d) {
			continue
		}
		if err := tx.UndoDisputeAnswer(ctx, d, userID, why); err != nil {
			return 0, err
		}
		if err := disown(ctx, tx, pay.InvoiceID, d.Refunded); err != nil {
			return 0, err
		}
		sum += d.Answered
	}
	return sum, nil
}

// disown takes back that so much of an invoice's refunds is owed again, as oweSurplus had it.
func disown(ctx context.Context, tx *db.Tx, invoiceID string, sum shop.Cents) error {
	if sum == 0 {
		return nil
	}
	inv, err := tx.Invoice(ctx, invoiceID)
	if err != nil {
		return err
	}
	return eachRefund(ctx, tx, inv, sum, func(r *shop.Refund, sum shop.Cents) shop.Cents {
		part := min(r.Owed, sum)
		r.Owed -= part
		return part
	})
}

// invoiceOf is the invoice of a payment; nil where it belongs to none.
func invoiceOf(ctx context.Context, tx *db.Tx, pay shop.Payment) (*shop.Invoice, error) {
	if pay.InvoiceID == "" {
		return nil, nil
	}
	return tx.Invoice(ctx, pay.InvoiceID)
}

// DisputeView is a cardholder's dispute of a payment that counts, with what was decided about it once it was lost.
type DisputeView struct {
	PaymentID   string            `json:"payment_id"`
	Amount      shop.Cents        `json:"amount"`
	State       shop.DisputeState `json:"state" enum:"open,won,lost"`
	At          shop.Time         `json:"at" doc:"When the cardholder disputed it"`
	EvidenceDue shop.Time         `json:"evidence_due,omitempty" doc:"By when Stripe has to have the shop's evidence; absent where it did not say"`
	StripeURL   string            `json:"stripe_url,omitempty" doc:"Stripe's own page about the payment, where the dispute is answered"`
	Answer      string            `json:"answer,omitempty" enum:"owed,borne" doc:"The customer is asked for it again, or the shop carries the loss; absent while nobody decided"`
	Answered    shop.Cents        `json:"answered,omitempty" doc:"Of the amount, what that is about"`
	Reason      string            `json:"reason,omitempty"`
	By          string            `json:"by,omitempty" doc:"Who decided; absent where nobody wrote that down"`
	AnsweredAt  shop.Time         `json:"answered_at,omitempty"`
}

// DisputeRows shows disputes of payments; rows are those payments.
func DisputeRows(disputes []shop.Dispute, rows []PaymentRowView) []DisputeView {
	views := []DisputeView{}
	for _, d := range disputes {
		v := DisputeView{
			PaymentID: d.PaymentID, Amount: d.Amount, State: d.State, At: d.Created, EvidenceDue: d.EvidenceDue,
			Answer: string(d.Answer), Answered: d.Answered, Reason: d.Reason, By: d.AnsweredBy, AnsweredAt: d.AnsweredAt,
		}
		for _, row := range rows {
			if row.ID == d.PaymentID {
				v.StripeURL = row.StripeURL
			}
		}
		views = append(views, v)
	}
	return views
}
