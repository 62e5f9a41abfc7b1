package db

import (
	"context"
	"encoding/json"

	"buildplate/app/shop"
)

// InsertPlate adds a plate of an item to its order.
func (tx *Tx) InsertPlate(ctx context.Context, p shop.Plate) error {
	_, err := tx.exec(ctx, `INSERT INTO plates (id, order_id, origin, position, class_id, slice_key, runs, seconds, grams, support_grams, layers, gcode_sha256, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.OrderID, p.Origin, p.Position, nullText(p.ClassID), p.SliceKey, p.Runs, p.Seconds, p.Grams, p.SupportGrams, p.Layers, p.GCodeHash, tx.Now)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO plate_items (plate_id, item_id, copies, placements) VALUES (?, ?, ?, ?)", p.ID, p.ItemID, p.Copies, placesText(p))
	return err
}

// SavePlate keeps what lies on a plate of an item, and how it is made.
func (tx *Tx) SavePlate(ctx context.Context, p shop.Plate) error {
	err := tx.change(ctx, "UPDATE plates SET origin = ?, position = ?, class_id = ?, slice_key = ?, runs = ?, seconds = ?, grams = ?, support_grams = ?, layers = ?, gcode_sha256 = ? WHERE id = ?",
		p.Origin, p.Position, nullText(p.ClassID), p.SliceKey, p.Runs, p.Seconds, p.Grams, p.SupportGrams, p.Layers, p.GCodeHash, p.ID)
	if err != nil {
		return err
	}
	return tx.change(ctx, "UPDATE plate_items SET copies = ?, placements = ? WHERE plate_id = ? AND item_id = ?", p.Copies, placesText(p), p.ID, p.ItemID)
}

// DeletePlate removes a plate of an order, with its job. Its files must have gone before.
func (tx *Tx) DeletePlate(ctx context.Context, id string) error {
	jobs, err := list(ctx, tx, scanText, "SELECT id FROM jobs WHERE plate_id = ?", id)
	for _, job := range jobs {
		if err == nil {
			err = tx.unindex(ctx, searchedJobs, job)
		}
	}
	if err != nil {
		return err
	}
	return tx.change(ctx, "DELETE FROM plates WHERE id = ?", id)
}

func placesText(p shop.Plate) string {
	if !p.Laid() {
		return "[]"
	}
	return string(p.Placements)
}

// LayOut puts the copies of a part in a cart on plates, in the place of those where they lay.
func (tx *Tx) LayOut(ctx context.Context, part shop.Part, plates []shop.Plate) error {
	_, err := tx.exec(ctx, "DELETE FROM plates WHERE id IN (SELECT plate_id FROM plate_items WHERE part_id = ?)", part.ID)
	for _, p := range plates {
		if err != nil {
			return err
		}
		id := shop.NewID()
		_, err = tx.exec(ctx, `INSERT INTO plates (id, cart_id, origin, position, class_id, slice_key, runs, created)
			SELECT ?, cart_id, ?, position, ?, ?, ?, created FROM parts WHERE id = ?`, id, shop.PlatePriced, nullText(p.ClassID), p.SliceKey, p.Runs, part.ID)
		if err == nil {
			_, err = tx.exec(ctx, "INSERT INTO plate_items (plate_id, part_id, copies, placements) VALUES (?, ?, ?, ?)", id, part.ID, p.Copies, placesText(p))
		}
	}
	return err
}

// PlatesOfPart lists a part's plates, the full one first.
func (tx *Tx) PlatesOfPart(ctx context.Context, partID string) ([]shop.Plate, error) {
	return list(ctx, tx, func(row scanner) (p shop.Plate, err error) {
		var places string
		err = row.Scan(&p.ID, &p.Origin, &p.ClassID, &p.SliceKey, &p.Runs, &p.Copies, &places)
		p.Placements = json.RawMessage(places)
		return p, err
	}, `SELECT l.id, l.origin, coalesce(l.class_id, ''), l.slice_key, l.runs, pi.copies, pi.placements
		FROM plate_items pi JOIN plates l ON l.id = pi.plate_id WHERE pi.part_id = ? ORDER BY pi.copies DESC, l.id`, partID)
}

// PlatesOf lists an order's plates in their order.
func (tx *Tx) PlatesOf(ctx context.Context, orderID string) ([]shop.Plate, error) {
	return list(ctx, tx, func(row scanner) (p shop.Plate, err error) {
		var places string
		err = row.Scan(&p.ID, &p.OrderID, &p.Origin, &p.Position, &p.ClassID, &p.SliceKey, &p.Runs, &p.ItemID, &p.Copies, &p.Title, &places,
			&p.Seconds, &p.Grams, &p.SupportGrams, &p.Layers, &p.GCodeHash)
		p.Placements = json.RawMessage(places)
		return p, err
	}, `SELECT p.id, p.order_id, p.origin, p.position, coalesce(p.class_id, ''), p.slice_key, p.runs, pi.item_id, pi.copies,
			i.name || iif(EXISTS (SELECT 1 FROM order_items x WHERE x.order_id = p.order_id AND x.id <> i.id AND x.name = i.name), coalesce(', ' || nullif(i.choices ->> 'colour', ''), ''), ''), pi.placements,
			p.seconds, p.grams, p.support_grams, p.layers, p.gcode_sha256
		FROM plates p JOIN plate_items pi ON pi.plate_id = p.id JOIN order_items i ON i.id = pi.item_id WHERE p.order_id = ? ORDER BY p.position, p.id`, orderID)
}
