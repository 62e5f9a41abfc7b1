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

// The addresses of one network take turns as one, however many they are; a neighbour's waits for one of them.
func TestANetworkTakesTurnsAsOne(t *testing.T) {
	l := &line{}
	put := func(address string, networks ...string) {
		w := Work{Key: address, Owner: address, Address: address, Networks: networks}
		l.add(w.path(), w)
	}
	for i := range 60 {
		put(fmt.Sprintf("2001:db8:0:%x::", i), "2001:db8::/48", "2001:db8::/56")
	}
	put("2001:db8:1::", "2001:db8:1::/48", "2001:db8:1::/56")
	put("2001:db8:0:100::", "2001:db8::/48", "2001:db8:0:100::/56")
	place := map[string]int{}
	for i := 1; l.waiting > 0; i++ {
		w, _ := l.next()
		place[w.Address] = i
	}
	if place["2001:db8:1::"] > 2 || place["2001:db8:0:100::"] > 4 || len(place) != 62 {
		t.Errorf("of %d, the neighbour is at place %d, who is in the same /48 at %d", len(place), place["2001:db8:1::"], place["2001:db8:0:100::"])
	}
}
