package ops

import (
	"context"

	"buildplate/db"
)

// searchBatch is how many things are indexed anew in one transaction, so that it stays short.
const searchBatch = 10

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
