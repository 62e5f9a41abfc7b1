package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"buildplate/app/shop"
	"buildplate/storage"
)

// lockPatience is how long a start waits for the data folder's lock: a shop that was killed while it started a slicer
// leaves a child that holds the lock until its own program runs.
const lockPatience = 3 * time.Second

func (s *Serve) openFiles(ctx context.Context, log *slog.Logger) (*storage.Store, error) {
	for end := time.Now().Add(lockPatience); ; {
		files, err := storage.Open(s.Data, storage.Options{Log: log, Reserve: s.Reserve})
		if !errors.Is(err, storage.ErrLocked) || time.Now().After(end) {
			return files, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// noRoom says of a start that failed for want of room what is the matter, how many bytes it takes and what to do; any other error
// it leaves as it is. What the shop can do without was given up by then: the ballast, and what dead slices left.
func (s *Serve) noRoom(err error) error {
	if !errors.Is(err, storage.ErrNoSpace) && !errors.Is(err, syscall.ENOSPC) && !shop.IsKind(err, shop.NoSpace) {
		return err
	}
	free, asked := storage.Free(s.Data)
	if asked != nil {
		return errors.Join(err, asked)
	}
	need := int64(storage.NearlyFull)
	if info, gone := os.Stat(s.databasePath()); gone == nil && free >= need { // an upgrade keeps a copy, and writes what it changes
		need += 2 * info.Size()
	}
	if free >= need {
		return err
	}
	text := fmt.Sprintf("the disk is full, so the shop cannot start: it needs %.1f MB of room in %s, and only %.1f MB are free. Move something else off that disk, then start the shop again. Do not delete anything in that folder by hand", float64(need)/1e6, s.Data, float64(free)/1e6)
	if copies, _ := filepath.Glob(filepath.Join(s.Data, "before-upgrade-from-*.db")); len(copies) > 0 {
		text += fmt.Sprintf("; only copies of the database from before an upgrade can be moved elsewhere: %s", strings.Join(copies, ", "))
	}
	return fmt.Errorf("%s. (%w)", text, err)
}
