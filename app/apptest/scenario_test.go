package apptest

import (
	"net/http"
	"testing"

	"buildplate/app/cart"
	"buildplate/app/shop"
)

// A scenario is a whole shop: a model becomes a paid order with a job by itself, whoever does their part, and what is
// left fits together.
func TestScenario(t *testing.T) {
	s := NewScenario(t, Setup{})
	admin, helper := SetUp(t, s), Helper(t, s)
	v := NewVisitor(t, s)
	v.Drop("Bracket.stl", Block(25, 20, 12))
	if found := v.Sliced(); len(found.Parts) != 1 || found.Parts[0].State != cart.ShownState(shop.PartSliced) || !found.CanPay {
		t.Fatalf("the cart is not ready to be paid: %+v", found)
	}
	total := v.Price().Price.Total
	placed := v.Checkout(Order(shop.ByCard, total))
	v.PaysOn(placed.PayURL)
	if o := helper.Find(placed.OrderNumber); o.InvoiceState != shop.Paid || o.Paid != total || len(o.Jobs) != 1 {
		t.Errorf("the order is %s with %s paid and %d jobs", o.InvoiceState, o.Paid, len(o.Jobs))
	}
	if err := helper.JSON(t.Context(), http.MethodGet, "/api/settings", nil, nil); StatusOf(err) != http.StatusForbidden {
		t.Errorf("a helper reads the settings: %v", err)
	}
	if admin.Settings().BusinessName == "" {
		t.Error("the admin cannot read the settings")
	}
	s.FilesAgree()
}

// Nobody's work is done by itself in a quiet shop.
func TestScenarioThatIsQuiet(t *testing.T) {
	s := NewScenario(t, Setup{Quiet: true})
	v := NewVisitor(t, s)
	v.Drop("part.stl", Block(20, 20, 5))
	if got := v.Cart(); len(got.Parts) != 1 || got.Parts[0].State != cart.ShownState(shop.PartInspecting) {
		t.Errorf("%+v", got.Parts)
	}
}
