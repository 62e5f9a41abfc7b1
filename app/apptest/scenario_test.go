package apptest

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
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

// heard is a test that goes on and keeps what failed.
type heard struct {
	testing.TB
	errors int
}

func (h *heard) Helper()               {}
func (h *heard) Failed() bool          { return false }
func (h *heard) Errorf(string, ...any) { h.errors++ }

// A scenario does not end well with a file that no row names, nor with a row whose file is gone.
func TestScenarioEndsInAgreement(t *testing.T) {
	s := NewScenario(t, Setup{Quiet: true, NoDoors: true, Damaged: true})
	h := &heard{TB: t}
	s.tb = h
	if s.endsInAgreement(); h.errors != 0 {
		t.Fatalf("an untouched shop has %d errors", h.errors)
	}
	id := shop.NewID()
	obj, err := s.Store.Put(t.Context(), storage.Tmp, id, strings.NewReader("of nobody"))
	if err != nil {
		t.Fatal(err)
	}
	if s.endsInAgreement(); h.errors != 1 {
		t.Errorf("a file without a row makes %d errors", h.errors)
	}
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertBlob(ctx, db.Blob{ID: id, Bucket: string(storage.Tmp), Name: "a.stl", Size: obj.Size, SHA256: obj.SHA256})
	})
	if err := s.Store.Remove(storage.Tmp, id); err != nil {
		t.Fatal(err)
	}
	if s.endsInAgreement(); h.errors != 2 {
		t.Errorf("a row without its file makes %d errors in all", h.errors)
	}
}
