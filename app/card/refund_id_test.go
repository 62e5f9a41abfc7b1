package card

import (
	"encoding/json"
	"testing"

	"buildplate/db"
	"buildplate/db/dbtest"
)

// A refund that was made in Stripe's dashboard finds its order by what Stripe calls it there, as its charge does.
func TestARefundFindsItsOrder(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	p.pay(id)
	p.must(p.stripe.Pay(p.session(id).ID))
	p.stripe.Wait()
	b := p.settled(id)
	p.must(p.stripe.Refund(p.stripe.Sessions()[0].PaymentIntent, 500))
	p.stripe.Wait()
	dbtest.Reindex(t, p.db)
	found := 0
	for _, e := range p.stripe.Events() {
		if e.Type != eventRefundCreated && e.Type != eventRefunded {
			continue
		}
		found++
		var told stripeEvent
		var object struct{ ID string }
		if err := json.Unmarshal(e.Payload, &told); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(told.Data.Object, &object); err != nil {
			t.Fatal(err)
		}
		err := p.db.Read(t.Context(), func(tx *db.Tx) error {
			orders, _, err := tx.OrderPage(t.Context(), db.ListFilter{Tab: "all", Text: object.ID, Limit: 5})
			if len(orders) != 1 || orders[0].ID != b.order.ID {
				t.Errorf("%s (%s) finds %+v", object.ID, e.Type, orders)
			}
			kept, err2 := tx.Event(t.Context(), e.ID)
			if err2 != nil || kept.State != "applied" {
				t.Errorf("%s is %s, %v", e.Type, kept.State, err2)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found != 2 {
		t.Errorf("%d events", found)
	}
}
