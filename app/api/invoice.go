package api

import (
	"context"

	"buildplate/app"
	"buildplate/app/file"
	"buildplate/app/shop"
)

type orderListRequest struct {
	Tab   string `query:"tab" enum:"open,review,unpaid,paid,done,all" default:"open"`
	Query string `query:"q" maxLength:"200" doc:"Number, name, e-mail or part of one"`
	Page  int    `query:"page" minimum:"1" maximum:"100000" default:"1"`
}

func (s *Server) listOrders(ctx context.Context, in *orderListRequest) (*reply[app.OrderListView], error) {
	return answer(s.deps.App.Orders(ctx, app.OrderFilter{Tab: in.Tab, Query: in.Query, Page: in.Page}))
}

func (s *Server) getOrder(ctx context.Context, in *ByID) (*reply[app.StaffOrderView], error) {
	return answer(s.deps.App.StaffOrder(ctx, in.ID))
}

func (s *Server) deleteDraft(ctx context.Context, in *ByID) (*nothing, error) {
	return done(s.deps.App.DeleteDraft(ctx, callerOf(ctx).Actor, in.ID))
}

type releaseRequest struct {
	ByID
	Body struct {
		Note string `json:"note,omitempty" maxLength:"500"`
	}
}

func (s *Server) releaseOrder(ctx context.Context, in *releaseRequest) (*reply[app.StaffOrderView], error) {
	return answer(s.deps.App.ReleaseOrder(ctx, callerOf(ctx).Actor, in.ID, in.Body.Note))
}

type markPaidRequest struct {
	ByID
	Body struct {
		Method    shop.PaymentMethod `json:"method" enum:"cash,transfer"`
		Amount    shop.Cents         `json:"amount" minimum:"1"`
		Reference string             `json:"reference,omitempty" maxLength:"200"`
	}
}

func (s *Server) markPaid(ctx context.Context, in *markPaidRequest) (*reply[app.StaffOrderView], error) {
	b := in.Body
	return answer(s.deps.App.MarkPaid(ctx, callerOf(ctx).Actor, in.ID, b.Method, b.Amount, b.Reference))
}

type approveRequest struct {
	ByID
	Body app.ApproveRequest
}

func (s *Server) approveOrder(ctx context.Context, in *approveRequest) (*reply[app.StaffOrderView], error) {
	return answer(s.deps.App.ApproveOrder(ctx, callerOf(ctx).Actor, in.ID, in.Body))
}

type reasonRequest struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type refuseRequest struct {
	ByID
	Body struct {
		Reason  string `json:"reason" minLength:"1" maxLength:"500"`
		Destroy bool   `json:"destroy,omitempty" doc:"Remove the order's files for good, and never take them again."`
	}
}

func (s *Server) refuseOrder(ctx context.Context, in *refuseRequest) (*reply[app.StaffOrderView], error) {
	return answer(s.deps.App.RefuseOrder(ctx, callerOf(ctx).Actor, in.ID, in.Body.Reason, in.Body.Destroy))
}

func (s *Server) cancelOrder(ctx context.Context, in *reasonRequest) (*reply[app.StaffOrderView], error) {
	return answer(s.deps.App.CancelOrder(ctx, callerOf(ctx).Actor, in.ID, in.Body.Reason))
}

func (s *Server) liftHold(ctx context.Context, in *reasonRequest) (*reply[app.StaffOrderView], error) {
	return answer(s.deps.App.LiftOrderHold(ctx, callerOf(ctx).Actor, in.ID, in.Body.Reason))
}

// decisionRequest is an admin's word on a payment that was set aside.
type decisionRequest struct {
	ByID
	PaymentID string `path:"payment_id" maxLength:"64"`
	Body      struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Server) acceptPayment(ctx context.Context, in *decisionRequest) (*reply[app.StaffOrderView], error) {
	return answer(s.deps.App.AcceptPayment(ctx, callerOf(ctx).Actor, in.ID, in.PaymentID, in.Body.Reason))
}

func (s *Server) paymentSentBack(ctx context.Context, in *decisionRequest) (*reply[app.StaffOrderView], error) {
	return answer(s.deps.App.PaymentSentBack(ctx, callerOf(ctx).Actor, in.ID, in.PaymentID, in.Body.Reason))
}

// orderURL is a link for a customer.
type orderURL struct {
	URL string `json:"url"`
}

func (s *Server) orderLink(ctx context.Context, in *ByID) (*reply[orderURL], error) {
	url, err := s.deps.App.OrderLink(ctx, callerOf(ctx).Actor, in.ID)
	return answer(orderURL{url}, err)
}

// payURL is where a card is taken.
type payURL struct {
	PayURL string `json:"pay_url"`
}

func (s *Server) staffPayLink(ctx context.Context, in *ByID) (*reply[payURL], error) {
	url, err := s.deps.App.StaffPayLink(ctx, callerOf(ctx).Actor, in.ID)
	return answer(payURL{url}, err)
}

func (s *Server) deleteOrderFile(ctx context.Context, in *ByID) (*nothing, error) {
	return done(s.deps.App.DeleteOrderFile(ctx, callerOf(ctx).Actor, in.ID))
}

func (s *Server) staffFileLink(ctx context.Context, in *ByID) (*reply[file.LinkView], error) {
	return answer(s.deps.App.StaffFileLink(ctx, callerOf(ctx).Actor, in.ID))
}
