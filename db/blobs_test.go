package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

var start = shop.TimeOf(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))

// clocked opens a database whose clock the test moves.
func clocked(t *testing.T) (*db.DB, *shop.Time) {
	t.Helper()
	d, now := dbtest.Open(t), new(start)
	d.SetNow(func() time.Time { return now.Time() })
	return d, now
}

func newID(t *testing.T) string {
	t.Helper()
	u, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

// write runs fn and fails the test on an error.
func write(t *testing.T, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := try(t, d, fn); err != nil {
		t.Fatal(err)
	}
}

func try(t *testing.T, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx) })
}

func wantKind(t *testing.T, step string, err error, want shop.Kind) {
	t.Helper()
	if !shop.IsKind(err, want) {
		t.Errorf("%s: %v is %v, want %v", step, err, shop.KindOf(err), want)
	}
}

func aBlob(t *testing.T) db.Blob {
	return db.Blob{ID: newID(t), Bucket: "tmp", Name: "clip <b>.stl", MIME: "model/stl", Size: 84, SHA256: strings.Repeat("0f", 32)}
}

func insert(t *testing.T, d *db.DB, b db.Blob) db.Blob {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.InsertBlob(ctx, b) })
	return b
}

func TestBlobRowComesBackWhole(t *testing.T) {
	d, now := clocked(t)
	b := aBlob(t)
	b.Expires = now.Add(30 * 24 * time.Hour)
	insert(t, d, b)
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		got, err := tx.Blob(ctx, b.ID)
		want := b
		want.State, want.Created, want.Checked = db.BlobLive, *now, *now
		if got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		if _, err := tx.BlobIn(ctx, "pdfs", b.ID); !shop.IsKind(err, shop.NotFound) {
			t.Errorf("the blob is found in another bucket: %v", err)
		}
		return err
	})
}

func TestBlobRowsAreChecked(t *testing.T) {
	d, _ := clocked(t)
	good := insert(t, d, aBlob(t))
	for name, c := range map[string]struct {
		spoil func(*db.Blob)
		want  shop.Kind
	}{
		"id taken":      {func(b *db.Blob) { b.ID = good.ID }, shop.Conflict},
		"upper case id": {func(b *db.Blob) { b.ID = strings.ToUpper(b.ID) }, shop.Internal},
		"braced id":     {func(b *db.Blob) { b.ID = "{" + b.ID + "}" }, shop.Internal},
		"path as id":    {func(b *db.Blob) { b.ID = "../../etc/passwd" }, shop.Internal},
		"bucket":        {func(b *db.Blob) { b.Bucket = "staging" }, shop.Invalid},
		"hash":          {func(b *db.Blob) { b.SHA256 = strings.Repeat("0F", 32) }, shop.Invalid},
		"size":          {func(b *db.Blob) { b.Size = -1 }, shop.Invalid},
	} {
		b := aBlob(t)
		c.spoil(&b)
		err := try(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.InsertBlob(ctx, b) })
		wantKind(t, name, err, c.want)
	}
}

func due(t *testing.T, d *db.DB) (ids []string) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.DueDeletions(ctx, 100)
		for _, q := range all {
			ids = append(ids, q.BlobID)
		}
		return err
	})
	return ids
}

func TestTrashThenForget(t *testing.T) {
	d, now := clocked(t)
	b := insert(t, d, aBlob(t))
	trash := func(notBefore shop.Time) {
		t.Helper()
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.TrashBlob(ctx, b.ID, notBefore) })
	}
	err := try(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.ForgetBlob(ctx, b.ID) })
	wantKind(t, "forget a live blob", err, shop.Conflict)

	trash(now.Add(72 * time.Hour))
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		if news, err := tx.MarkBlob(ctx, b.ID, db.BlobLive); news || err != nil {
			t.Errorf("taken out of the trash: %v", err)
		}
		got, err := tx.BlobIn(ctx, "tmp", b.ID)
		if got.State != db.BlobTrash {
			t.Errorf("in the trash it is %s", got.State)
		}
		return err
	})
	if ids := due(t, d); len(ids) != 0 {
		t.Errorf("due before its time: %v", ids)
	}
	trash(now.Add(time.Hour))
	trash(now.Add(48 * time.Hour)) // the earlier time stays
	*now = now.Add(time.Hour)
	if ids := due(t, d); len(ids) != 1 || ids[0] != b.ID {
		t.Errorf("due: %v", ids)
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		return tx.PostponeDeletion(ctx, b.ID, errors.New("read-only"), tx.Now.Add(time.Minute))
	})
	if ids := due(t, d); len(ids) != 0 {
		t.Errorf("due although postponed: %v", ids)
	}
	*now = now.Add(time.Minute)
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.DueDeletions(ctx, 1)
		if len(all) != 1 || all[0].Attempts != 1 || all[0].LastError != "read-only" || all[0].Bucket != "tmp" {
			t.Errorf("due: %+v", all)
		}
		return err
	})
	for range 2 {
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.ForgetBlob(ctx, b.ID) })
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		known, err := tx.BlobKnown(ctx, "tmp", b.ID)
		if known {
			t.Error("the row is still there")
		}
		return err
	})
	err = try(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.TrashBlob(ctx, b.ID, tx.Now) })
	wantKind(t, "trash what is gone", err, shop.NotFound)
}

