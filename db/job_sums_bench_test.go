package db

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
)

// runsOfJobs gives every job of manyRows two runs, one with a bad copy, and every plate what a run takes.
const runsOfJobs = `UPDATE plates SET seconds = 3600, grams = 12;
	INSERT INTO attempts (id, job_id, printer_id, started, worked_ms, ended) SELECT 'a' || r.value || j.id, j.id, j.printer_id, j.created, 1000, j.created + 1000 FROM jobs j, json_each('[1, 2]') r;
	INSERT INTO attempt_items (attempt_id, item_id, copies, good, failed) SELECT a.id, 'i' || substr(p.id, 2), 2, substr(a.id, 2, 1) = '1' OR j.state = 'COMPLETED', substr(a.id, 2, 1) = '2'
		FROM attempts a JOIN jobs j ON j.id = a.job_id JOIN plates p ON p.id = j.plate_id`

// What the sums of jobs take at most in a shop with a hundred times the jobs: what is asked of one order and of one page is as quick, and what is
// asked of all that is still to be printed grows with that.
const mostTimesFewJobs = 4

// BenchmarkJobSums adds up what was made and is still to be made: of a page of jobs, of an order's jobs and copies, and of all jobs that wait,
// in a shop of 100,000 jobs against one of 1,000. It fails where much grows that should not.
func BenchmarkJobSums(b *testing.B) {
	const few, many = 1_000, 100_000
	shops := map[int]*DB{}
	for _, n := range []int{few, many} {
		d := manyRows(b, n)
		if err := d.Write(b.Context(), func(tx *Tx) error { _, err := tx.exec(b.Context(), runsOfJobs); return err }); err != nil {
			b.Fatal(err)
		}
		shops[n] = d
	}
	for _, c := range []struct {
		name string
		read func(ctx context.Context, tx *Tx) error
		all  bool // of all that waits
	}{
		{"a page of active jobs", func(ctx context.Context, tx *Tx) error {
			jobs, _, err := tx.JobPage(ctx, JobFilter{ListFilter: ListFilter{Tab: "active", Limit: 20}})
			if err == nil && (len(jobs) != 20 || jobs[0].Done != 1 || jobs[0].Failed != 1 || jobs[0].Owed != 1) {
				err = fmt.Errorf("%d jobs: %+v", len(jobs), jobs[0])
			}
			return err
		}, false},
		{"a page of all jobs", func(ctx context.Context, tx *Tx) error {
			_, _, err := tx.JobPage(ctx, JobFilter{ListFilter: ListFilter{Tab: "all", Limit: 20}})
			return err
		}, false},
		{"the jobs of an order", func(ctx context.Context, tx *Tx) error {
			jobs, err := tx.JobsOf(ctx, "o0000077")
			if err == nil && (len(jobs) != 1 || jobs[0].Done != 2 || jobs[0].State != shop.JobCompleted) {
				err = fmt.Errorf("%+v", jobs)
			}
			return err
		}, false},
		{"the copies of an order", func(ctx context.Context, tx *Tx) error {
			_, err := tx.ItemCopies(ctx, "o0000077")
			return err
		}, false},
		{"the hours in the queue", func(ctx context.Context, tx *Tx) error {
			hours, err := tx.QueueHours(ctx)
			if err == nil && hours == 0 {
				err = fmt.Errorf("nothing is to be printed")
			}
			return err
		}, true},
	} {
		b.Run(strings.ReplaceAll(c.name, " ", "_"), func(b *testing.B) {
			took := map[int][]time.Duration{}
			for b.Loop() {
				for n, d := range shops {
					began := time.Now()
					if err := d.Read(b.Context(), func(tx *Tx) error { return c.read(b.Context(), tx) }); err != nil {
						b.Fatal(err)
					}
					took[n] = append(took[n], time.Since(began))
				}
			}
			ratio := float64(slices.Min(took[many])) / float64(slices.Min(took[few]))
			if c.all {
				ratio /= many / few
			}
			b.ReportMetric(float64(slices.Min(took[many]).Microseconds())/1000, "ms")
			b.ReportMetric(ratio, "x-few")
			b.ReportMetric(0, "ns/op")
			if ratio > mostTimesFewJobs {
				b.Errorf("%s take %v of %d jobs and %v of %d: %.1f times as long for each", c.name, slices.Min(took[many]), many, slices.Min(took[few]), few, ratio)
			}
		})
	}
}
