package live

import (
	"sync"
	"testing"
)

func TestNewsReachesOnlyItsTopic(t *testing.T) {
	var h Hub
	mine, cancel := h.Subscribe("cart:1", "staff")
	defer cancel()
	other, cancelOther := h.Subscribe("cart:2")
	defer cancelOther()
	h.Publish(Event{Topic: "cart:1", Kind: "cart", ID: "1"})
	h.Publish(Event{Topic: "staff", Kind: "order", ID: "2"})
	if e := <-mine; e.ID != "1" {
		t.Fatalf("first news is of %q", e.ID)
	}
	if e := <-mine; e.ID != "2" {
		t.Fatalf("second news is of %q", e.ID)
	}
	if len(other) != 0 {
		t.Fatal("news reached another cart")
	}
}

func TestSlowListenerKeepsTheNewest(t *testing.T) {
	var h Hub
	events, cancel := h.Subscribe("staff")
	for i := range backlog * 3 {
		h.Publish(Event{Topic: "staff", Data: i})
	}
	cancel()
	cancel()
	var last any
	n := 0
	for e := range events {
		last = e.Data
		n++
	}
	if n != backlog || last != backlog*3-1 {
		t.Fatalf("kept %d, the last %v", n, last)
	}
}

func TestPublishWhileListenersComeAndGo(t *testing.T) {
	var h Hub
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				_, cancel := h.Subscribe("staff")
				h.Publish(Event{Topic: "staff"})
				cancel()
			}
		})
	}
	wg.Wait()
	if len(h.listeners) != 0 {
		t.Fatalf("%d listeners left", len(h.listeners))
	}
}
