package db

import (
	"context"
	"strings"

	"buildplate/app/shop"
)

const (
	// itemGood and itemLeft count an item's, i's, good copies, and those that have left the shop.
	itemGood = "coalesce((SELECT sum(good) FROM attempt_items WHERE item_id = i.id), 0)"
	itemLeft = "coalesce((SELECT sum(hi.copies) FROM handover_items hi JOIN handovers h ON h.id = hi.handover_id WHERE hi.item_id = i.id AND h.undone IS NULL), 0)"

	// itemJobs are an item's jobs that were not cancelled; itemWanted counts the copies that they are to make, itemOwed those that they
	// still have to.
	itemJobs   = "FROM plate_items pi JOIN plates p ON p.id = pi.plate_id JOIN jobs j ON j.plate_id = p.id WHERE pi.item_id = i.id AND j.state <> 'CANCELLED'"
	itemWanted = "(SELECT coalesce(sum(p.runs * pi.copies), 0) " + itemJobs + ")"
	itemOwed   = "(SELECT coalesce(sum(max(p.runs * pi.copies - " + jobGood + ", 0)), 0) " + itemJobs + ")"

	// itemHere counts an item's copies that can leave: good ones of jobs that were not cancelled.
	itemHere = "max((SELECT coalesce(sum(" + jobGood + "), 0) " + itemJobs + ") - " + itemLeft + ", 0)"
)

// ItemCopies says of each of an order's items how far its copies are on their way out, in their order.
func (tx *Tx) ItemCopies(ctx context.Context, orderID string) ([]shop.ItemCopies, error) {
	return list(ctx, tx, func(row scanner) (c shop.ItemCopies, err error) {
		var packed, made int
		var settled bool // its jobs say what is to come: it has them, or never will
		err = row.Scan(&c.ItemID, &c.Name, &c.Asked, &c.Left, &c.Here, &packed, &c.Shelf, &settled, &c.Wanted, &c.ToCome, &made)
		c.Shelf = strings.ReplaceAll(c.Shelf, ",", ", ")
		if c.Ready = min(c.Here, packed); !settled {
			c.ToCome = c.Asked
		}
		c.Spare = max(made-c.Left-c.Here, 0)
		return c, err
	}, `SELECT i.id, i.name, i.copies, `+itemLeft+`, `+itemHere+`,
		(SELECT coalesce(sum(p.runs * pi.copies), 0) FROM plate_items pi CROSS JOIN plates p ON p.id = pi.plate_id CROSS JOIN jobs j ON j.plate_id = p.id WHERE pi.item_id = i.id AND j.state = 'READY_TO_COLLECT'),
		(SELECT coalesce(group_concat(DISTINCT nullif(j.shelf, '')), '') FROM plate_items pi CROSS JOIN jobs j ON j.plate_id = pi.plate_id WHERE pi.item_id = i.id AND j.state = 'READY_TO_COLLECT'),
		o.released IS NOT NULL OR `+leftOut("o.id", "i.id")+`, `+itemWanted+`, `+itemOwed+`, `+itemGood+`
		FROM order_items i JOIN orders o ON o.id = i.order_id WHERE i.order_id = ? ORDER BY i.position`, orderID)
}

const handoverColumns = "id, order_id, kind, collected_by, carrier, tracking_number, unpaid_reason, note, at, coalesce(user_id, ''), handed_by, undone, undone_by, undo_reason, version, changed_by, updated"

func scanHandover(row scanner) (h shop.Handover, err error) {
	err = row.Scan(&h.ID, &h.OrderID, &h.Kind, &h.CollectedBy, &h.Carrier, &h.TrackingNumber, &h.UnpaidReason, &h.Note, &h.At, &h.UserID, &h.By, &h.Undone, &h.UndoneBy, &h.UndoReason,
		&h.Version, &h.ChangedBy, &h.Updated)
	return h, err
}

// HandoversOf lists an order's handovers with what they hold, the first one first; undone ones, too.
func (tx *Tx) HandoversOf(ctx context.Context, orderID string) ([]shop.Handover, error) {
	all, err := list(ctx, tx, scanHandover, "SELECT "+handoverColumns+" FROM handovers WHERE order_id = ? ORDER BY at, id", orderID)
	if err != nil || len(all) == 0 {
		return all, err
	}
	at := map[string]int{}
	for i, h := range all {
		at[h.ID] = i
	}
	type line struct {
		handover string
		item     shop.HandoverItem
	}
	lines, err := list(ctx, tx, func(row scanner) (l line, err error) {
		err = row.Scan(&l.handover, &l.item.ItemID, &l.item.Name, &l.item.Copies)
		return l, err
	}, `SELECT hi.handover_id, hi.item_id, i.name, hi.copies FROM handovers h JOIN handover_items hi ON hi.handover_id = h.id JOIN order_items i ON i.id = hi.item_id
		WHERE h.order_id = ? ORDER BY i.position`, orderID)
	for _, l := range lines {
		h := &all[at[l.handover]]
		h.Items = append(h.Items, l.item)
	}
	return all, err
}

// InsertHandover keeps a new handover with what it holds.
func (tx *Tx) InsertHandover(ctx context.Context, h shop.Handover) error {
	_, err := tx.exec(ctx, `INSERT INTO handovers (id, order_id, kind, collected_by, carrier, tracking_number, unpaid_reason, note, at, user_id, handed_by, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		h.ID, h.OrderID, h.Kind, h.CollectedBy, h.Carrier, h.TrackingNumber, h.UnpaidReason, h.Note, h.At, nullText(h.UserID), h.By, tx.Now)
	for _, line := range h.Items {
		if err == nil {
			_, err = tx.exec(ctx, "INSERT INTO handover_items (handover_id, item_id, copies) VALUES (?, ?, ?)", h.ID, line.ItemID, line.Copies)
		}
	}
	return err
}

// SaveHandover keeps what can change about a handover, as a new version: who collected it, its carrier and number, and that
// it was undone. By is who changed it.
func (tx *Tx) SaveHandover(ctx context.Context, h shop.Handover, by string) error {
	return tx.change(ctx, `UPDATE handovers SET collected_by = ?, carrier = ?, tracking_number = ?, undone = ?, undone_by = ?, undo_reason = ?, version = version + 1, changed_by = ?, updated = ? WHERE id = ?`,
		h.CollectedBy, h.Carrier, h.TrackingNumber, nullTime(h.Undone), h.UndoneBy, h.UndoReason, by, tx.Now, h.ID)
}

var _ = mustHold("copies leave the shop once, and only good ones", `
	SELECT i.name || ': ' || `+itemLeft+` || ' left, ' || `+itemGood+` || ' are good' FROM order_items i WHERE `+itemLeft+` > `+itemGood)

var _ = mustHold("a job is completed when all copies of its items have left", `
	SELECT j.title || ' is ' || j.state FROM jobs j JOIN plate_items pi ON pi.plate_id = j.plate_id JOIN order_items i ON i.id = pi.item_id
	WHERE j.state <> 'CANCELLED' GROUP BY j.id HAVING (j.state = 'COMPLETED') <> (min(`+itemLeft+` >= `+itemWanted+`))`)

var _ = mustHold("a handover holds copies of its own order", `
	SELECT h.id FROM handovers h WHERE NOT EXISTS (SELECT 1 FROM handover_items WHERE handover_id = h.id)
	UNION ALL SELECT h.id FROM handovers h JOIN handover_items hi ON hi.handover_id = h.id JOIN order_items i ON i.id = hi.item_id WHERE i.order_id <> h.order_id`)
