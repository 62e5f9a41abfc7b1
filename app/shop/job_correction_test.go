package shop

import "testing"

// A run whose copies are counted anew owes what is not good, in the queue, and takes nothing that has left, or of another run.
func TestARunIsCorrected(t *testing.T) {
	// Six copies: four came out of the first run and two of the second.
	six := func(state JobState) *Job {
		j := &Job{ID: "j", ItemID: "i", Title: "six.stl", State: state, Copies: 6, Done: 6, Failed: 2}
		j.TakeRuns([]Attempt{
			{ID: "other", JobID: "k", ItemID: "k", On: 1, Good: 1, Ended: 1},
			{ID: "first", JobID: "j", ItemID: "i", On: 6, Good: 4, Failed: 2, Reason: "Came off the bed.", Ended: 2},
			{ID: "stopped", JobID: "j", ItemID: "i", On: 2, Reason: AttemptStopped, Ended: 3},
			{ID: "second", JobID: "j", ItemID: "i", On: 2, Good: 2, Ended: 4},
		})
		return j
	}
	if j := six(JobPackaging); len(j.Attempts) != 3 || j.Attempts[0].ID != "first" || j.Attempts[2].ID != "second" {
		t.Fatalf("its runs are %+v", j.Attempts)
	}
	for name, c := range map[string]struct {
		run                string
		good, failed, here int
		change             func(*Job)
		reason             string
		code               Code
		field              string
	}{
		"not its own":            {run: "other", good: 1, code: "run_not_found"},
		"broken off":             {run: "stopped", good: 1, code: "run_broken_off"},
		"more than were on it":   {run: "second", good: 1, failed: 2, here: 6, code: "good_copies_out_of_range", field: "good_copies"},
		"more failed than on it": {run: "second", failed: 3, here: 6, code: "failed_copies_out_of_range", field: "failed_copies"},
		"more good than ordered": {run: "first", good: 5, failed: 1, here: 6, code: "more_good_than_ordered", field: "good_copies"},
		"less than none":         {run: "first", good: 4, failed: -1, here: 6, code: "failed_copies_out_of_range", field: "failed_copies"},
		"nothing":                {run: "first", here: 6, code: "run_without_copies", field: "good_copies"},
		"the same":               {run: "first", good: 4, failed: 2, here: 6, code: "run_not_changed", field: "failed_copies"},
		"without a reason":       {run: "first", good: 3, failed: 3, here: 6, reason: " ", code: "reason_missing", field: "reason"},
		"they have left":         {run: "first", good: 2, failed: 4, here: 1, code: "copies_have_left"},
		"all have left":          {run: "first", good: 3, failed: 3, change: func(j *Job) { j.State = JobCompleted }, code: "copies_have_left"},
		"cancelled":              {run: "first", good: 3, failed: 3, here: 6, change: func(j *Job) { j.State = JobCancelled }, code: "job_move_refused"},
		"printing":               {run: "first", good: 3, failed: 3, here: 6, change: func(j *Job) { j.State = JobPrinting }, code: "job_move_refused"},
		"paused":                 {run: "first", good: 3, failed: 3, here: 6, change: func(j *Job) { j.State = JobPaused }, code: "job_move_refused"},
		"its order is closed":    {run: "first", good: 3, failed: 3, here: 6, change: func(j *Job) { j.OrderClosed = true }, code: "order_closed"},
	} {
		j := six(JobPackaging)
		if c.change != nil {
			c.change(j)
		}
		if c.reason == "" {
			c.reason = "It broke."
		}
		wantError(t, name, j.Correct(c.run, AttemptCorrection{Good: c.good, Failed: c.failed, Reason: c.reason, Here: c.here}), c.code, c.field)
		if j.Done != 6 || j.Attempt != nil {
			t.Errorf("%s: it was changed", name)
		}
	}
	for _, state := range []JobState{JobPrintingComplete, JobPostProcessing, JobPackaging, JobReadyToCollect} {
		j := six(state)
		j.Shelf, j.Hold = "B3", "Wait."
		if err := j.Correct("first", AttemptCorrection{Good: 3, Failed: 3, Reason: "A tag broke.", Here: 1}); err != nil || j.State != JobInQueue || j.Shelf != "" || j.Done != 5 || j.Owed != 1 || j.Failed != 3 {
			t.Fatalf("%s: %+v, %v", state, j, err)
		}
		if a := j.Attempt; a.ID != "first" || a.ItemID != "i" || a.Good != 3 || a.Failed != 3 || a.Ended != 2 || a.Reason != "Came off the bed; A tag broke." {
			t.Errorf("its run is %+v", a)
		}
	}
	// What only failed, or never ran, leaves the job where it is.
	j := six(JobPackaging)
	if err := j.Correct("first", AttemptCorrection{Good: 4, Failed: 1, Reason: "Mistyped.", Here: 0}); err != nil || j.State != JobPackaging || j.Owed != 0 || j.Failed != 1 || j.Attempt.Reason != "Came off the bed." {
		t.Errorf("%+v, %+v, %v", j, j.Attempt, err)
	}
	// A good one that was mistyped as failed: nothing is owed any more, and the job is printed.
	j = &Job{ID: "j", Title: "two.stl", State: JobInQueue, Copies: 2, Done: 1, Failed: 1, Owed: 1}
	j.TakeRuns([]Attempt{{ID: "a", JobID: "j", On: 2, Good: 1, Failed: 1, Reason: "Oops", Ended: 1}})
	if err := j.Correct("a", AttemptCorrection{Good: 2, Reason: "Mistyped.", Here: 1}); err != nil || j.State != JobPrintingComplete || j.Owed != 0 || j.Failed != 0 || j.Attempt.Reason != "" {
		t.Errorf("%+v, %+v, %v", j, j.Attempt, err)
	}
}
