package api

import (
	"context"

	"buildplate/app"
	"buildplate/app/catalog"
	"buildplate/app/shop"
)

// reply is a body of JSON.
type reply[T any] struct{ Body T }

// answer pairs a use case's result with its error.
func answer[T any](view T, err error) (*reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &reply[T]{Body: view}, nil
}

// nothing is a request without parameters, and a reply without a body (204).
type nothing struct{}

func done(err error) (*nothing, error) {
	if err != nil {
		return nil, err
	}
	return &nothing{}, nil
}

// ByID is the id in a path. It is exported because huma passes over embedded types that are not.
type ByID struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) getShop(ctx context.Context, _ *nothing) (*reply[catalog.ShopView], error) {
	return answer(s.deps.App.Shop(ctx))
}

func (s *Server) getCart(ctx context.Context, _ *nothing) (*reply[app.CartView], error) {
	return answer(s.deps.App.Cart(ctx, callerOf(ctx).cartID))
}

type patchPartsRequest struct {
	Body struct {
		Choices shop.ChoicesPatch `json:"choices"`
		IDs     []string          `json:"ids,omitempty" maxItems:"500" doc:"Absent: all parts"`
	}
}

func (s *Server) patchParts(ctx context.Context, in *patchPartsRequest) (*reply[app.CartView], error) {
	return answer(s.deps.App.PatchParts(ctx, callerOf(ctx).cartID, in.Body.IDs, in.Body.Choices))
}

type patchPartRequest struct {
	ByID
	Body shop.ChoicesPatch
}

func (s *Server) patchPart(ctx context.Context, in *patchPartRequest) (*reply[app.CartView], error) {
	return answer(s.deps.App.PatchParts(ctx, callerOf(ctx).cartID, []string{in.ID}, in.Body))
}

func (s *Server) deletePart(ctx context.Context, in *ByID) (*reply[app.CartView], error) {
	return answer(s.deps.App.DeletePart(ctx, callerOf(ctx).cartID, in.ID))
}

type retryRequest struct {
	Body struct {
		IDs []string `json:"ids,omitempty" maxItems:"500" doc:"Absent: all that failed"`
	}
}

func (s *Server) retrySlices(ctx context.Context, in *retryRequest) (*reply[app.CartView], error) {
	return answer(s.deps.App.RetrySlices(ctx, callerOf(ctx).cartID, in.Body.IDs))
}

type priceRequest struct {
	Body struct {
		Delivery shop.Delivery `json:"delivery"`
	}
}

func (s *Server) priceCart(ctx context.Context, in *priceRequest) (*reply[app.PriceView], error) {
	return answer(s.deps.App.PriceCart(ctx, callerOf(ctx).cartID, in.Body.Delivery))
}

type checkoutRequest struct{ Body app.CheckoutRequest }

func (s *Server) checkout(ctx context.Context, in *checkoutRequest) (*reply[app.CheckoutView], error) {
	return answer(s.deps.App.Checkout(ctx, callerOf(ctx).cartID, in.Body))
}

type counterRequest struct{ Body app.CounterRequest }

func (s *Server) counterOrder(ctx context.Context, in *counterRequest) (*reply[app.CounterView], error) {
	who := callerOf(ctx)
	return answer(s.deps.App.CounterOrder(ctx, who.Actor, who.cartID, in.Body))
}
