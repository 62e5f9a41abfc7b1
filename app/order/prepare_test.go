package order

import (
	"testing"

	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/shop"
)

// Until the first-start questions are answered nobody is shown a price or charged one.
func TestAClosedShopShowsNoPrice(t *testing.T) {
	o := &shop.Order{Payment: shop.ByReview, Price: shop.Price{Total: 12_00}}
	b := catalog.PriceBasis{Settings: shop.DefaultSettings("UTC")}
	price := shop.Price{Total: 12_00}
	if err := payOrReview(o, b, cart.Priced{Price: &price}, &request{payment: shop.ByReview, source: shop.FromWeb}); err != nil {
		t.Fatal(err)
	}
	if o.Price.Total != 0 || o.Review != shop.ReviewRequested {
		t.Errorf("a closed shop's review has price %s and state %s", o.Price.Total, o.Review)
	}
	if f := (orderFacts{order: o}); f.price() != nil {
		t.Error("the customer sees a price nobody confirmed")
	}
}
