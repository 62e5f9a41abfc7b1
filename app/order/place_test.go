package order_test

import (
	"fmt"
	"sync"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
)

// A part may be taken out, on another page of the same visitor, while the files are copied. What is left is ordered, or the
// customer is told of the part: never of a file.
func TestOrderingWhileAPartIsTakenOut(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	for round := range 4 {
		cart := c.NewCart()
		for i := range 6 {
			c.Begin(cart, fmt.Sprintf("photo %d.jpg", i), photo, len(photo))
		}
		c.Inspect(cart)
		parts := c.Parts(cart)
		var people sync.WaitGroup
		people.Go(func() {
			for _, p := range parts[3:] { // the files that are copied last
				_, err := c.Carts.DeletePart(t.Context(), shop.Visitor(cart), 0, p.ID)
				if err == nil {
					err = c.Files.Drain(t.Context())
				}
				if err != nil {
					if !shop.IsKind(err, shop.Conflict) { // it was ordered meanwhile
						t.Errorf("round %d: taken out: %v", round, err)
					}
					return
				}
			}
		})
		if _, err := c.Review(cart); err != nil && !shop.IsCode(err, "cart_changing") {
			t.Errorf("round %d: ordered: %v", round, err)
		}
		people.Wait()
		if t.Failed() {
			return
		}
	}
}
