package shop

import "testing"

// What was on a run stays what it was when it began, whatever is corrected of the runs before it.
func TestWhatWasOnARunStays(t *testing.T) {
	type count struct{ good, failed int }
	for name, c := range map[string]struct {
		second count // came of the second run, which had the two on it that failed in the first
		run    string
		to     count
		code   Code
		owed   int
	}{
		"a third of the first is good after all, and the order needs it":           {second: count{1, 1}, run: "first", to: count{3, 1}, owed: 0},
		"a third of the first is good after all, but the order has its four":       {second: count{2, 0}, run: "first", to: count{3, 1}, code: "more_good_than_ordered", owed: 0},
		"one more of the first turned out bad, and is made again":                  {second: count{2, 0}, run: "first", to: count{1, 3}, owed: 1},
		"the second had two on it, not a third":                                    {second: count{2, 0}, run: "second", to: count{2, 1}, code: "good_copies_out_of_range", owed: 0},
		"a failed one of the second is good after all":                             {second: count{0, 2}, run: "second", to: count{1, 1}, owed: 1},
		"one that was on the second and not counted is good, and none is owed now": {second: count{1, 0}, run: "second", to: count{2, 0}, owed: 0},
	} {
		j := &Job{ID: "j", ItemID: "i", Title: "four.stl", State: JobInQueue, PrinterID: "p", Copies: 4, Owed: 4}
		var runs []Attempt
		for i, n := range []count{{2, 2}, c.second} {
			j.Attempt = nil
			if err := j.Move(JobPrinting, 0, 1); err != nil {
				t.Fatal(name, err)
			}
			if err := j.Record(n.good, n.failed, "", 2); err != nil {
				t.Fatal(name, err)
			}
			j.Attempt.ID = []string{"first", "second"}[i]
			runs = append(runs, *j.Attempt)
		}
		if runs[0].On != 4 || runs[1].On != 2 {
			t.Fatalf("%s: the runs had %d and %d on them", name, runs[0].On, runs[1].On)
		}
		j.Attempt, j.Attempts = nil, nil
		j.TakeRuns(runs)
		owed := j.Owed
		wantError(t, name, j.Correct(c.run, AttemptCorrection{Good: c.to.good, Failed: c.to.failed, Reason: "Looked again.", Here: 4}), c.code, map[bool]string{true: "good_copies"}[c.code != ""])
		if c.code != "" {
			c.owed = owed
		} else if on := map[string]int{"first": 4, "second": 2}[c.run]; j.Attempt.On != on {
			t.Errorf("%s: %d were on it", name, j.Attempt.On)
		}
		if j.Owed != c.owed || j.Done+j.Owed != 4 {
			t.Errorf("%s: %d of 4 are good, %d owed", name, j.Done, j.Owed)
		}
		// After the first was corrected the second takes no more than its two.
		if c.run == "first" && c.code == "" {
			j.Attempts = nil
			runs[0] = *j.Attempt
			j.TakeRuns(runs)
			wantError(t, name, j.Correct("second", AttemptCorrection{Good: c.second.good, Failed: 3, Reason: "Looked again.", Here: 4}), "failed_copies_out_of_range", "failed_copies")
			wantError(t, name, j.Correct("second", AttemptCorrection{Good: c.second.good, Failed: 3 - c.second.good, Reason: "Looked again.", Here: 4}), "good_copies_out_of_range", "good_copies")
		}
	}
}

// A run with nothing on it, which release 1 could begin, does not stay open.
func TestARunWithNothingOnIt(t *testing.T) {
	j := Job{State: JobPrinting, PrinterID: "p", Copies: 2, Done: 2, Attempt: &Attempt{Started: 5, Resumed: 5}}
	if err := j.Record(0, 0, "", 9); err != nil || j.State != JobPrintingComplete || j.Attempt.Ended != 9 || j.Attempt.Reason != AttemptStopped {
		t.Errorf("nothing was owed: %+v, %+v, %v", j, j.Attempt, err)
	}
}
