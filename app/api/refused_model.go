package api

import (
	"context"

	"buildplate/app/cart"
)

// refusedModelHandlers are the models that are not accepted.
type refusedModelHandlers struct{ carts *cart.Service }

func (h refusedModelHandlers) list(ctx context.Context, in *pageRequest) (*reply[cart.RefusedModelListView], error) {
	return answer(h.carts.RefusedModels(ctx, actorOf(ctx), in.After))
}

// ByHash names a file. It is exported because huma passes over embedded types that are not.
type ByHash struct {
	Hash string `path:"hash" pattern:"^[0-9a-f]{64}$" maxLength:"64" doc:"The file's SHA-256, as the list has it"`
}

func (h refusedModelHandlers) with(ctx context.Context, in *ByHash) (*reply[cart.RefusedWithView], error) {
	return answer(h.carts.RefusedWith(ctx, actorOf(ctx), in.Hash))
}

type liftRequest struct {
	ByHash
	Count int `query:"count" minimum:"0" doc:"How many refusals this was decided on, as they were read; absent to lift whatever there is"`
}

func (h refusedModelHandlers) lift(ctx context.Context, in *liftRequest) (*nothing, error) {
	return done(h.carts.AcceptModel(ctx, actorOf(ctx), in.Hash, in.Count))
}
