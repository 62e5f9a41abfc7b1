package slicer

import (
	"fmt"
	"testing"
)

// TestLineServesWhoHadATurn has new addresses come as fast as turns do: whoever had one already is served soon all the same,
// also after a costly one, and those who are gone are forgotten.
func TestLineServesWhoHadATurn(t *testing.T) {
	for _, cost := range []float64{0, 1000} {
		l := &line{}
		put := func(address, key string, cost float64) {
			w := Work{Key: key, Owner: "cart " + address, Address: address, Cost: cost}
			l.add(w.path(), w)
		}
		for i := range 5 {
			put("customer", fmt.Sprint("c", i), cost)
		}
		var served []int
		last, most := 0, 0
		for i := range 20_000 {
			put(fmt.Sprint("n", i), fmt.Sprint("n", i), 0)
			w, _ := l.next()
			if w.Address == "customer" {
				served = append(served, i)
				last = i
			}
			if len(served) < 5 {
				most = max(most, i-last)
			}
			if idle := len(l.below) - len(l.inTurn); idle > mostRemembered {
				t.Fatalf("%d addresses are remembered that wait for nothing", idle)
			}
		}
		if len(served) != 5 || most > patience {
			t.Errorf("cost %v: the customer was served at %v", cost, served)
		}
		for l.waiting > 0 {
			l.next()
		}
		if len(l.inTurn) != 0 || l.queue.Len() != 0 {
			t.Errorf("%d and %d are left of those who waited", len(l.inTurn), l.queue.Len())
		}
	}
}
