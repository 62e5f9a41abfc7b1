package apptest

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"testing"

	"buildplate/app/job"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// oneToRefuse is an order of more files than are deleted at once.
func oneToRefuse(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	orderedParts(t, p, staff, 8)
	return func(context.Context, *db.Tx) error { return nil }
}

// refuseWithFiles refuses the only order with its files, of which nothing is seen from then on, and waits until they are
// deleted.
func refuseWithFiles(ctx context.Context, staff *Client, data string) error {
	for {
		all, err := everyOrder(ctx, staff)
		if err != nil || len(all) != 1 {
			return fmt.Errorf("%d orders: %w", len(all), err)
		}
		if all[0].State == shop.OrderRefused {
			break
		}
		_, err = Post[any](ctx, staff, "/api/orders/"+all[0].ID+"/refuse", map[string]any{"version": all[0].Version, "reason": "Not something we print.", "delete_files": true})
		if err := lasting(err); err != nil && StatusOf(err) != http.StatusConflict { // it was done, and the answer was lost
			return err
		}
		if err := rest(ctx); err != nil {
			return err
		}
	}
	for {
		all, err := everyOrder(ctx, staff)
		if err != nil || len(all[0].Files) != 0 {
			return fmt.Errorf("%d files are seen: %w", len(all[0].Files), err)
		}
		if left := filesIn(data, storage.OrderFiles); left == 0 {
			return nil
		} else if err := rest(ctx); err != nil {
			return fmt.Errorf("%d files are left: %w", left, err)
		}
	}
}

func refusedWithFiles(t *testing.T, staff *Client) {
	all, err := everyOrder(t.Context(), staff)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d orders, %v", len(all), err)
	}
	if n := len(all[0].DeletedFiles); n != 25 || all[0].Activity[0].Code != shop.VerbOrderRefused {
		t.Errorf("%d files were deleted, and last came %s", n, all[0].Activity[0].Code)
	}
}

// filesIn counts the files of a bucket in a data folder.
func filesIn(data string, bucket storage.Bucket) (n int) {
	_ = filepath.WalkDir(filepath.Join(data, "buckets", string(bucket)), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return nil // what is removed meanwhile is not there
	})
	return n
}

// releasedJobs are the jobs of an order that was paid.
func releasedJobs(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	o := orderedParts(t, p, staff, 5)
	o = staff.Takes(o, shop.ByTransfer, o.Total)
	if !o.Released || len(o.Jobs) != 5 {
		t.Fatalf("%d jobs, released: %v", len(o.Jobs), o.Released)
	}
	return func(context.Context, *db.Tx) error { return nil }
}

// prepareJobs has all jobs prepared at once, and again those that are not.
func prepareJobs(ctx context.Context, staff *Client, _ string) error {
	for {
		board, err := again(ctx, func() (job.ListView, error) { return Get[job.ListView](ctx, staff, "/api/jobs") })
		if err != nil {
			return err
		}
		move := job.MoveAllRequest{State: shop.JobPreProcessing}
		for _, j := range board.Jobs {
			if j.State != shop.JobPreProcessing {
				move.Jobs = append(move.Jobs, job.Ref{ID: j.ID, Version: j.Version})
			}
		}
		if len(move.Jobs) == 0 {
			return nil
		}
		v, err := Post[job.MovedView](ctx, staff, "/api/jobs/moves", move)
		if lasting(err) != nil {
			return err
		}
		if err := rest(ctx); err != nil {
			return fmt.Errorf("%+v: %w", v.Refused, err)
		}
	}
}

func jobsArePrepared(t *testing.T, staff *Client) {
	all, err := everyOrder(t.Context(), staff)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d orders, %v", len(all), err)
	}
	if moved := told(all[0], shop.VerbJobMoved); moved != len(all[0].Jobs) {
		t.Errorf("%d jobs were moved %d times", len(all[0].Jobs), moved)
	}
}

const otherTerms = "We print what you send us, and keep it as long as we said."

// saveTerms saves other terms, unless they are saved.
func saveTerms(ctx context.Context, staff *Client, _ string) error {
	for {
		v, err := again(ctx, func() (setting.TermsView, error) { return Get[setting.TermsView](ctx, staff, "/api/settings/terms") })
		if err != nil {
			return err
		}
		if v.Text == otherTerms {
			return nil
		}
		v.Text, v.Words, v.Published = otherTerms, nil, nil
		if err := staff.JSON(ctx, http.MethodPut, "/api/settings/terms", v, nil); lasting(err) != nil && CodeOf(err) != "changed_meanwhile" {
			return err
		}
		if err := rest(ctx); err != nil {
			return err
		}
	}
}

func termsAreSaved(t *testing.T, staff *Client) {
	v, err := Get[setting.TermsView](t.Context(), staff, "/api/settings/terms")
	if err != nil || v.Published == nil || v.Text != otherTerms || v.Published.Version != "2" {
		t.Errorf("%+v, %v", v.Published, err)
	}
	if before, err := Get[setting.PublishedTermsView](t.Context(), staff, "/api/terms/1"); err != nil || before.Current {
		t.Errorf("the version before: %+v, %v", before, err)
	}
	if _, err := Get[setting.PublishedTermsView](t.Context(), staff, "/api/terms/3"); StatusOf(err) != http.StatusNotFound {
		t.Errorf("a third version: %v", err)
	}
}
