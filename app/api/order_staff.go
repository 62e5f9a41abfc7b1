package api

import (
	"context"

	"buildplate/app/file"
	"buildplate/app/order"
)

type orderListRequest struct {
	Tab   string `query:"tab" enum:"open,review,unpaid,held,paid,done,all" default:"open"`
	Query string `query:"q" maxLength:"200" doc:"Part of a number, name, company, ABN, e-mail, phone, file name or tracking number, a shelf, or an id of Stripe's"`
	After string `query:"after" maxLength:"100" doc:"The next of the page before"`
}

func (h orderHandlers) listOrders(ctx context.Context, in *orderListRequest) (*reply[order.OrderListView], error) {
	return answer(h.orders.Orders(ctx, actorOf(ctx), order.OrderFilter{Tab: in.Tab, Query: in.Query, After: in.After}))
}

func (h orderHandlers) getOrder(ctx context.Context, in *ByID) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.StaffOrder(ctx, actorOf(ctx), in.ID))
}

type orderActivityRequest struct {
	ByID
	After string `query:"after" maxLength:"100" doc:"The next of the page before"`
}

func (h orderHandlers) listActivity(ctx context.Context, in *orderActivityRequest) (*reply[order.ActivityPageView], error) {
	return answer(h.orders.Activity(ctx, actorOf(ctx), in.ID, in.After))
}

// deletionRequest names what is to go, and the version of its order that this was decided on.
type deletionRequest struct {
	ByID
	Version int `query:"version" required:"true" minimum:"1" doc:"The order's version that this was decided on"`
}

func (h orderHandlers) deleteOrder(ctx context.Context, in *deletionRequest) (*nothing, error) {
	return done(h.orders.DeleteOrder(ctx, actorOf(ctx), in.ID, in.Version))
}

type releaseRequest struct {
	ByID
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
		Note    string `json:"note,omitempty" text:"lines" maxLength:"500"`
	}
}

func (h orderHandlers) releaseOrder(ctx context.Context, in *releaseRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.ReleaseOrder(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Note))
}

type approveRequest struct {
	ByID
	Body order.ApproveRequest
}

func (h orderHandlers) approveOrder(ctx context.Context, in *approveRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.ApproveOrder(ctx, actorOf(ctx), in.ID, in.Body))
}

type messageRequest struct {
	ByID
	Body order.MessageRequest
}

func (h orderHandlers) changeMessage(ctx context.Context, in *messageRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.ChangeMessage(ctx, actorOf(ctx), in.ID, in.Body))
}

type reasonRequest struct {
	ByID
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
		Reason  string `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	}
}

type refuseRequest struct {
	ByID
	Body struct {
		Version     int    `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
		Reason      string `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
		DeleteFiles bool   `json:"delete_files,omitempty" doc:"Delete the order's files for good, and never take them again."`
	}
}

func (h orderHandlers) refuseOrder(ctx context.Context, in *refuseRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.RefuseOrder(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason, in.Body.DeleteFiles))
}

type refuseAllRequest struct{ Body order.RefuseAllRequest }

func (h orderHandlers) refuseOrders(ctx context.Context, in *refuseAllRequest) (*reply[order.EndedView], error) {
	return answer(h.orders.RefuseAll(ctx, actorOf(ctx), in.Body))
}

type sameModelsRequest struct{ Body order.SameModelsRequest }

func (h orderHandlers) sameModels(ctx context.Context, in *sameModelsRequest) (*reply[[]order.SameModelView], error) {
	return answer(h.orders.SameModels(ctx, actorOf(ctx), in.Body))
}

type deleteAllRequest struct{ Body order.DeleteAllRequest }

func (h orderHandlers) deleteOrders(ctx context.Context, in *deleteAllRequest) (*reply[order.EndedView], error) {
	return answer(h.orders.DeleteAll(ctx, actorOf(ctx), in.Body))
}

func (h orderHandlers) cancelOrder(ctx context.Context, in *reasonRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.CancelOrder(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Reason))
}

type cancelRestRequest struct {
	ByID
	Body order.CancelRestRequest
}

func (h orderHandlers) cancelRest(ctx context.Context, in *cancelRestRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.CancelRest(ctx, actorOf(ctx), in.ID, in.Body))
}

type leaveOutRequest struct {
	ByItem
	Body order.LeaveOutRequest
}

func (h orderHandlers) leaveOut(ctx context.Context, in *leaveOutRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.LeaveOut(ctx, actorOf(ctx), in.ID, in.ItemID, in.Body))
}

type putBackItemRequest struct {
	ByItem
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The order's version that this was decided on"`
	}
}

