package db

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Rows written by the first release are all there after it, under the new names, and what the columns promise still
// holds.
func TestTheFirstReleasesRowsSurvive(t *testing.T) {
	first, err := os.ReadFile("testdata/schema/0001.sql")
	if err != nil {
		t.Fatal(err)
	}
	const blob, upload, task = "01a20510-e7ae-7a14-9fac-c560e2c4f495", "01a20510-e7ae-7a14-9fac-c560e2c4f496", "01a20510-e7ae-7a14-9fac-c560e2c4f497"
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, string(first), Options{Migrations: none})
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO blobs (id, bucket, size, sha256, state, created_ms, expires_ms, trash_ms, checked_ms) VALUES ('`+blob+`', 'tmp', 5, '`+strings.Repeat("0f", 32)+`', 'trash', 1, 2, 3, 4);
			INSERT INTO delete_queue (blob_id, not_before_ms, attempts) VALUES ('`+blob+`', 5, 1);
			INSERT INTO uploads (id, name, expected, durable, created_ms, expires_ms) VALUES ('`+upload+`', 'clip.stl', 9, 8, 6, 7);
			INSERT INTO backup_pins (id, at_ms) VALUES ('`+upload+`', 8);
			INSERT INTO outbox (id, kind, payload, state, run_at_ms, attempts, created_ms, started_ms, finished_ms) VALUES ('`+task+`', 'sweep', '{}', 'dead', 9, 3, 10, 11, 12);
			INSERT INTO outbox_failures (task_id, at_ms, attempt, error) VALUES ('`+task+`', 13, 1, 'no');
			INSERT INTO clock (id, highwater_ms, held, since_ms) VALUES (1, 14, 'ahead', 15)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("after the migration: %v, %v", found, err)
	}
	d.SetNow(func() time.Time { return time.UnixMilli(6) })
	err = d.Read(t.Context(), func(tx *Tx) error {
		ctx := t.Context()
		b, err := tx.Blob(ctx, blob)
		if at := []int64{int64(b.Created), int64(b.Expires), int64(b.Trashed), int64(b.Checked)}; err != nil || !slices.Equal(at, []int64{1, 2, 3, 4}) {
			t.Errorf("blob: %v, %v", at, err)
		}
		var notBefore, pinned int64
		err = errors.Join(tx.one(ctx, "SELECT not_before FROM delete_queue", nil, &notBefore), tx.one(ctx, "SELECT at FROM backup_pins", nil, &pinned))
		if err != nil || notBefore != 5 || pinned != 8 {
			t.Errorf("deletion at %d, pin at %d, %v", notBefore, pinned, err)
		}
		u, err := tx.Upload(ctx, upload)
		if err != nil || u.Durable != 8 || int64(u.Created) != 6 || int64(u.Expires) != 7 {
			t.Errorf("upload: %+v, %v", u, err)
		}
		k, err := tx.Task(ctx, task)
		if at := []int64{int64(k.RunAt), int64(k.Created), int64(k.Started), int64(k.Finished)}; err != nil || !slices.Equal(at, []int64{9, 10, 11, 12}) {
			t.Errorf("task: %v, %v", at, err)
		}
		var failed int64
		if err := tx.one(ctx, "SELECT at FROM outbox_failures WHERE task_id = ?", []any{task}, &failed); err != nil || failed != 13 {
			t.Errorf("failed at %d, %v", failed, err)
		}
		c, err := tx.Clock(ctx)
		if err != nil || int64(c.HighWater) != 14 || int64(c.Since) != 15 {
			t.Errorf("clock: %+v, %v", c, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), "UPDATE blobs SET trashed = NULL")
		return err
	})
	if err == nil {
		t.Error("a blob in the trash without its time was accepted: the CHECK was lost")
	}
}
