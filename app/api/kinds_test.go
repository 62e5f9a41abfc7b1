package api

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"buildplate/app/shop"
)

func TestEveryKindHasAStatus(t *testing.T) {
	for k := shop.Internal; !strings.HasPrefix(k.String(), "Kind("); k++ {
		if row := kinds[k]; row.status < 400 || row.name == "" {
			t.Errorf("%v has no row", k)
		}
	}
}

// Time that ran out is no fault of the program's: whoever waited reads that the shop is busy.
func TestTimeThatRanOutIsNoFault(t *testing.T) {
	s := &Server{log: slog.New(slog.DiscardHandler)}
	for _, err := range []error{context.DeadlineExceeded, fmt.Errorf("read the cart: %w", context.DeadlineExceeded), &shop.Error{Kind: shop.Unavailable, Err: context.DeadlineExceeded}} {
		if p := s.problemOf(t.Context(), err, "POST /api/quick-order/price"); p.Status != 503 || p.Code != "unavailable" || !strings.Contains(p.Detail, "busy") {
			t.Errorf("%v: %+v", err, p)
		}
	}
}
