package setting

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// CheckVersion refuses a save that was made from another version of a row than the stored one, and says in the shop's time
// zone when by made that; 0 names none and asks no questions. Errors: Conflict.
func CheckVersion(ctx context.Context, tx *db.Tx, from, stored int, by string, at shop.Time) error {
	if from == 0 || from == stored {
		return nil
	}
	s, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	return shop.CheckVersion(from, stored, by, at, s.Location())
}
