package order_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// noPicture asks whether nobody sees what an item of an order that is done looked like.
func noPicture(t *testing.T, c *apptest.Scenario, id string, it order.StaffItemView) {
	t.Helper()
	if _, err := c.Orders.ItemThumbnail(t.Context(), grace, id, it.ID); !shop.IsCode(err, "model_not_found") || it.ThumbnailURL != "" {
		t.Errorf("the item's picture is at %q: %v", it.ThumbnailURL, err)
	}
	if list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "done"}); err != nil || len(list.Orders) != 1 || list.Orders[0].ThumbnailURL != "" {
		t.Errorf("the list shows %+v: %v", list.Orders, err)
	}
}
