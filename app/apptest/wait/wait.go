package wait

import (
	"context"
	"testing"
	"time"
)

// patience bounds every wait for something that has to happen. It says nothing of how long that may take.
const patience = 6 * time.Minute

// look is the pause between two looks.
const look = 20 * time.Millisecond

// Until looks until it is done, and fails the test when it never is. It may stand in a test's cleanup.
func Until(tb testing.TB, what string, done func() bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), patience)
	defer cancel()
	for !done() {
		if Pause(ctx, look) != nil {
			tb.Fatal("waited in vain: " + what)
		}
	}
}

// Pause is a moment between two tries at another process, or the pace of whoever plays a client or an engine: nothing that a
// test asserts hangs on its length. Errors: the context's.
func Pause(ctx context.Context, d time.Duration) error {
	over := time.NewTimer(d)
	defer over.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-over.C:
		return nil
	}
}
