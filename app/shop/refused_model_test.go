package shop_test

import (
	"slices"
	"testing"

	"buildplate/app/shop"
)

// A hold names what it is for whatever that is called, each once, and more than one in the plural.
func TestHoldForModels(t *testing.T) {
	const odd = "a, b is not accepted any more since order and “c”.stl"
	one := shop.HeldModel{Name: odd, Order: "ORD-7", Reason: "A weapon."}
	for _, c := range []struct {
		had, models  []shop.HeldModel
		names        []string
		hold, names2 string
	}{
		{nil, []shop.HeldModel{one}, []string{odd}, "“" + odd + "” is not accepted any more since order ORD-7 was refused with it: “A weapon.”", odd},
		{nil, []shop.HeldModel{one, {Name: "d.stl", Order: "ORD-7", Reason: "A weapon."}, one}, []string{odd, "d.stl"},
			"“" + odd + "” and “d.stl” are not accepted any more since order ORD-7 was refused with them: “A weapon.”", "“" + odd + "” and “d.stl”"},
		{[]shop.HeldModel{one}, []shop.HeldModel{{Name: odd, Order: "ORD-8", Reason: "No"}, {Name: "d.stl", Order: "ORD-8", Reason: "No"}}, []string{odd, "d.stl"},
			"“" + odd + "” is not accepted any more since order ORD-7 was refused with it: “A weapon.” “d.stl” is not accepted any more since order ORD-8 was refused with it: “No”.", "“" + odd + "” and “d.stl”"},
	} {
		o := &shop.Order{Hold: shop.HoldUnpaid}
		if c.had != nil {
			o.Hold = o.HoldForModels(c.had)
		}
		o.Hold = o.HoldForModels(c.models)
		if got := shop.HoldWords(o.Hold); got != c.hold || !slices.Equal(o.RefusedModels(), c.names) || o.RefusedModel() != c.names2 {
			t.Errorf("got  %q of %q, %q\nwant %q", got, o.RefusedModels(), o.RefusedModel(), c.hold)
		}
		if again := o.HoldForModels(c.models); again != o.Hold {
			t.Errorf("said again: %q", again)
		}
	}
	if n := new(shop.Order).RefusedModels(); len(n) != 0 || (&shop.Order{Hold: shop.HoldUnpaid}).RefusedModel() != "" {
		t.Error("money is no model")
	}
}
