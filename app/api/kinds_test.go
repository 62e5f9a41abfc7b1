package api

import (
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
