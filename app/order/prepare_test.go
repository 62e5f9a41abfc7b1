package order

import (
	"testing"

	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/shop"
)

// Until the first-start questions are answered nobody is shown a price or charged one.
func TestAClosedShopShowsNoPrice(t *testing.T) {
	inv := &shop.Invoice{Payment: shop.ByReview, Price: shop.Price{Total: 12_00}}
	b := catalog.Offer{Settings: shop.DefaultSettings("UTC")}
	price := shop.Price{Total: 12_00}
	if err := payOrReview(inv, b, cart.Priced{Price: &price}, &request{payment: shop.ByReview, source: "web"}); err != nil {
		t.Fatal(err)
	}
	if inv.Price.Total != 0 || inv.Review != shop.ReviewRequested {
		t.Errorf("a closed shop's review has price %s and state %s", inv.Price.Total, inv.Review)
	}
	if f := (orderFacts{inv: inv}); f.price() != nil {
		t.Error("the customer sees a price nobody confirmed")
	}
}
