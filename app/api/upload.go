package api

import (
	"context"

	"buildplate/app/cart"
)

// uploadHandlers are what staff do about what visitors send and do not order.
type uploadHandlers struct{ carts *cart.Service }

func (h uploadHandlers) list(ctx context.Context, in *pageRequest) (*reply[cart.UploadListView], error) {
	return answer(h.carts.OpenUploads(ctx, actorOf(ctx), in.After))
}

func (h uploadHandlers) waiting(ctx context.Context, in *pageRequest) (*reply[cart.WaitingCartsView], error) {
	return answer(h.carts.WaitingCarts(ctx, actorOf(ctx), in.After))
}

type clearCartsRequest struct {
	Body struct {
		Address string `json:"address" maxLength:"60" doc:"As the list has it; empty for carts of which it is not known"`
	}
}

func (h uploadHandlers) clearCarts(ctx context.Context, in *clearCartsRequest) (*reply[cart.ClearedView], error) {
	return answer(h.carts.ClearCarts(ctx, actorOf(ctx), in.Body.Address))
}

func (h uploadHandlers) clear(ctx context.Context, in *ByID) (*nothing, error) {
	return done(h.carts.ClearUpload(ctx, actorOf(ctx), in.ID))
}
