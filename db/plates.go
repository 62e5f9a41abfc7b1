package db

import (
	"context"

	"buildplate/app/shop"
)

// InsertPlate adds a plate of an item to its order.
func (tx *Tx) InsertPlate(ctx context.Context, p shop.Plate) error {
	_, err := tx.exec(ctx, "INSERT INTO plates (id, order_id, origin, position, class_id, slice_key, runs, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		p.ID, p.OrderID, p.Origin, p.Position, nullText(p.ClassID), p.SliceKey, p.Runs, tx.Now)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO plate_items (plate_id, item_id, copies) VALUES (?, ?, ?)", p.ID, p.ItemID, p.Copies)
	return err
}

// SavePlate keeps how a plate is made.
func (tx *Tx) SavePlate(ctx context.Context, p shop.Plate) error {
	return tx.change(ctx, "UPDATE plates SET origin = ?, class_id = ?, slice_key = ? WHERE id = ?", p.Origin, nullText(p.ClassID), p.SliceKey, p.ID)
}

// PlatesOf lists an order's plates in their order.
func (tx *Tx) PlatesOf(ctx context.Context, orderID string) ([]shop.Plate, error) {
	return list(ctx, tx, func(row scanner) (p shop.Plate, err error) {
		err = row.Scan(&p.ID, &p.OrderID, &p.Origin, &p.Position, &p.ClassID, &p.SliceKey, &p.Runs, &p.ItemID, &p.Copies, &p.Title)
		return p, err
	}, `SELECT p.id, p.order_id, p.origin, p.position, coalesce(p.class_id, ''), p.slice_key, p.runs, pi.item_id, pi.copies, i.name
		FROM plates p JOIN plate_items pi ON pi.plate_id = p.id JOIN order_items i ON i.id = pi.item_id WHERE p.order_id = ? ORDER BY p.position, p.id`, orderID)
}
