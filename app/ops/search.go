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
func refillSearch(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Enqueue(ctx, rebuildTask, "for "+db.SearchedFor, nil, tx.Now)
	return err
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
