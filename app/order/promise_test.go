package order_test

import (
	"testing"

	"buildplate/app/apptest"
)

// Customers read a day by which their order is ready once somebody has looked at it, and not one that has passed.
func TestNoDayIsPromisedThatHasPassed(t *testing.T) {
	s := newNights(t)
	o := s.placed(1)
	if v := s.customer(o.ID); v.Ready == nil {
		t.Error("no day is promised")
	}
	s.Pass(60 * day)
	if v := s.customer(o.ID); v.Ready != nil {
		t.Errorf("two months later it is ready by %s", v.Ready.Date)
	}
	if v := s.see(o.ID); v.Ready == nil {
		t.Error("staff do not see what was promised")
	}
}

// An order for nothing is not paid, and what has left was printed though the rest was cancelled.
func TestStepsAreWhatHappened(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := cancelsRest(t, c, grace, threeLeft(t, c, 40_00))
	for _, step := range customerOf(t, c, o).Steps {
		if step.Key == "printing" && !step.Done {
			t.Error("what has left was never printed")
		}
	}
	c = apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	free := reviewed(t, c, 0)
	for _, step := range customerOf(t, c, free).Steps {
		if step.Key == "paid" {
			t.Error("what costs nothing is to be paid")
		}
	}
}
