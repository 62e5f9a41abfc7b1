package api

import (
	"context"

	"buildplate/app/order"
)

func (h orderHandlers) liftHold(ctx context.Context, in *reasonRequest) (*reply[order.StaffOrderView], error) {
	return h.changed(ctx, in.ID, h.billing.LiftHold(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason))
}

type refundAnswerRequest struct {
	ByID
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
		Answer  string `json:"answer" enum:"lowered,owed" doc:"The order costs less, or the customer owes it again"`
	}
}

func (h orderHandlers) answerRefund(ctx context.Context, in *refundAnswerRequest) (*reply[order.StaffOrderView], error) {
	return h.changed(ctx, in.ID, h.billing.AnswerRefund(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Answer == "owed"))
}

// changed shows an order as a payment has left it.
func (h orderHandlers) changed(ctx context.Context, id string, err error) (*reply[order.StaffOrderView], error) {
	if err != nil {
		return nil, err
	}
	return answer(h.orders.StaffOrder(ctx, actorOf(ctx), id))
}
