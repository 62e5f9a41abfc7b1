package api

import (
	"context"

	"buildplate/app/cart"
)

// uploadHandlers are what staff do about uploads under way.
type uploadHandlers struct{ carts *cart.Service }

func (h uploadHandlers) list(ctx context.Context, _ *nothing) (*reply[cart.UploadListView], error) {
	return answer(h.carts.OpenUploads(ctx, actorOf(ctx)))
}

func (h uploadHandlers) clear(ctx context.Context, in *ByID) (*nothing, error) {
	return done(h.carts.ClearUpload(ctx, actorOf(ctx), in.ID))
}
