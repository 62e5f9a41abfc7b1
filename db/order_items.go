package db

import (
	"context"
	"database/sql"
	"encoding/json"

	"buildplate/app/shop"
)

func scanItem(row scanner) (it shop.Item, err error) {
	var choices, price, inspection, result string
	var pose sql.NullString
	err = row.Scan(&it.ID, &it.OrderID, &it.Name, &it.Kind, &it.Copies, &choices, &inspection, &it.SliceKey, &result, &it.GCodeHash, &price, &pose, &it.MeshHash)
	if err != nil {
		return it, err
	}
	if it.Pose, err = poseOf(pose); err != nil {
		return it, err
	}
	it.Inspection, it.Result = json.RawMessage(inspection), json.RawMessage(result)
	if err = json.Unmarshal([]byte(choices), &it.Choices); err != nil {
		return it, err
	}
	return it, json.Unmarshal([]byte(price), &it.Price)
}

// Items lists an order's items in their order.
func (tx *Tx) Items(ctx context.Context, orderID string) ([]shop.Item, error) {
	return list(ctx, tx, scanItem, `SELECT id, order_id, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, pose, mesh_hash
		FROM order_items WHERE order_id = ? ORDER BY position`, orderID)
}

// InsertItem adds an item to an order.
func (tx *Tx) InsertItem(ctx context.Context, it shop.Item, position int) error {
	_, err := tx.exec(ctx, `INSERT INTO order_items (id, order_id, position, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, total, pose, mesh_hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		it.ID, it.OrderID, position, it.Name, it.Kind, it.Copies, toJSON(it.Choices), rawText(it.Inspection), it.SliceKey, rawText(it.Result), it.GCodeHash, toJSON(it.Price), it.Price.Total, poseText(it.Pose), it.MeshHash)
	return err
}

// SaveItem keeps how an item is made, and what it costs.
func (tx *Tx) SaveItem(ctx context.Context, it shop.Item) error {
	return tx.change(ctx, "UPDATE order_items SET choices = ?, inspection = ?, slice_key = ?, result = ?, gcode_sha256 = ?, price = ?, total = ?, pose = ?, mesh_hash = ? WHERE id = ?",
		toJSON(it.Choices), rawText(it.Inspection), it.SliceKey, rawText(it.Result), it.GCodeHash, toJSON(it.Price), it.Price.Total, poseText(it.Pose), it.MeshHash, it.ID)
}

// leftOut says whether an item was left out of its order, which its price says; both are columns.
func leftOut(order, item string) string {
	return "EXISTS (SELECT 1 FROM orders lo, json_each(lo.price, '$.rows') lr WHERE lo.id = " + order + " AND lr.value ->> 'kind' = 'left_out' AND lr.value ->> 'part_id' = " + item + ")"
}

func rawText(m json.RawMessage) string {
	if len(m) == 0 {
		return "{}"
	}
	return string(m)
}
