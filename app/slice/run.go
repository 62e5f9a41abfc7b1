package slice

import (
	"context"
	"errors"
	"io"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// run runs the engine and keeps the result: the G-code first, then the rows that name it.
func (s *Service) run(ctx context.Context, plan slicer.Plan, meshBlob string, progress func(float64)) {
	kept := shop.Slice{Key: plan.Key}
	blob, facts, err := s.sliceToBlob(ctx, plan, meshBlob, progress)
	if ctx.Err() != nil || errors.Is(err, errNoMesh) {
		s.files.Discard(ctx, blob)
		s.waiting.finish(plan.Key)
		time.AfterFunc(time.Second, func() { s.stopped(plan.Key) })
		return // dropped, or the shop is closing: the part stays queued; so does another with the same mesh
	}
	if err != nil {
		kept.Failed = true
		e := slicer.ErrorOf(err)
		kept.Facts.Code, kept.Facts.Message = string(e.Code), e.Message
		s.log.WarnContext(ctx, "a slice failed", "key", plan.Key, "code", kept.Facts.Code, "err", err)
	} else {
		kept.Facts, kept.GCodeBlob = facts, blob.ID
	}
	made := kept
	err = s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		kept = made
		if !kept.Failed {
			if err := s.roomFor(ctx, tx, plan.Key, blob.Packed); err != nil {
				full := slicer.ErrorOf(err)
				if full.Code != slicer.CodeNoRoom {
					return err
				}
				kept = shop.Slice{Key: plan.Key, Failed: true, Facts: shop.SliceFacts{Code: string(full.Code), Message: full.Message}}
			} else if err := tx.InsertBlob(ctx, blob); err != nil {
				return err
			}
		}
		added, err := tx.SaveSlice(ctx, kept)
		if err != nil {
			return err
		}
		if !added && !kept.Failed {
			if err := s.files.Trash(ctx, tx, blob.ID); err != nil {
				return err
			}
		}
		return s.events.Emit(ctx, tx, event.SliceFinished{Key: plan.Key})
	})
	if err != nil {
		// Its parts stay queued: whoever watches them asks for it again.
		s.log.ErrorContext(ctx, "a slice could not be kept", "key", plan.Key, "err", err)
	}
	if !made.Failed && kept.Failed {
		s.log.WarnContext(ctx, "there is no room for the G-code of a slice", "key", plan.Key)
		s.files.Discard(ctx, blob)
	}
	s.waiting.finish(plan.Key)
}

// roomFor says whether there is room for so many bytes of G-code. Its *slicer.Error has CodeNoRoom.
func (s *Service) roomFor(ctx context.Context, tx *db.Tx, key string, bytes int64) error {
	err := s.room(ctx, tx, key, bytes)
	if err != nil && shop.KindOf(err) != shop.Internal {
		err = &slicer.Error{Code: slicer.CodeNoRoom, Message: shop.MessageOf(err), Err: err}
	}
	return err
}

// errNoMesh means that the part whose mesh was to be sliced was taken out.
var errNoMesh = errors.New("the mesh is not here any more")

// sliceToBlob slices into a file. Errors: errNoMesh; the slicer's; those of storage.
func (s *Service) sliceToBlob(ctx context.Context, plan slicer.Plan, meshBlob string, progress func(float64)) (db.Blob, shop.SliceFacts, error) {
	err := s.db.Read(ctx, func(tx *db.Tx) error { return s.roomFor(ctx, tx, plan.Key, 1) })
	if err != nil {
		return db.Blob{}, shop.SliceFacts{}, err
	}
	m, file, err := s.files.OpenMesh(ctx, storage.Tmp, meshBlob)
	if shop.IsKind(err, shop.NotFound) {
		return db.Blob{}, shop.SliceFacts{}, errors.Join(s.takenOut(ctx, meshBlob), err)
	}
	if err != nil {
		return db.Blob{}, shop.SliceFacts{}, err
	}
	defer file.Close()
	var res slicer.Result
	var sliceErr error
	blob, err := s.files.PutPacked(ctx, storage.Tmp, "part.gcode", func(w io.Writer) error {
		res, sliceErr = s.slicer.Slice(ctx, m, plan, w, progress)
		return sliceErr
	})
	if sliceErr != nil {
		return blob, shop.SliceFacts{}, sliceErr
	}
	if err != nil {
		return blob, shop.SliceFacts{}, err
	}
	if blob.SHA256 != res.GCodeSHA256 {
		s.files.Discard(ctx, blob)
		return blob, shop.SliceFacts{}, errors.New("the G-code stored is not the one that was made")
	}
	return blob, factsOf(res), nil
}

// takenOut says errNoMesh of a mesh that no part has any more. One that a part still has was lost: its slice fails.
func (s *Service) takenOut(ctx context.Context, meshBlob string) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		used, err := tx.PartsUse(ctx, meshBlob)
		if err == nil && !used {
			err = errNoMesh
		}
		return err
	})
}

func factsOf(r slicer.Result) shop.SliceFacts {
	return shop.SliceFacts{
		Seconds: r.Seconds, Grams: r.Grams, SupportGrams: r.SupportGrams, FilamentMM: r.FilamentMM, Layers: r.Layers, Engine: r.Engine, EngineVersion: r.EngineVersion,
		GCodeSHA256: r.GCodeSHA256, GCodeBytes: r.GCodeBytes, SupportsUsed: r.SupportsUsed, Generic: r.Generic, Warnings: r.Warnings,
	}
}

// DropUnwanted stops slices that no part waits for any more: its choices changed, or it was taken out. It waits as long as a
// busy shop takes to say which: nothing else would stop them.
func (s *Service) DropUnwanted() {
	ctx := context.Background()
	if s.queue == nil {
		return
	}
	keys := s.queue.Keys() // before the carts are read: what is queued after that is kept in one that this read may not see
	if len(keys) == 0 {
		return
	}
	var unwanted []string
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		unwanted, err = tx.SlicesNotInCarts(ctx, keys)
		return err
	})
	if err != nil {
		s.log.WarnContext(ctx, "slices that nobody wants any more run on", "err", err)
	}
	for _, key := range unwanted {
		s.waiting.finish(key)
		s.queue.Drop(key)
	}
}
