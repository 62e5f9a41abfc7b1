package api

import (
	"context"

	"buildplate/app/billing"
	"buildplate/app/file"
	"buildplate/app/order"
)

// orderHandlers are what customers and staff do with orders and their money.
type orderHandlers struct {
	orders  *order.Service
	billing *billing.Service
}

type checkoutRequest struct{ Body order.CheckoutRequest }

// checkout takes from what is for orders only once it would be one; what is asked of it before counts as a change of the cart.
func (h orderHandlers) checkout(ctx context.Context, in *checkoutRequest) (*reply[order.CheckoutView], error) {
	return answer(h.orders.Checkout(ctx, actorOf(ctx), in.Body, callerOf(ctx).allow(limitCheckout)))
}

// ByToken is the token in the path of a customer's order.
type ByToken struct {
	Token string `path:"token" maxLength:"100" doc:"The secret part of the order's link"`
}

// address is where the order of a link is found.
func (t ByToken) address() string { return "/api/order-links/" + t.Token }

func (h orderHandlers) getCustomerOrder(ctx context.Context, in *ByToken) (*reply[order.CustomerOrderView], error) {
	return answer(h.orders.CustomerOrder(ctx, actorOf(ctx), in.address()))
}

type payRequest struct {
	ByToken
	Body struct {
		Method string `json:"method" enum:"card,transfer,pickup"`
	}
}

func (h orderHandlers) payOrder(ctx context.Context, in *payRequest) (*reply[order.PayView], error) {
	return answer(h.orders.PayOrder(ctx, actorOf(ctx), in.address(), in.Body.Method))
}

type keepOwnFilesRequest struct {
	ByToken
	Body struct {
		Keep bool `json:"keep" doc:"Whether the models are to be kept longer than the terms say"`
	}
}

func (h orderHandlers) keepOwnFiles(ctx context.Context, in *keepOwnFilesRequest) (*reply[order.CustomerOrderView], error) {
	return answer(h.orders.KeepOwnFiles(ctx, actorOf(ctx), in.address(), in.Body.Keep))
}

// takeBackOrder hands out the cookie of the cart that the parts came back into, where the browser had none.
func (h orderHandlers) takeBackOrder(ctx context.Context, _ *ByToken) (*reply[order.TakenBackView], error) {
	v, err := h.orders.TakeBack(ctx, actorOf(ctx))
	if err == nil {
		callerOf(ctx).keepCart()
	}
	return answer(v, err)
}

type orderFileRequest struct {
	ByToken
	FileID string `path:"file_id" maxLength:"64"`
}

func (h orderHandlers) orderFileLink(ctx context.Context, in *orderFileRequest) (*reply[file.LinkView], error) {
	return answer(h.orders.SentFileLink(ctx, actorOf(ctx), doorOf(ctx), in.FileID))
}

type returnRequest struct {
	IntentID string `path:"intent_id" maxLength:"64"`
}

func (h orderHandlers) returnFromCheckout(ctx context.Context, in *returnRequest) (*reply[order.ReturnView], error) {
	return answer(h.orders.ReturnFromCheckout(ctx, actorOf(ctx), in.IntentID))
}

// myOrderLink is for the browser that ordered: a link to keep, or to open elsewhere.
func (h orderHandlers) myOrderLink(ctx context.Context, _ *nothing) (*reply[orderURL], error) {
	url, err := h.orders.MyOrderLink(ctx, actorOf(ctx))
	return answer(orderURL{url}, err)
}
