//go:build linux

package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"buildplate/slicer/internal/fault"
)

func init() {
	fakes["count with a child"] = func(string) {
		spawn(false)
		for i := 1; ; i++ {
			fmt.Fprintf(os.Stderr, "Progress:inset+skin:%d:100 \t%f%%\n", i, 1-1/float64(i+1))
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// stopped says whether all of these processes are stopped.
func stopped(pids []int) bool {
	for _, pid := range pids {
		stat, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if _, state, _ := strings.Cut(string(stat), ") "); !strings.HasPrefix(state, "T") {
			return false
		}
	}
	return len(pids) > 0
}

// counting is a slice that goes on until it is ended, with its brake.
type counting struct {
	brake Brake
	job   Job
	beat  chan float64
	ended chan error
}

func count(t *testing.T, ctx context.Context, wall time.Duration, held bool) *counting {
	t.Helper()
	scratch, err := OpenScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = scratch.Close() })
	c := &counting{job: fakeJob(t, scratch), beat: make(chan float64, 1), ended: make(chan error, 1)}
	c.job.Limits.Wall = wall
	c.job.Progress = func(f float64) {
		select {
		case c.beat <- f:
		default:
		}
	}
	e := fakeEngine(t, "count with a child")
	if held {
		c.brake.Hold()
	}
	go func() {
		_, err := e.Slice(WithBrake(ctx, &c.brake), c.job)
		c.ended <- err
	}()
	return c
}

// beats waits for the slice to get on.
func (c *counting) beats(t *testing.T) {
	t.Helper()
	select {
	case <-c.beat: // of before
	default:
	}
	select {
	case <-c.beat:
	case <-time.After(patience):
		t.Fatal("the slice does not go on")
	}
}

func (c *counting) workers() []int { return workersIn(c.job.Dir) }

// TestBrakeStopsTheGroup holds a slice with its child for longer than it may take by the clock, and lets it go on: it
// gets on, and its limit still ends it.
func TestBrakeStopsTheGroup(t *testing.T) {
	const wall = 3 * time.Second
	c := count(t, t.Context(), wall, false)
	c.beats(t)
	until(t, "the engine and its child run", func() bool { return len(c.workers()) == 2 })
	c.brake.Hold()
	until(t, "both are stopped", func() bool { return stopped(c.workers()) })
	select {
	case err := <-c.ended:
		t.Fatalf("ended while it was stopped: %v", err)
	case <-time.After(wall + wall/2):
	}
	if !stopped(c.workers()) || len(c.workers()) != 2 {
		t.Error("it did not stay stopped")
	}
	c.brake.Release()
	c.beats(t)
	var failed *fault.Error
	if err := <-c.ended; !errors.As(err, &failed) || failed.Code != fault.CodeTimeout {
		t.Errorf("its limit ended it with %v", err)
	}
	if left := c.workers(); len(left) > 0 {
		t.Errorf("processes %v were left behind", left)
	}
}

// TestBrakeHeldBefore holds the work before its process starts.
func TestBrakeHeldBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := count(t, ctx, patience, true)
	until(t, "it is stopped as it starts", func() bool { return stopped(c.workers()) })
	c.brake.Release()
	c.beats(t)
	cancel()
	if err := <-c.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

// TestCancelEndsAStoppedGroup is a shop that closes, or a part that is taken out, while its slice is stopped.
func TestCancelEndsAStoppedGroup(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := count(t, ctx, patience, false)
	until(t, "the engine and its child run", func() bool { return len(c.workers()) == 2 })
	c.brake.Hold()
	until(t, "both are stopped", func() bool { return stopped(c.workers()) })
	cancel()
	if err := <-c.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if left := c.workers(); len(left) > 0 {
		t.Errorf("processes %v were left behind", left)
	}
	c.brake.Release() // of what has ended
}
