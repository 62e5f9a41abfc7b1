package client

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// AddGuest adds the client of an order that was placed without an account. The id is the caller's, since the order's
// files are kept under it before the order is.
func AddGuest(ctx context.Context, tx *db.Tx, id string, c shop.Contact) error {
	return tx.InsertClient(ctx, id, c)
}

// Index lets a client be found by what they are now. It is a subscriber.
func Index(ctx context.Context, tx *db.Tx, e event.ClientChanged) error {
	return tx.IndexClient(ctx, e.ID)
}

// RemoveGuest removes the client of an order that was deleted. Errors: Conflict while something belongs to them.
func RemoveGuest(ctx context.Context, tx *db.Tx, id string) error { return tx.DeleteClient(ctx, id) }
