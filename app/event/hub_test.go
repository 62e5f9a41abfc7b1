package event

import (
	"strconv"
	"sync"
	"testing"
)

func TestAnEventReachesOnlyItsTopic(t *testing.T) {
	var b Bus
	mine, cancel := b.Listen(Cart("1"), Staff)
	defer cancel()
	other, cancelOther := b.Listen(Cart("2"))
	defer cancelOther()
	b.Publish(CartChanged{ID: "1"})
	b.Publish(OrderChanged{ID: "2"})
	if e := <-mine; e != (CartChanged{ID: "1"}) {
		t.Fatalf("the first event is %#v", e)
	}
	if e := <-mine; e != (OrderChanged{ID: "2"}) {
		t.Fatalf("the second event is %#v", e)
	}
	if len(other) != 0 {
		t.Fatal("an event reached another cart")
	}
}

func TestASlowListenerKeepsTheNewest(t *testing.T) {
	var b Bus
	events, cancel := b.Listen(Staff)
	for i := range backlog * 3 {
		b.Publish(OrderChanged{ID: strconv.Itoa(i)})
	}
	cancel()
	cancel()
	var last Event
	n := 0
	for e := range events {
		last = e
		n++
	}
	if want := (OrderChanged{ID: strconv.Itoa(backlog*3 - 1)}); n != backlog || last != want {
		t.Fatalf("kept %d, the last %v", n, last)
	}
}

func TestPublishWhileListenersComeAndGo(t *testing.T) {
	var b Bus
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				_, cancel := b.Listen(Staff)
				b.Publish(TaskChanged{})
				cancel()
			}
		})
	}
	wg.Wait()
	if len(b.pages.listeners) != 0 {
		t.Fatalf("%d listeners left", len(b.pages.listeners))
	}
}
