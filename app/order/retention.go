package order

import (
	"context"
	"slices"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// deletionOrder is what a night's deletion of models is asked for.
type deletionOrder struct {
	// Confirmed is how many files an admin has agreed to have deleted; 0 for as many as is usual.
	Confirmed int `json:"confirmed,omitempty"`
}

// deletionKind is the name of that work among the tasks.
const deletionKind = "clean.models"

// Orders that are read at once, those that are written to in one transaction, and files of one that go in it, so that it stays
// short.
const (
	readBatch   = 200
	warnBatch   = 20
	deleteBatch = 1
	fileBatch   = 10
)

// theShop is who deletes by age.
var theShop = shop.System("The shop")

// ConfirmDeletion promises, in the transaction of the use case that asked for the right to it, that up to so many files go
// at once.
func (s *Service) ConfirmDeletion(ctx context.Context, tx *db.Tx, files int) error {
	_, err := s.tasks.Enqueue(ctx, tx, deletionKind, "", deletionOrder{Confirmed: files}, tx.Now)
	return err
}

// deleteModels goes by the shop's table of retention: pages of orders say that their models go, or do not say so any more,
// and what was said long enough ago is deleted, unless that would be unusually much. Errors: task.ErrClockHeld.
func (s *Service) deleteModels(ctx context.Context, o deletionOrder) error {
	var table shop.Retention
	var now shop.Time // what is old is so by the time that was trusted
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.tasks.TrustClock(ctx, tx); err != nil {
			return err
		}
		kept, err := tx.Settings(ctx)
		table, now = kept.Retention, tx.Now
		return err
	})
	if err != nil {
		return err
	}
	if err := s.warn(ctx, table, now); err != nil {
		return err
	}
	files, of, err := s.countDue(ctx, now)
	if err != nil {
		return err
	}
	held := event.DeletionHeld{}
	if shop.DeletionHeld(files, of, o.Confirmed) {
		s.log.WarnContext(ctx, "the deletion of old models waits for an admin", "files", files, "of", of)
		held = event.DeletionHeld{Files: files, Of: of}
	} else if err := s.deleteDue(ctx, now); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.events.Emit(ctx, tx, held) })
}

// warn looks at every order whose models are to go within the days of warning, and at those whose pages say so already.
func (s *Service) warn(ctx context.Context, table shop.Retention, now shop.Time) error {
	before := map[shop.RetentionKind]shop.Time{}
	for _, kind := range []shop.RetentionKind{shop.RetainGuest, shop.RetainAccount, shop.RetainOnAccount} {
		if age := table.Age(kind); age > 0 && now >= table.Since.Add(age-shop.Warning) {
			before[kind] = now.Add(shop.Warning - age)
		}
	}
	done := func(ctx context.Context, tx *db.Tx, after db.OrderAt) ([]db.OrderAt, error) {
		return tx.OrdersDone(ctx, before, after, readBatch)
	}
	// One that was opened again, or that is kept longer by now, is not among them.
	warned := func(ctx context.Context, tx *db.Tx, after db.OrderAt) ([]db.OrderAt, error) {
		return tx.OrdersWarned(ctx, now, after, readBatch)
	}
	for _, page := range []orderPage{done, warned} {
		if err := s.eachOrder(ctx, page, warnBatch, newsOfFiles, setWarning); err != nil {
			return err
		}
	}
	return nil
}

// newsOfFiles says whether an order's page is to say another thing about its files than it does.
func newsOfFiles(ctx context.Context, tx *db.Tx, o filesOf) (bool, error) {
	n, err := tx.CountOrderFiles(ctx, o.order.ID)
	return n == 0 && o.fate.Goes != 0 && !o.fate.Delete || o.order.FilesWarned != o.fate.Warned, err
}

// setWarning has an order's page say that its models go, or not any more. Of one that holds none it is noted that they are
// gone, unless they may just have been deleted: what they were copies of is still to go, and that is told at its end.
func setWarning(ctx context.Context, tx *db.Tx, o filesOf) error {
	n, err := tx.CountOrderFiles(ctx, o.order.ID)
	switch {
	case err != nil:
		return err
	case n == 0 && o.fate.Goes != 0 && !o.fate.Delete:
		return tx.FilesGone(ctx, o.order.ID)
	case o.order.FilesWarned == o.fate.Warned:
		return nil
	}
	return tx.WarnOfFiles(ctx, o.order.ID, o.fate.Warned)
}

