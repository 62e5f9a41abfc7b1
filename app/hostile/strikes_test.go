package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"buildplate/app/apptest"
)

// held is the status of a connection that is held: it is owed no answer yet.
const held = 0

// strikes are what an attack sent and what it was answered. Only those count that reached what the attack is aimed at: of what
// is turned away before, such as a body that is too large for any request, any number proves nothing.
type strikes struct {
	mu       sync.Mutex
	aims     []int // the statuses with which its aim answers
	answers  map[int]int
	withheld int // connections that broke where an answer was owed
}

// aim begins to count anew.
func (s *strikes) aim(at ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aims, s.answers, s.withheld = at, map[int]int{}, 0
}

// answered counts a strike that was answered with a status, or held.
func (s *strikes) answered(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answers == nil {
		s.answers = map[int]int{}
	}
	s.answers[status]++
}

// ended counts a strike by its error: none is an answer with the status said. What ends with the attack is no strike.
func (s *strikes) ended(ctx context.Context, status int, err error) {
	switch {
	case err == nil:
		s.answered(status)
	case apptest.StatusOf(err) > 0:
		s.answered(apptest.StatusOf(err))
	case ctx.Err() == nil:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.withheld++
	}
}

// sent is how many there were, reached how many of them reached their aim, and broken how many had no answer.
func (s *strikes) count() (sent, reached, broken int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for status, n := range s.answers {
		sent += n
		if slices.Contains(s.aims, status) {
			reached += n
		}
	}
	return sent + s.withheld, reached, s.withheld
}

// reached is how many reached their aim.
func (s *strikes) reached() int {
	_, n, _ := s.count()
	return n
}

// String is a row of the table: sent, reached, and the answers by status.
func (s *strikes) String() string {
	sent, reached, broken := s.count()
	text := fmt.Sprintf("%7d %7d  ", sent, reached)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, status := range slices.Sorted(maps.Keys(s.answers)) {
		name := fmt.Sprint(status)
		if status == held {
			name = "held"
		}
		text += fmt.Sprintf(" %s: %d", name, s.answers[status])
	}
	if broken > 0 {
		text += fmt.Sprintf(" broken: %d", broken)
	}
	return text
}

// struckTable is how all attacks fared.
func struckTable(rows []string) string {
	return fmt.Sprintf("%-46s %7s %7s   answers by status\n", "attack", "sent", "reached") + strings.Join(rows, "\n")
}

// What is turned away before it reaches its aim is sent and does not count, and each attack counts for itself.
func TestStrikesCountWhatReachedItsAim(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	var s strikes
	s.aim(held, 400)
	for _, status := range []int{413, 400, 503, 413, held, 400} {
		s.answered(status)
	}
	s.ended(t.Context(), 204, nil)
	s.ended(t.Context(), 204, fmt.Errorf("upload: %w", &apptest.Problem{Status: 400}))
	s.ended(t.Context(), 204, errors.New("connection reset"))
	s.ended(ended, 204, context.Canceled)
	if sent, reached, broken := s.count(); sent != 9 || reached != 4 || broken != 1 || s.reached() != 4 {
		t.Errorf("%d sent, %d reached, %d broken", sent, reached, broken)
	}
	if row := strings.Join(strings.Fields(s.String()), " "); row != "9 4 held: 1 204: 1 400: 3 413: 2 503: 1 broken: 1" {
		t.Error(row)
	}
	s.aim(200)
	s.answered(413)
	if sent, reached, broken := s.count(); sent != 1 || reached != 0 || broken != 0 {
		t.Errorf("of the next attack %d sent, %d reached, %d broken", sent, reached, broken)
	}
}

// Each attack says with which answers it is where it is aimed, and how often that has to be.
func TestEveryAttackHasAnAim(t *testing.T) {
	for _, a := range attacks() {
		if len(a.aims) == 0 || a.least < 1 {
			t.Errorf("%s proves nothing: it is aimed at %v, and has to reach it %d times", a.name, a.aims, a.least)
		}
	}
}
