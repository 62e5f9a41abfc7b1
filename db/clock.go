package db

import (
	"context"
	"time"

	"buildplate/app/shop"
)

// ClockHold says why the shop does not trust its clock.
type ClockHold string

// A machine without a clock battery may wake up in another year. What is deleted
// by age must wait then.
const (
	ClockTrusted ClockHold = ""
	ClockAhead   ClockHold = "ahead"  // it jumped forward, or the shop was off for long
	ClockBehind  ClockHold = "behind" // it shows a time that has been before
)

const (
	// clockJump is the longest gap between two ticks that is not held.
	clockJump = 24 * time.Hour
	// clockSlack is how far time corrections may set the clock back.
	clockSlack = 5 * time.Minute
)

// Clock is what the shop knows of the time.
type Clock struct {
	HighWater shop.Time // the latest time ever seen
	Held      ClockHold
	Since     shop.Time // the time the clock showed when it was held
}

// TickClock holds the transaction's time against the latest ever seen; call it
// before anything is deleted by age, and about hourly. While Held is set nothing
// may be: until AcceptClock, or until the clock shows a likely time again (a
// time server has set it, or one that was behind has caught up).
func (tx *Tx) TickClock(ctx context.Context) (Clock, error) {
	now := tx.Now
	c, err := tx.Clock(ctx)
	if shop.KindOf(err) == shop.NotFound { // the first tick of a new shop
		return Clock{HighWater: now}, tx.setClock(ctx, Clock{HighWater: now})
	}
	if err != nil {
		return c, err
	}
	gap := now.Sub(c.HighWater)
	switch {
	case gap < -clockSlack:
		if c.Held != ClockBehind {
			c.Held, c.Since = ClockBehind, now
		}
	case gap > clockJump:
		if c.Held != ClockAhead {
			c.Held, c.Since = ClockAhead, now
		}
	default:
		c.Held, c.Since = ClockTrusted, 0
		if gap > 0 {
			c.HighWater = now
		}
	}
	return c, tx.setClock(ctx, c)
}

// AcceptClock is a person's word that the time is right as it is now.
func (tx *Tx) AcceptClock(ctx context.Context) error {
	return tx.setClock(ctx, Clock{HighWater: tx.Now})
}

// Clock returns the latest tick. NotFound: there has been none.
func (tx *Tx) Clock(ctx context.Context) (Clock, error) {
	return get(ctx, tx, func(row scanner) (c Clock, err error) {
		err = row.Scan(&c.HighWater, &c.Held, &c.Since)
		return c, err
	}, `SELECT highwater, held, since FROM clock WHERE id = 1`)
}

func (tx *Tx) setClock(ctx context.Context, c Clock) error {
	_, err := tx.exec(ctx, `
		INSERT INTO clock (id, highwater, held, since) VALUES (1, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET highwater = excluded.highwater, held = excluded.held, since = excluded.since`,
		c.HighWater, c.Held, c.Since)
	return err
}
