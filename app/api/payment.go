package api

import (
	"context"

	"buildplate/app/order"
	"buildplate/app/shop"
)

type markPaidRequest struct {
	ByID
	Body struct {
		Method    shop.PaymentMethod `json:"method" enum:"cash,transfer"`
		Amount    shop.Cents         `json:"amount" minimum:"1"`
		Reference string             `json:"reference,omitempty" maxLength:"200"`
	}
}

func (h orderHandlers) markPaid(ctx context.Context, in *markPaidRequest) (*reply[order.StaffOrderView], error) {
	b := in.Body
	return h.changed(ctx, in.ID, h.billing.TakePayment(ctx, actorOf(ctx), in.ID, b.Method, b.Amount, b.Reference))
}

func (h orderHandlers) liftHold(ctx context.Context, in *reasonRequest) (*reply[order.StaffOrderView], error) {
	return h.changed(ctx, in.ID, h.billing.LiftHold(ctx, actorOf(ctx), in.ID, in.Body.Reason))
}

// decisionRequest is an admin's decision about an unapplied payment.
type decisionRequest struct {
	ByID
	PaymentID string `path:"payment_id" maxLength:"64"`
	Body      struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (h orderHandlers) acceptPayment(ctx context.Context, in *decisionRequest) (*reply[order.StaffOrderView], error) {
	return h.changed(ctx, in.ID, h.billing.AcceptPayment(ctx, actorOf(ctx), in.ID, in.PaymentID, in.Body.Reason))
}

func (h orderHandlers) paymentSentBack(ctx context.Context, in *decisionRequest) (*reply[order.StaffOrderView], error) {
	return h.changed(ctx, in.ID, h.billing.PaymentSentBack(ctx, actorOf(ctx), in.ID, in.PaymentID, in.Body.Reason))
}

// payURL is where a card is taken.
type payURL struct {
	PayURL string `json:"pay_url"`
}

func (h orderHandlers) staffPayLink(ctx context.Context, in *ByID) (*reply[payURL], error) {
	url, err := h.orders.PayLink(ctx, actorOf(ctx), in.ID)
	return answer(payURL{url}, err)
}

// changed shows an order as a payment has left it.
func (h orderHandlers) changed(ctx context.Context, id string, err error) (*reply[order.StaffOrderView], error) {
	if err != nil {
		return nil, err
	}
	return answer(h.orders.StaffOrder(ctx, actorOf(ctx), id))
}
