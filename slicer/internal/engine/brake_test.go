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
	"testing/synctest"
	"time"

	"buildplate/app/apptest/wait"
	"buildplate/slicer/internal/fault"
)

func init() {
	fakes["count with a child"] = func(string) {
		spawn(false)
		for i := 1; ; i++ {
			fmt.Fprintf(os.Stderr, "Progress:inset+skin:%d:100 \t%f%%\n", i, 1-1/float64(i+1))
			_ = wait.Pause(context.Background(), 5*time.Millisecond) // the pace of an engine
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

// TestBrakeStopsTheGroup holds a slice with its child, and lets it go on: it gets on, and its limit still ends it.
func TestBrakeStopsTheGroup(t *testing.T) {
	const wall = 3 * time.Second
	c := count(t, t.Context(), wall, false)
	c.beats(t)
	wait.Until(t, "the engine and its child run", func() bool { return len(c.workers()) == 2 })
	c.brake.Hold()
	wait.Until(t, "both are stopped", func() bool { return stopped(c.workers()) })
	if len(c.workers()) != 2 {
		t.Error("one of them has ended")
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

// TestBrakeStopsTheClock holds work for longer than it may take: what it had left is left when it goes on, and then ends it.
func TestBrakeStopsTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const wall = time.Minute
		began, up := time.Now(), time.Duration(0)
		b := &Brake{}
		p := &braked{group: &group{ended: true}, wall: newWallClock(wall, func() { up = time.Since(began) })}
		defer brakeOn(WithBrake(t.Context(), b), p)()
		for range 3 {
			time.Sleep(wall / 4)
			b.Hold()
			time.Sleep(2 * wall)
			b.Release()
		}
		synctest.Wait()
		if up != 0 {
			t.Errorf("it was ended after %s, of which it was held for most", up)
		}
		time.Sleep(wall)
		synctest.Wait()
		if want := wall + 3*2*wall; up != want {
			t.Errorf("it was ended after %s, not %s", up, want)
		}
	})
}

// TestBrakeHeldBefore holds the work before its process starts.
func TestBrakeHeldBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := count(t, ctx, patience, true)
	wait.Until(t, "it is stopped as it starts", func() bool { return stopped(c.workers()) })
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
	wait.Until(t, "the engine and its child run", func() bool { return len(c.workers()) == 2 })
	c.brake.Hold()
	wait.Until(t, "both are stopped", func() bool { return stopped(c.workers()) })
	cancel()
	if err := <-c.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if left := c.workers(); len(left) > 0 {
		t.Errorf("processes %v were left behind", left)
	}
	c.brake.Release() // of what has ended
}
