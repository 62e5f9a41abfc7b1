package api

import (
	"context"

	"buildplate/app/cart"
	"buildplate/app/shop"
)

// cartHandlers are what a visitor does with a cart.
type cartHandlers struct{ carts *cart.Service }

func (h cartHandlers) get(ctx context.Context, _ *nothing) (*reply[cart.View], error) {
	who := actorOf(ctx)
	if who.CartID == "" {
		return answer(cart.NoCart(), nil) // it begins with the first file
	}
	return answer(h.carts.Get(ctx, who))
}

type patchPartsRequest struct {
	Body struct {
		Version int64             `json:"version" minimum:"1" doc:"The cart's version that the choice was made from"`
		Choices shop.ChoicesPatch `json:"choices"`
		IDs     []string          `json:"ids,omitempty" maxItems:"500" doc:"Absent: all parts"`
	}
}

func (h cartHandlers) patchParts(ctx context.Context, in *patchPartsRequest) (*reply[cart.View], error) {
	return answer(h.carts.PatchParts(ctx, actorOf(ctx), in.Body.Version, in.Body.IDs, in.Body.Choices))
}

type patchPartRequest struct {
	ByID
	Body struct {
		Version int64 `json:"version" minimum:"1" doc:"The cart's version that the choice was made from"`
		shop.ChoicesPatch
	}
}

func (h cartHandlers) patchPart(ctx context.Context, in *patchPartRequest) (*reply[cart.View], error) {
	return answer(h.carts.PatchParts(ctx, actorOf(ctx), in.Body.Version, []string{in.ID}, in.Body.ChoicesPatch))
}

type lineRequest struct {
	ByID
	Body cart.LineRequest
}

func (h cartHandlers) addLine(ctx context.Context, in *lineRequest) (*reply[cart.View], error) {
	return answer(h.carts.AddLine(ctx, actorOf(ctx), in.ID, in.Body))
}

type deletePartRequest struct {
	ByID
	Version int64 `query:"version" required:"true" minimum:"1" doc:"The cart's version that this was decided on"`
}

func (h cartHandlers) deletePart(ctx context.Context, in *deletePartRequest) (*reply[cart.View], error) {
	return answer(h.carts.DeletePart(ctx, actorOf(ctx), in.Version, in.ID))
}

func (h cartHandlers) poses(ctx context.Context, in *ByID) (*reply[cart.PosesView], error) {
	return answer(h.carts.Poses(ctx, actorOf(ctx), in.ID))
}

type linkRequest struct {
	Body struct {
		Link string `json:"link" minLength:"1" maxLength:"500" doc:"The address of a page with the model"`
	}
}

func (h cartHandlers) addLink(ctx context.Context, in *linkRequest) (*reply[cart.View], error) {
	v, err := h.carts.AddLink(ctx, actorOf(ctx), in.Body.Link)
	if err == nil {
		callerOf(ctx).keepCart()
	}
	return answer(v, err)
}

type retryRequest struct {
	Body struct {
		IDs []string `json:"ids,omitempty" maxItems:"500" doc:"Absent: all that failed"`
	}
}

func (h cartHandlers) retrySlices(ctx context.Context, in *retryRequest) (*reply[cart.View], error) {
	return answer(h.carts.RetrySlices(ctx, actorOf(ctx), in.Body.IDs))
}

type priceRequest struct {
	Body struct {
		Delivery shop.Delivery `json:"delivery"`
	}
}

func (h cartHandlers) price(ctx context.Context, in *priceRequest) (*reply[cart.PriceView], error) {
	return answer(h.carts.PriceFor(ctx, actorOf(ctx), in.Body.Delivery))
}