func TestBrokenAndWholeAgain(t *testing.T) {
	d, now := clocked(t)
	b := insert(t, d, aBlob(t))
	for i, step := range []struct {
		found db.BlobState
		news  bool
	}{{db.BlobLive, false}, {db.BlobMissing, true}, {db.BlobMissing, false}, {db.BlobDamaged, true}, {db.BlobLive, true}} {
		*now = now.Add(time.Hour)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			news, err := tx.MarkBlob(ctx, b.ID, step.found)
			if err != nil {
				return err
			}
			got, err := tx.Blob(ctx, b.ID)
			if news != step.news || got.State != step.found || got.Checked != *now {
				t.Errorf("step %d: news %v, %+v", i, news, got)
			}
			if err != nil {
				return err
			}
			broken, err := tx.BrokenBlobs(ctx, "", 10)
			if (len(broken) == 1) != step.found.Broken() {
				t.Errorf("step %d: broken are %+v", i, broken)
			}
			return err
		})
	}
}

func TestBytesToCheck(t *testing.T) {
	d, now := clocked(t)
	var blobs []db.Blob
	for range 3 {
		blobs = append(blobs, insert(t, d, aBlob(t)))
	}
	forever := insert(t, d, aBlob(t))
	*now = now.Add(2 * time.Hour)
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.BlobsToCheck(ctx, *now, db.Blob{}, 10)
		if len(all) != 4 || err != nil {
			t.Errorf("to check: %+v, %v", all, err)
		}
		next, err := tx.BlobsToCheck(ctx, *now, all[1], 1)
		if len(next) != 1 || next[0].ID != all[2].ID || err != nil {
			t.Errorf("after the second: %+v, %v", next, err)
		}
		for _, b := range blobs {
			if _, err := tx.MarkBlob(ctx, b.ID, db.BlobLive); err != nil {
				return err
			}
		}
		all, err = tx.BlobsToCheck(ctx, *now, db.Blob{}, 10)
		if len(all) != 1 || all[0].ID != forever.ID {
			t.Errorf("to check: %+v", all)
		}
		return err
	})
}

func TestUploadAdvancesFromWhereItIs(t *testing.T) {
	d, now := clocked(t)
	u := db.Upload{ID: newID(t), Name: "a.stl", Expected: 10, Expires: now.Add(time.Hour)}
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.ReserveUpload(ctx, u, db.Quota{}) })
	advance := func(id string, from, to int64) error {
		return try(t, d, func(ctx context.Context, tx *db.Tx) error {
			return tx.AdvanceUpload(ctx, id, from, to, tx.Now.Add(time.Hour))
		})
	}
	if err := advance(u.ID, 0, 6); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "a part twice", advance(u.ID, 0, 6), shop.Conflict)
	wantKind(t, "past the announced end", advance(u.ID, 6, 11), shop.Invalid)
	wantKind(t, "an unknown upload", advance(newID(t), 0, 1), shop.NotFound)
	*now = now.Add(30 * time.Minute)
	if err := advance(u.ID, 6, 10); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(45 * time.Minute) // 75 minutes after the start, 45 after the last part
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		got, err := tx.Upload(ctx, u.ID)
		if got.Durable != 10 || got.Expected != 10 {
			t.Errorf("the upload is %+v", got)
		}
		return err
	})
	*now = now.Add(time.Hour)
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Upload(ctx, u.ID)
		wantKind(t, "an expired upload", err, shop.NotFound)
		all, err := tx.ExpiredUploads(ctx, 10)
		if len(all) != 1 || all[0].ID != u.ID {
			t.Errorf("expired: %+v", all)
		}
		return err
	})
}

func TestClockIsHeldWhenItJumps(t *testing.T) {
	d, now := clocked(t)
	tick := func(step time.Duration, want db.ClockHold, highWater shop.Time) {
		t.Helper()
		*now = now.Add(step)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			c, err := tx.TickClock(ctx)
			if c.Held != want || c.HighWater != highWater {
				t.Errorf("at %s: %+v, want %q and %s", *now, c, want, highWater)
			}
			stored, err2 := tx.Clock(ctx)
			if stored != c {
				t.Errorf("stored is %+v, told was %+v", stored, c)
			}
			return errors.Join(err, err2)
		})
	}
	const year = 365 * 24 * time.Hour
	tick(0, db.ClockTrusted, start)
	tick(time.Hour, db.ClockTrusted, start.Add(time.Hour))
	tick(-time.Minute, db.ClockTrusted, start.Add(time.Hour)) // a time server's correction
	tick(12*year, db.ClockAhead, start.Add(time.Hour))
	tick(time.Hour, db.ClockAhead, start.Add(time.Hour)) // it does not wear off
	tick(-12*year, db.ClockTrusted, start.Add(time.Hour+59*time.Minute))
	tick(-2*24*time.Hour, db.ClockBehind, start.Add(time.Hour+59*time.Minute))
	tick(2*24*time.Hour, db.ClockTrusted, start.Add(time.Hour+59*time.Minute))
	tick(25*time.Hour, db.ClockAhead, start.Add(time.Hour+59*time.Minute))
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.AcceptClock(ctx) })
	tick(time.Hour, db.ClockTrusted, now.Add(time.Hour))
}
