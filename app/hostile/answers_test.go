package hostile_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"buildplate/app/apptest/need"
)

// served is how customers and the owner were served.
type served struct{ customers, owner answers }

func (s *served) String() string {
	return fmt.Sprintf("customers: %s; the owner: %s", &s.customers, &s.owner)
}

// prompt fails the test unless each of them was answered as promptly as is promised, beside what a quiet shop took.
func (s *served) prompt(t *testing.T, quiet *served) {
	t.Helper()
	for _, c := range []struct {
		who         string
		seen, quiet *answers
	}{{"customers", &s.customers, &quiet.customers}, {"the owner", &s.owner, &quiet.owner}} {
		if limit := mostWait(t, c.quiet); c.seen.p99() > limit {
			t.Errorf("99 of 100 answers to %s took up to %s; the slowest: %s", c.who, c.seen.p99(), c.seen.slowest())
		}
		if limit := max(slowest, busyMachine*c.quiet.median()); c.seen.median() > limit {
			t.Errorf("half of the answers to %s took longer than %s, and %s may be", c.who, c.seen.median(), limit)
		}
	}
}

// answers are what somebody was told, and how fast.
type answers struct {
	mu    sync.Mutex
	took  []answer
	fails []string // refusals and broken connections
}

type answer struct {
	what string
	took time.Duration
}

// note is a connection whose answers are noted. Nothing that an honest person does is refused.
type note struct {
	http.RoundTripper
	to *answers
}

func (n note) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	res, err := n.RoundTripper.RoundTrip(r)
	took, what := time.Since(began), r.Method+" "+r.URL.Path
	n.to.mu.Lock()
	defer n.to.mu.Unlock()
	n.to.took = append(n.to.took, answer{what, took})
	switch {
	case err != nil:
		n.to.fails = append(n.to.fails, what+": "+err.Error())
	case res.StatusCode >= http.StatusBadRequest:
		n.to.fails = append(n.to.fails, fmt.Sprintf("%s: %d", what, res.StatusCode))
	}
	return res, err
}

func (a *answers) sorted() []answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.SortedFunc(slices.Values(a.took), func(x, y answer) int { return int(x.took - y.took) })
}

func (a *answers) p99() time.Duration { return a.within(99) }

func (a *answers) median() time.Duration { return a.within(50) }

// within is what so many of a hundred answers took at most.
func (a *answers) within(ofHundred int) time.Duration {
	all := a.sorted()
	if len(all) == 0 {
		return 0
	}
	return all[(len(all)*ofHundred-1)/100].took
}

// slowest names the slowest answers.
func (a *answers) slowest() string {
	all := a.sorted()
	text := ""
	for _, x := range all[max(0, len(all)-5):] {
		text += fmt.Sprintf(" %s %s;", x.what, x.took.Round(time.Millisecond))
	}
	return text
}

func (a *answers) String() string {
	all := a.sorted()
	if len(all) == 0 {
		return "no answers"
	}
	return fmt.Sprintf("%d answers, median %s, p99 %s", len(all), a.median().Round(time.Millisecond), a.p99().Round(time.Millisecond))
}

// complain fails the test for each refusal so far, once.
func (a *answers) complain(t *testing.T) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range a.fails {
		t.Errorf("an honest request was refused: %s", f)
	}
	a.fails = nil
}

// busyMachine is how many times as long as in the quiet shop of the same run answers may take in the short form. It has a dozen
// answers of each, so that the slowest of them is its p99: one pause of a machine that others use is all of the difference.
const busyMachine = 8

// mostWait is what 99 of 100 answers may take where a quiet shop's took as long as said. In the long form the promise stands. A
// machine that does not keep it for a quiet shop either says so, and may take twice that.
func mostWait(t *testing.T, quiet *answers) time.Duration {
	t.Helper()
	own := quiet.p99()
	if !need.Soak() {
		return max(patient(slowest), busyMachine*own)
	}
	if own > slowest {
		t.Logf("this machine is too slow for the promise of %s: 99 of 100 answers of a quiet shop took up to %s, and twice that holds instead", slowest, own)
		return 2 * own
	}
	return slowest
}
