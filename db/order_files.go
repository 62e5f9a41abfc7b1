package db

import (
	"context"
	"database/sql"

	"buildplate/app/shop"
)

const orderFileQuery = `SELECT f.id, f.client_id, f.order_id, f.item_id, coalesce(f.plate_id, ''), f.kind, f.name, f.blob_id, b.sha256, b.size, f.created, f.remade FROM order_files f JOIN blobs b ON b.id = f.blob_id `

func scanOrderFile(row scanner) (f shop.OrderFile, err error) {
	var item sql.NullString
	err = row.Scan(&f.ID, &f.ClientID, &f.OrderID, &item, &f.PlateID, &f.Kind, &f.Name, &f.BlobID, &f.SHA256, &f.Bytes, &f.Created, &f.Remade)
	f.ItemID = item.String
	return f, err
}

// OrderFiles lists an order's files.
func (tx *Tx) OrderFiles(ctx context.Context, orderID string) ([]shop.OrderFile, error) {
	return list(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.order_id = ? ORDER BY f.created, f.id", orderID)
}

// OrderFile finds one file.
func (tx *Tx) OrderFile(ctx context.Context, id string) (shop.OrderFile, error) {
	return get(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.id = ?", id)
}

// OrderFileByBlob finds the file that a blob is.
func (tx *Tx) OrderFileByBlob(ctx context.Context, blobID string) (shop.OrderFile, error) {
	return get(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.blob_id = ?", blobID)
}

// InsertOrderFile gives an order a file.
func (tx *Tx) InsertOrderFile(ctx context.Context, f shop.OrderFile) error {
	_, err := tx.exec(ctx, "INSERT INTO order_files (id, client_id, order_id, item_id, plate_id, kind, name, blob_id, created, remade) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		f.ID, f.ClientID, f.OrderID, nullText(f.ItemID), nullText(f.PlateID), f.Kind, f.Name, f.BlobID, tx.Now, f.Remade)
	return err
}

// DeleteOrderFile removes a file's row.
func (tx *Tx) DeleteOrderFile(ctx context.Context, id string) error {
	return tx.change(ctx, "DELETE FROM order_files WHERE id = ?", id)
}
