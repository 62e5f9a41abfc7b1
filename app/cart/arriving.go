package cart

import (
	"context"
	"fmt"

	"buildplate/app/shop"
	"buildplate/db"
)

// Arriving splits a cart's open uploads by what an order has to do about them. It waits for those that brought a byte
// in the last minutes, and for those that are all here: their bytes were acknowledged and are never dropped. The others
// stopped, as when a page is closed halfway; the cart can be ordered without them.
func Arriving(ctx context.Context, tx *db.Tx, cartID string) (awaited, stopped []db.Upload, err error) {
	all, err := tx.UploadsOfCart(ctx, cartID)
	for _, u := range all {
		if u.Durable == u.Expected || tx.Now.Sub(u.Heard) < uploadQuiet {
			awaited = append(awaited, u)
		} else {
			stopped = append(stopped, u)
		}
	}
	return awaited, stopped, err
}

// StillArriving says which file an order waits for. Conflict.
func StillArriving(awaited []db.Upload) error {
	who := awaited[0].Name + " has"
	switch more := len(awaited) - 1; {
	case more == 1:
		who = awaited[0].Name + " and another file have"
	case more > 1:
		who = fmt.Sprintf("%s and %d other files have", awaited[0].Name, more)
	}
	return shop.Conflictf("upload_not_complete", "%s not arrived yet. Wait until the upload is complete, or remove what you do not need, and then order. An upload that has stopped is left out after %d minutes.",
		who, int(uploadQuiet.Minutes()))
}