func (h orderHandlers) putBackItem(ctx context.Context, in *putBackItemRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.PutBackItem(ctx, actorOf(ctx), in.ID, in.ItemID, in.Body.Version))
}

type handOverRequest struct {
	ByID
	Body order.HandOverRequest
}

func (h orderHandlers) handOver(ctx context.Context, in *handOverRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.HandOver(ctx, actorOf(ctx), in.ID, in.Body))
}

// ByHandover names a handover of an order.
type ByHandover struct {
	ByID
	HandoverID string `path:"handover_id" maxLength:"40"`
}

type correctHandoverRequest struct {
	ByHandover
	Body order.HandoverCorrection
}

func (h orderHandlers) correctHandover(ctx context.Context, in *correctHandoverRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.CorrectHandover(ctx, actorOf(ctx), in.ID, in.HandoverID, in.Body))
}

type undoHandoverRequest struct {
	ByHandover
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The handover's version that this was decided on"`
		Reason  string `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	}
}

func (h orderHandlers) undoHandover(ctx context.Context, in *undoHandoverRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.UndoHandover(ctx, actorOf(ctx), in.ID, in.HandoverID, in.Body.Version, in.Body.Reason))
}

// ByItem is an item of an order.
type ByItem struct {
	ByID
	ItemID string `path:"item_id" maxLength:"64"`
}

type replaceModelRequest struct {
	ByItem
	Body order.ReplaceModelRequest
}

func (h orderHandlers) replaceModel(ctx context.Context, in *replaceModelRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.ReplaceModel(ctx, actorOf(ctx), in.ID, in.ItemID, in.Body))
}

type attachGCodeRequest struct {
	ByItem
	Body order.AttachGCodeRequest
}

func (h orderHandlers) attachGCode(ctx context.Context, in *attachGCodeRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.AttachGCode(ctx, actorOf(ctx), in.ID, in.ItemID, in.Body))
}

// orderURL is a link for a customer.
type orderURL struct {
	URL string `json:"url"`
}

func (h orderHandlers) orderLink(ctx context.Context, in *ByID) (*reply[order.MadeLinkView], error) {
	return answer(h.orders.OrderLink(ctx, actorOf(ctx), in.ID))
}

type revokeLinkRequest struct {
	ByID
	LinkID string `path:"link_id" maxLength:"64"`
	Body   struct {
		Version int `json:"version" minimum:"1" doc:"The link's version that this was decided on"`
	}
}

func (h orderHandlers) revokeLink(ctx context.Context, in *revokeLinkRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.RevokeLink(ctx, actorOf(ctx), in.ID, in.LinkID, in.Body.Version))
}

func (h orderHandlers) deleteOrderFile(ctx context.Context, in *deletionRequest) (*nothing, error) {
	return done(h.orders.DeleteOrderFile(ctx, actorOf(ctx), in.ID, in.Version))
}

type fileLinkRequest struct {
	ByID
	Oriented bool `query:"oriented" doc:"A mesh in mm, in the pose that was chosen, instead of as its file has it"`
}

func (h orderHandlers) staffFileLink(ctx context.Context, in *fileLinkRequest) (*reply[file.LinkView], error) {
	return answer(h.orders.FileLink(ctx, actorOf(ctx), doorOf(ctx), in.ID, in.Oriented))
}

type counterOrderRequest struct{ Body order.CounterOrderRequest }

func (h orderHandlers) takeCounterOrder(ctx context.Context, in *counterOrderRequest) (*reply[order.PlacedView], error) {
	return answer(h.orders.TakeCounterOrder(ctx, actorOf(ctx), in.Body))
}

type keepFilesRequest struct {
	ByID
	Body order.KeepFilesRequest
}

func (h orderHandlers) keepFiles(ctx context.Context, in *keepFilesRequest) (*reply[order.StaffOrderView], error) {
	return answer(h.orders.KeepFiles(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.Keep))
}
