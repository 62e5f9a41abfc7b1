package db

import (
	"context"
	"testing"
	"time"

	"buildplate/app/shop"
)

// manyJobs is manyOrders, each with a job: one in fifty is in work, in one of the states before a job is completed, and all
// but every tenth have had one of three printers.
func manyJobs(b testing.TB, n int) *DB {
	b.Helper()
	d := manyOrders(b, n)
	err := d.Write(b.Context(), func(tx *Tx) error {
		_, err := tx.exec(b.Context(), printersOfTests+`;
			INSERT INTO jobs (id, plate_id, title, state, position, created, updated) SELECT 'j' || id, 'p' || id, 'bracket', 'QUEUED', rowid, created, created FROM orders WHERE state = 'OPEN';
			UPDATE jobs SET printer_id = 'r' || (1 + position % 3) WHERE position % 10 <> 0;
			UPDATE jobs SET state = (SELECT value FROM json_each('["QUEUED", "IN_QUEUE", "PRINTING", "PAUSED", "PACKAGING", "READY_TO_COLLECT"]') WHERE key = jobs.position / 50 % 6),
				priority = iif(position % 500 = 0, 'URGENT', 'NORMAL'), printer_id = iif(position % 100 = 0, NULL, 'r' || (1 + position % 3)) WHERE state = 'QUEUED'`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// bareJobs runs the statements of a page and its counts and reads every column, and nothing more.
func bareJobs(ctx context.Context, tx *Tx, f JobFilter, ids []string) error {
	query, args, err := f.page()
	if err != nil {
		return err
	}
	if err := drain(ctx, tx, query, args...); err != nil {
		return err
	}
	if err := drain(ctx, tx, jobQuery+"WHERE j.id IN (SELECT value FROM json_each(?))", toJSON(ids)); err != nil {
		return err
	}
	query, args = countJobs(f.Text)
	return drain(ctx, tx, query, args...)
}

// mostOfBare is how much more than SQLite's own time a page of jobs may take.
const mostOfBare = 1.5

// BenchmarkJobList is the first page of each view, and of filters and searches, of 100,000 jobs: what the shop takes
// against what SQLite takes for the same statements, in turn. It fails over mostOfBare.
func BenchmarkJobList(b *testing.B) {
	d := manyJobs(b, 100_000)
	for name, f := range map[string]JobFilter{
		"active": {View: "active"}, "done": {View: "done"}, "all": {View: "all"}, "printing": {View: "active", State: shop.JobPrinting}, "completed": {View: "done", State: shop.JobCompleted},
		"cancelled": {View: "done", State: shop.JobCancelled}, "printer": {View: "active", PrinterID: "r2"}, "printer done": {View: "done", PrinterID: "r2"}, "printer all": {View: "all", PrinterID: "r2"},
		"search number": {View: "all", Text: "ORD-54321"}, "search name": {View: "all", Text: "client 777"}, "search file": {View: "active", Text: "client 100"},
		"search two letters": {View: "all", Text: "cl"}, "search everybody": {View: "all", Text: "example.com"}, "search nobody": {View: "all", Text: "zebra"},
	} {
		f.Limit = 50
		b.Run(name, func(b *testing.B) {
			ctx := b.Context()
			var ours, sqls []time.Duration
			var ids []string
			if err := d.Read(ctx, func(tx *Tx) (err error) { ids, _, err = tx.jobIDs(ctx, f); return err }); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				began := time.Now()
				err := d.Read(ctx, func(tx *Tx) error {
					if _, _, err := tx.JobPage(ctx, f); err != nil {
						return err
					}
					_, err := tx.CountJobs(ctx, f.Text)
					return err
				})
				ours = append(ours, time.Since(began))
				if err != nil {
					b.Fatal(err)
				}
				began = time.Now()
				if err := d.Read(ctx, func(tx *Tx) error { return bareJobs(ctx, tx, f, ids) }); err != nil {
					b.Fatal(err)
				}
				sqls = append(sqls, time.Since(began))
			}
			ratio := float64(median(ours)) / float64(median(sqls))
			b.ReportMetric(ratio, "x-bare-sql")
			b.ReportMetric(float64(median(ours).Microseconds())/1000, "ms/page")
			b.ReportMetric(0, "ns/op")
			if len(ours) >= 10 && ratio > mostOfBare { // one or two of them say nothing
				b.Errorf("a page takes %.2f times the bare SQL, and may take %.1f", ratio, mostOfBare)
			}
		})
	}
}
