package db

import (
	"context"

	"buildplate/app/shop"
)

// InsertClient keeps a guest as a client of their own.
func (tx *Tx) InsertClient(ctx context.Context, id string, c shop.Contact) error {
	_, err := tx.exec(ctx, "INSERT INTO clients (id, name, email, phone, created) VALUES (?, ?, ?, ?, ?)", id, c.Name, c.Email, c.Phone, tx.Now)
	return err
}

// HasClient says whether a client is known.
func (tx *Tx) HasClient(ctx context.Context, id string) (known bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM clients WHERE id = ?)", []any{id}, &known)
	return known, err
}

// DeleteClient removes a client that no order names any more.
func (tx *Tx) DeleteClient(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, "DELETE FROM clients WHERE id = ? AND NOT EXISTS (SELECT 1 FROM orders WHERE client_id = clients.id)", id)
	return err
}
