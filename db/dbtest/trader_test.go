package dbtest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"buildplate/db"
	"buildplate/storage"
)

const crashChild = "BUILDPLATE_CRASH_CHILD" // the data folder

// trade works until it is killed.
func trade(dir string) error {
	f, err := openDataFolder(dir, "")
	if err != nil {
		return err
	}
	var out sync.Mutex
	say := func(format string, args ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	failed := make(chan error)
	for range 4 {
		go func() { failed <- f.trader(say) }()
	}
	say("open")
	return <-failed
}

// trader does one thing after another, each as the shop does it.
func (f dataFolder) trader(say func(string, ...any)) error {
	ctx := context.Background()
	var mine []storage.Object
	steps := []func() error{
		func() error { // what the shop makes itself
			id := uuid.Must(uuid.NewV7()).String()
			obj, err := f.s.Put(ctx, storage.PDFs, id, bytes.NewReader(contentOf(id)))
			if err != nil {
				return err
			}
			mine = append(mine, obj)
			return f.insert(ctx, obj, "", say)
		},
		func() error { // what a customer uploads
			id := uuid.Must(uuid.NewV7()).String()
			if err := f.begin(ctx, id); err != nil {
				return err
			}
			obj, err := f.resume(ctx, id, 0, say)
			mine = append(mine, obj)
			return err
		},
		func() error { // an upload that becomes part of an order
			if len(mine) == 0 {
				return nil
			}
			src := mine[rand.IntN(len(mine))]
			dst := src
			dst.Bucket, dst.ID = storage.OrderFiles, uuid.Must(uuid.NewV7()).String()
			if err := f.s.Copy(ctx, src.Bucket, src.ID, dst.Bucket, dst.ID); err != nil {
				return err
			}
			return f.insert(ctx, dst, "", say)
		},
		func() error { // a removal
			if len(mine) < 3 {
				return nil
			}
			obj := mine[0]
			mine = mine[1:]
			say("removing %s", obj.ID)
			if err := f.d.Write(ctx, func(tx *db.Tx) error { return tx.TrashBlob(ctx, obj.ID, tx.Now) }); err != nil {
				return err
			}
			say("removed %s", obj.ID)
			return f.unlink(ctx, obj.Bucket, obj.ID)
		},
		func() error { // what a sweep does to a file without a row
			id := uuid.Must(uuid.NewV7()).String()
			if _, err := f.s.Put(ctx, storage.Attachments, id, bytes.NewReader(contentOf(id))); err != nil {
				return err
			}
			old := time.Now().Add(-time.Hour)
			err := errors.Join(f.s.Quarantine(storage.Attachments, id, time.Now()), f.s.Restore(storage.Attachments, id),
				f.s.Quarantine(storage.Attachments, id, old))
			if err != nil {
				return err
			}
			if _, err = f.s.PurgeQuarantine(time.Now().Add(-time.Minute)); errors.Is(err, storage.ErrBusy) {
				return nil // another trader is at it
			}
			return err
		},
		func() error { // an upload given up
			id := uuid.Must(uuid.NewV7()).String()
			if err := f.begin(ctx, id); err != nil {
				return err
			}
			if err := f.d.Write(ctx, func(tx *db.Tx) error { return tx.DeleteUpload(ctx, id) }); err != nil {
				return err
			}
			return f.s.RemoveStaging(id)
		},
		func() error {
			_, err := f.s.DropBallast()
			if fill := f.s.FillBallast(ctx); fill != nil && !errors.Is(fill, storage.ErrBusy) {
				err = errors.Join(err, fill)
			}
			return err
		},
	}
	for {
		if err := steps[rand.IntN(len(steps))](); err != nil {
			return err
		}
	}
}
