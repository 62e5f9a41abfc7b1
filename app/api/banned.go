package api

import (
	"context"

	"buildplate/app/cart"
)

// bannedHandlers are the models that are not accepted.
type bannedHandlers struct{ carts *cart.Service }

func (h bannedHandlers) list(ctx context.Context, in *pageRequest) (*reply[cart.BanListView], error) {
	return answer(h.carts.Bans(ctx, actorOf(ctx), in.After))
}

// banRequest names a file.
type banRequest struct {
	Hash string `path:"hash" pattern:"^[0-9a-f]{64}$" maxLength:"64" doc:"The file's SHA-256, as the list has it"`
}

func (h bannedHandlers) lift(ctx context.Context, in *banRequest) (*nothing, error) {
	return done(h.carts.LiftBan(ctx, actorOf(ctx), in.Hash))
}
