package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// times are how long one way of doing something took, in the order it was tried.
type times []time.Duration

func (t times) median() time.Duration {
	sorted := slices.Sorted(slices.Values(t))
	return sorted[len(sorted)/2]
}

func (t times) String() string {
	m := t.median()
	switch {
	case m < time.Millisecond:
		return m.Round(time.Microsecond).String()
	case m < time.Second:
		return m.Round(time.Millisecond).String()
	}
	return m.Round(10 * time.Millisecond).String()
}

// way is one of several ways of doing something.
type way func(ctx context.Context) error

// inTurns tries each way so many times, in turns, so that what else the machine does meets all of them alike. The
// order is turned over every round: the first of a round has no advantage.
func inTurns(ctx context.Context, rounds int, ways ...way) ([]times, error) {
	took := make([]times, len(ways))
	for round := range rounds {
		for i := range ways {
			if round%2 == 1 {
				i = len(ways) - 1 - i
			}
			start := time.Now()
			if err := ways[i](ctx); err != nil {
				return nil, err
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	return took, nil
}

// compare is the median of the rounds' ratios: what disturbs one round disturbs both sides of it. Where the ways
// were not tried in turns it is the ratio of the medians.
func compare(what string, ours, theirs times, ourName, theirName string) result {
	ratio := float64(ours.median()) / float64(theirs.median())
	if len(ours) == len(theirs) {
		ratios := make([]float64, len(ours))
		for i := range ours {
			ratios[i] = float64(ours[i]) / float64(theirs[i])
		}
		slices.Sort(ratios)
		ratio = ratios[len(ratios)/2]
	}
	return result{what: what, ratio: ratio, figures: fmt.Sprintf("%s %v, %s %v", ourName, ours, theirName, theirs)}
}
