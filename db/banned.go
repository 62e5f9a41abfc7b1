package db

import (
	"context"

	"buildplate/app/shop"
)

// BanFiles keeps the files that came with an order, and the meshes that were read from them, from being taken again; they
// are known by their SHA-256.
func (tx *Tx) BanFiles(ctx context.Context, o *shop.Order, reason string) error {
	_, err := tx.exec(ctx, `INSERT INTO banned_files (sha256, order_number, reason, created)
		SELECT b.sha256, ?, ?, ? FROM order_files f JOIN blobs b ON b.id = f.blob_id
		WHERE f.order_id = ? AND f.remade = 0 AND f.kind IN ('model', 'review_file', 'mesh') ON CONFLICT (sha256) DO NOTHING`,
		o.Number, reason, tx.Now, o.ID)
	return err
}

// FileBanned says whether a file was refused for good.
func (tx *Tx) FileBanned(ctx context.Context, sha256 string) (banned bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM banned_files WHERE sha256 = ?)", []any{sha256}, &banned)
	return banned, err
}
