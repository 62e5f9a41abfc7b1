package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"buildplate/storage"
)

// rows stands for the database: what it knows, by id.
type rows map[string]bool

func (r rows) plan(now time.Time) storage.SweepPlan {
	return storage.SweepPlan{
		HasRow:    func(_ context.Context, _ storage.Bucket, id string) (bool, error) { return r[id], nil },
		HasUpload: func(_ context.Context, id string) (bool, error) { return r[id], nil },
		Now:       now, Grace: 24 * time.Hour, Hold: 7 * 24 * time.Hour,
	}
}

func TestSweepMovesThenPurgesWhatNobodyKnows(t *testing.T) {
	now := time.Now()
	dir := t.TempDir()
	s := open(t, dir, storage.Options{Now: func() time.Time { return now }})
	known := rows{}
	row, orphan := put(t, s, storage.OrderFiles, "with a row"), put(t, s, storage.OrderFiles, "without")
	known[row.ID] = true
	open, dead := newID(t), newID(t)
	known[open] = true
	for _, id := range []string{open, dead} {
		if err := s.CreateStaging(id, 0); err != nil {
			t.Fatal(err)
		}
	}
	sweep := func(at time.Time, quarantined, uploads, purged int) {
		t.Helper()
		got, err := s.Sweep(t.Context(), known.plan(at))
		if err != nil || len(got.Quarantined) != quarantined || got.Uploads != uploads || got.Purged != purged {
			t.Errorf("%s later: %+v, %v; want %d, %d, %d", at.Sub(now).Round(time.Hour), got, err, quarantined, uploads, purged)
		}
	}
	const day = 24 * time.Hour
	sweep(now.Add(23*time.Hour), 0, 0, 0)    // too young
	sweep(now.Add(-9000*time.Hour), 0, 0, 0) // the clock was set back
	sweep(now.Add(25*time.Hour), 1, 1, 0)
	if _, err := s.Open(storage.OrderFiles, orphan.ID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the orphan is still served: %v", err)
	}
	// Its row turns up (an older database was put back): it returns whole.
	if err := s.Restore(storage.OrderFiles, orphan.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context(), orphan); err != nil {
		t.Error(err)
	}
	sweep(now.Add(3*day), 1, 0, 0)
	sweep(now.Add(9*day), 0, 0, 0) // six days in quarantine
	sweep(now.Add(11*day), 0, 0, 1)
	if err := s.Verify(t.Context(), row); err != nil {
		t.Error(err)
	}
	if _, err := s.StatStaging(open); err != nil {
		t.Errorf("the open upload: %v", err)
	}
	if left := files(t, dir); len(left) != 2 {
		t.Errorf("on the disk: %v", left)
	}
}

// A link of an old file is a new file: its row may be on its way.
func TestSweepLeavesAFreshCopyAlone(t *testing.T) {
	now := time.Now()
	s := open(t, t.TempDir(), storage.Options{Now: func() time.Time { return now }})
	old := put(t, s, storage.Tmp, "uploaded weeks ago")
	now = now.Add(20 * 24 * time.Hour)
	if err := s.Copy(t.Context(), storage.Tmp, old.ID, storage.OrderFiles, newID(t)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Sweep(t.Context(), rows{old.ID: true}.plan(now.Add(time.Minute))); err != nil || len(got.Quarantined) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// When everything looks forgotten it is the database that is wrong.
func TestSweepRefusesTheImplausible(t *testing.T) {
	now := time.Now()
	s := open(t, t.TempDir(), storage.Options{})
	known := rows{}
	for i := range 40 {
		if obj := put(t, s, storage.Tmp, fmt.Sprint(i)); i >= 5 {
			known[obj.ID] = true
		}
	}
	plan := known.plan(now.Add(48 * time.Hour))
	got, err := s.Sweep(t.Context(), plan)
	if !errors.Is(err, storage.ErrTooMany) || len(got.Quarantined) != 5 || got.Checked != 40 {
		t.Errorf("5 of 40: %+v, %v", got, err)
	}
	moved := 0
	for range s.Quarantined(storage.Tmp) {
		moved++
	}
	if moved != 0 {
		t.Errorf("%d files were moved all the same", moved)
	}
	plan.MaxShare, plan.MaxFiles = 0.5, 4
	if _, err := s.Sweep(t.Context(), plan); !errors.Is(err, storage.ErrTooMany) {
		t.Errorf("five files where four are allowed: %v", err)
	}
	plan.Confirmed = true
	if got, err := s.Sweep(t.Context(), plan); err != nil || len(got.Quarantined) != 5 {
		t.Errorf("confirmed: %+v, %v", got, err)
	}
}

// A question that cannot be answered is not a no.
func TestSweepStopsWhenTheDatabaseDoes(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	obj := put(t, s, storage.Tmp, "x")
	plan := rows{}.plan(time.Now().Add(48 * time.Hour))
	busy := errors.New("database is locked")
	plan.HasRow = func(context.Context, storage.Bucket, string) (bool, error) { return false, busy }
	if _, err := s.Sweep(t.Context(), plan); !errors.Is(err, busy) {
		t.Error(err)
	}
	if err := s.Verify(t.Context(), obj); err != nil {
		t.Error(err)
	}
}
