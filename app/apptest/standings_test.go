package apptest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
)

// An order that stands as none should is found, with the reason and with what befell it.
func TestOddStandingsAreFound(t *testing.T) {
	s := NewScenario(t, Setup{})
	admin := SetUp(t, s)
	v := NewVisitor(t, s)
	v.Drop("block.stl", Block(20, 20, 5))
	v.Sliced()
	number := v.Checkout(Order(shop.ByCard, v.Price().Price.Total)).OrderNumber
	id := admin.Find(number).ID
	undone := errors.New("undone")
	for why, harm := range map[string]func(o *shop.Order){
		"": func(*shop.Order) {},
		"what waits to be paid again was released": func(o *shop.Order) { o.Hold = shop.HoldUnpaid },
		"closing voids the invoice":                func(o *shop.Order) { o.State, o.Closed = shop.OrderCancelled, o.Created },
		"releasing issues the invoice":             func(o *shop.Order) { o.Released = o.Created },
		"an order is held for no such reason":      func(o *shop.Order) { o.Hold = "Somebody wants it so." },
	} {
		err := s.DB.Write(t.Context(), func(tx *db.Tx) error {
			o, err := tx.Order(t.Context(), id)
			if err != nil {
				return err
			}
			harm(o)
			if err := tx.SaveOrder(t.Context(), o, ""); err != nil {
				return err
			}
			found, err := standsOddly(context.Background(), tx, id)
			if (found == "") != (why == "") || !strings.Contains(found, why) || why != "" && !strings.Contains(found, number) {
				t.Errorf("%q, want %q", found, why)
			}
			return errors.Join(err, undone)
		})
		if !errors.Is(err, undone) {
			t.Errorf("%s: %v", why, err)
		}
	}
}
