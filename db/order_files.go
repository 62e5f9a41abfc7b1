package db

import (
	"context"
	"database/sql"

	"buildplate/app/shop"
)

const orderFileQuery = `SELECT f.id, f.client_id, f.order_id, f.item_id, coalesce(f.plate_id, ''), f.kind, f.name, f.blob_id, b.sha256, b.size, f.created, f.remade, f.sent, f.sent_as FROM order_files f JOIN blobs b ON b.id = f.blob_id `

// RefusedFiles is the kind of the task that deletes the files of an order that was refused with them; its key is the order.
// From its promise until it is done those files are rows that nobody is shown.
const RefusedFiles = "delete.refused"

const stays = ` NOT EXISTS (SELECT 1 FROM outbox t WHERE t.kind = '` + RefusedFiles + `' AND t.key = f.order_id AND t.state <> 'done') `

func scanOrderFile(row scanner) (f shop.OrderFile, err error) {
	var item sql.NullString
	err = row.Scan(&f.ID, &f.ClientID, &f.OrderID, &item, &f.PlateID, &f.Kind, &f.Name, &f.BlobID, &f.SHA256, &f.Bytes, &f.Created, &f.Remade, &f.Sent, &f.SentAs)
	f.ItemID = item.String
	return f, err
}

// OrderFiles lists an order's files, without those that are being deleted.
func (tx *Tx) OrderFiles(ctx context.Context, orderID string) ([]shop.OrderFile, error) {
	return list(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.order_id = ? AND"+stays+"ORDER BY f.created, f.id", orderID)
}

// FilesToDelete lists an order's files, at most so many: those that are being deleted, too.
func (tx *Tx) FilesToDelete(ctx context.Context, orderID string, limit int) ([]shop.OrderFile, error) {
	return list(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.order_id = ? ORDER BY f.created, f.id LIMIT ?", orderID, limit)
}

// OrderFile finds one file, unless it is being deleted.
func (tx *Tx) OrderFile(ctx context.Context, id string) (shop.OrderFile, error) {
	return get(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.id = ? AND"+stays, id)
}

// OrderFileByBlob finds the file that a blob is, unless it is being deleted.
func (tx *Tx) OrderFileByBlob(ctx context.Context, blobID string) (shop.OrderFile, error) {
	return get(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.blob_id = ? AND"+stays, blobID)
}

// InsertOrderFile gives an order a file.
func (tx *Tx) InsertOrderFile(ctx context.Context, f shop.OrderFile) error {
	_, err := tx.exec(ctx, "INSERT INTO order_files (id, client_id, order_id, item_id, plate_id, kind, name, blob_id, created, remade, sent, sent_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		f.ID, f.ClientID, f.OrderID, nullText(f.ItemID), nullText(f.PlateID), f.Kind, f.Name, f.BlobID, tx.Now, f.Remade, f.Sent, f.SentAs)
	return err
}

// DeleteOrderFile removes a file's row.
func (tx *Tx) DeleteOrderFile(ctx context.Context, id string) error {
	return tx.change(ctx, "DELETE FROM order_files WHERE id = ?", id)
}

var _ = mustHold("a refused order's files are gone once that was done", `
	SELECT f.name FROM order_files f JOIN outbox t ON t.kind = '`+RefusedFiles+`' AND t.key = f.order_id WHERE t.state = 'done'`)
