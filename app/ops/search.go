package ops

import (
	"context"

	"buildplate/db"
)

// searchBatch is how many things are indexed anew in one transaction, so that it stays short.
const searchBatch = 10

// rebuildTask is the kind of task that writes the index anew.
const rebuildTask = "search.rebuild"

// refillSearch promises that the index is written anew, once for all that this program knows to look for and an older one did not.
// That it was promised is kept apart from the task, which goes some time after it is done.
func refillSearch(ctx context.Context, tx *db.Tx) error {
	promised := rebuildTask + " for " + db.SearchedFor
	at, err := tx.Cursor(ctx, promised)
	if err != nil || at != 0 {
		return err
	}
	if _, err := tx.Enqueue(ctx, rebuildTask, "", nil, tx.Now); err != nil {
		return err
	}
	return tx.AdvanceCursor(ctx, promised, tx.Now)
}

// rebuildSearch writes the index of the search anew, whatever became of it, until all of it is. What changes meanwhile is
// indexed by those who change it.
func (s *Service) rebuildSearch(ctx context.Context) error {
	var at db.SearchPlace
	for more := true; more; {
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			at, more, err = tx.ReindexSome(ctx, at, searchBatch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
