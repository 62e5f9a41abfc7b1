package api

import (
	"context"

	"buildplate/app/catalog"
)

// shopHandlers show what the shop offers.
type shopHandlers struct{ catalog *catalog.Service }

func (h shopHandlers) get(ctx context.Context, _ *nothing) (*reply[catalog.ShopView], error) {
	return answer(h.catalog.Shop(ctx))
}
