package lock

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestOneHolderAtATime(t *testing.T) {
	var m ByKey
	var wg sync.WaitGroup
	counts := map[string]int{"a": 0, "b": 0} // the race detector watches
	var maps sync.Mutex
	for range 50 {
		for _, key := range []string{"a", "b"} {
			wg.Go(func() {
				unlock, err := m.Lock(t.Context(), key)
				if err != nil {
					t.Error(err)
					return
				}
				defer unlock()
				maps.Lock()
				counts[key]++
				n := counts[key]
				maps.Unlock()
				maps.Lock()
				if counts[key] != n {
					t.Errorf("somebody else held %s", key)
				}
				maps.Unlock()
			})
		}
	}
	wg.Wait()
	if counts["a"] != 50 || counts["b"] != 50 || len(m.locks) != 0 {
		t.Errorf("%v, %d locks left", counts, len(m.locks))
	}
}

// Whoever takes a free lock waits for nobody; whoever finds it held says so before it waits.
func TestWaitingIsTold(t *testing.T) {
	waits := make(chan string, 1)
	m := ByKey{Waits: func(key string) { waits <- key }}
	unlock, err := m.Lock(t.Context(), "a")
	if err != nil || len(waits) != 0 {
		t.Fatal(err, len(waits))
	}
	second := make(chan func())
	go func() {
		unlock, err := m.Lock(t.Context(), "a")
		if err != nil {
			t.Error(err)
		}
		second <- unlock
	}()
	if key := <-waits; key != "a" {
		t.Errorf("%q is waited for", key)
	}
	unlock()
	(<-second)()
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	var m ByKey
	unlock, err := m.Lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Lock(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting ended with %v", err)
	}
	unlock()
	again, err := m.Lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	again()
	if len(m.locks) != 0 {
		t.Errorf("%d locks left", len(m.locks))
	}
}