// due lists the orders whose pages have said for long enough that their files go.
func due(now shop.Time) orderPage {
	return func(ctx context.Context, tx *db.Tx, after db.OrderAt) ([]db.OrderAt, error) {
		return tx.OrdersWarned(ctx, now.Add(-shop.Warning), after, readBatch)
	}
}

// countDue counts the files that would go now, and all files of orders.
func (s *Service) countDue(ctx context.Context, now shop.Time) (files, of int, err error) {
	err = s.eachOrder(ctx, due(now), 1, func(ctx context.Context, tx *db.Tx, o filesOf) (bool, error) {
		if !o.fate.Delete {
			return false, nil
		}
		n, err := tx.CountOrderFiles(ctx, o.order.ID)
		files += n
		return false, err
	}, nil)
	if err != nil || files == 0 {
		return 0, 0, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		of, err = tx.CountOrderFiles(ctx, "")
		return err
	})
	return files, of, err
}

// deleteDue deletes the files that are to go now, a few orders at a time, until none is left.
func (s *Service) deleteDue(ctx context.Context, now shop.Time) error {
	goes := func(_ context.Context, _ *db.Tx, o filesOf) (bool, error) { return o.fate.Delete, nil }
	for {
		more := false
		err := s.eachOrder(ctx, due(now), deleteBatch, goes, func(ctx context.Context, tx *db.Tx, o filesOf) error {
			if !o.fate.Delete {
				return nil
			}
			some, err := s.expire(ctx, tx, o.order)
			more = more || some
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

// orderPage reads a page of orders after one.
type orderPage func(ctx context.Context, tx *db.Tx, after db.OrderAt) ([]db.OrderAt, error)

// filesOf is an order and what becomes of its files.
type filesOf struct {
	order *shop.Order
	fate  shop.FilesFate
}

// readFilesOf reads an order and says what becomes of its files, by a table.
func readFilesOf(ctx context.Context, tx *db.Tx, table shop.Retention, id string) (f filesOf, err error) {
	if f.order, err = tx.Order(ctx, id); err != nil {
		return f, err
	}
	facts, err := tx.FilesFacts(ctx, f.order)
	f.fate = table.Fate(facts, tx.Now)
	return f, err
}

// eachOrder reads a list of orders page by page. Those of which wants says so are read again in transactions that write,
// so many in each, and acted on as they are then: somebody may have pressed Keep meanwhile.
func (s *Service) eachOrder(ctx context.Context, page orderPage, batch int, wants func(context.Context, *db.Tx, filesOf) (bool, error), act func(context.Context, *db.Tx, filesOf) error) error {
	var after db.OrderAt
	for {
		var found []db.OrderAt
		var wanted []string
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			if found, err = page(ctx, tx, after); err != nil {
				return err
			}
			kept, err := tx.Settings(ctx)
			if err != nil {
				return err
			}
			for _, at := range found {
				o, err := readFilesOf(ctx, tx, kept.Retention, at.ID)
				if err != nil {
					return err
				}
				yes, err := wants(ctx, tx, o)
				if err != nil {
					return err
				}
				if yes {
					wanted = append(wanted, at.ID)
				}
			}
			return nil
		})
		if err != nil || len(found) == 0 {
			return err
		}
		after = found[len(found)-1]
		for ids := range slices.Chunk(wanted, batch) {
			if err := s.db.Write(ctx, func(tx *db.Tx) error { return s.actOn(ctx, tx, ids, act) }); err != nil {
				return err
			}
		}
	}
}

func (s *Service) actOn(ctx context.Context, tx *db.Tx, ids []string, act func(context.Context, *db.Tx, filesOf) error) error {
	if err := s.tasks.TrustClock(ctx, tx); err != nil {
		return err
	}
	kept, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		o, err := readFilesOf(ctx, tx, kept.Retention, id)
		if shop.IsKind(err, shop.NotFound) {
			continue // it was deleted meanwhile
		}
		if err == nil {
			err = act(ctx, tx, o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
