package db

import (
	"context"
	"strings"

	"buildplate/app/shop"
)

// jobGood and jobFailed count the copies of a job's, j's, attempts.
const (
	jobGood   = "coalesce((SELECT sum(x.good) FROM attempts t JOIN attempt_items x ON x.attempt_id = t.id WHERE t.job_id = j.id), 0)"
	jobFailed = "coalesce((SELECT sum(x.failed) FROM attempts t JOIN attempt_items x ON x.attempt_id = t.id WHERE t.job_id = j.id), 0)"
)

// jobQuery reads a job with its plate, which holds copies of one item of one order, and the sums of its attempts.
const jobQuery = `SELECT j.id, j.plate_id, o.id, o.number, i.id, j.title, o.contact ->> 'name', j.state, j.priority, coalesce(j.printer_id, ''), coalesce(r.name, ''), coalesce(mc.id, ''), coalesce(mc.name, ''), coalesce(mc.interchangeable, 0),
	p.runs * pi.copies, p.position, (SELECT count(*) FROM plates WHERE order_id = o.id), p.runs, pi.copies, pi.placements <> '[]', ` + jobGood + `, ` + jobFailed + `,
	coalesce((SELECT sum(worked_ms) FROM attempts WHERE job_id = j.id), 0), p.slice_key = '' AND NOT EXISTS (SELECT 1 FROM order_files f WHERE f.plate_id = p.id AND f.kind = 'gcode'),
	p.slice_key <> '' AND NOT EXISTS (SELECT 1 FROM order_files f WHERE f.plate_id = p.id AND f.kind = 'gcode'), p.seconds, p.grams + p.support_grams,
	coalesce(i.choices ->> 'material', ''), coalesce(i.choices ->> 'colour', ''), coalesce(i.choices ->> 'colour_hex', ''),
	CASE WHEN o.closed IS NULL THEN o.hold ELSE '' END, o.promised, coalesce((SELECT f.id FROM order_files f WHERE f.plate_id = j.plate_id AND f.kind = 'gcode'), ''),
	j.shelf, j.notes, j.created, j.started, j.completed, o.delivery ->> 'method', EXISTS (SELECT 1 FROM invoices v WHERE v.order_id = o.id AND v.state = 'PAID'),
	EXISTS (SELECT 1 FROM invoices v JOIN payments p ON p.invoice_id = v.id WHERE v.order_id = o.id AND v.state <> 'VOID' AND p.state = 'settled'),
	coalesce((SELECT ` + paidFor + ` - (SELECT coalesce(sum(r.amount), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled') FROM invoices v WHERE v.order_id = o.id AND v.state <> 'VOID'), 0),
	NOT EXISTS (SELECT 1 FROM plates p2 JOIN jobs j2 ON j2.plate_id = p2.id JOIN plate_items pi2 ON pi2.plate_id = p2.id WHERE p2.order_id = o.id AND j2.id <> j.id AND j2.state NOT IN ('COMPLETED', 'CANCELLED')
		AND NOT (pi2.item_id = i.id AND ` + itemLeft + ` >= ` + itemWanted + ` - p.runs * pi.copies)),
	EXISTS (SELECT 1 FROM handovers h WHERE h.order_id = o.id AND h.undone IS NULL) AND coalesce(o.price ->> 'total', 0) > 0, o.closed IS NOT NULL,
	CASE WHEN j.state = 'CANCELLED' THEN coalesce((SELECT v.total - (SELECT coalesce(sum(ad.amount), 0) FROM invoice_adjustments ad WHERE ad.invoice_id = v.id AND ` + ofOther + `) FROM invoices v WHERE v.order_id = o.id AND v.state <> 'VOID'
		AND EXISTS (SELECT 1 FROM invoice_adjustments ad WHERE ad.invoice_id = v.id AND NOT ` + ofOther + `)), 0) ELSE 0 END, j.version, j.changed_by, j.updated, coalesce(a.id, ''), coalesce(a.printer_id, ''), coalesce(a.started, 0), coalesce(a.resumed, 0), coalesce(a.worked_ms, 0),
	coalesce((SELECT copies FROM attempt_items WHERE attempt_id = a.id AND item_id = i.id), 0), ` + itemThumbnail + `
	FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id JOIN order_items i ON i.id = pi.item_id JOIN orders o ON o.id = i.order_id
	LEFT JOIN printers r ON r.id = j.printer_id LEFT JOIN machine_classes mc ON mc.id = p.class_id LEFT JOIN attempts a ON a.id = (SELECT id FROM attempts WHERE job_id = j.id AND ended IS NULL ORDER BY started DESC LIMIT 1) `

// ofOther says of an adjustment that another item than i was left out with it: that stays when i is put back.
const ofOther = "ad.id IN (SELECT oi.id FROM order_items oi WHERE oi.order_id = o.id AND oi.id <> i.id)"

func scanJob(row scanner) (j shop.Job, err error) {
	var ready string
	var a shop.Attempt
	var left bool // some of an order that costs something has left the shop
	var drawn shop.Time
	err = row.Scan(&j.ID, &j.PlateID, &j.OrderID, &j.OrderNumber, &j.ItemID, &j.Title, &j.Customer, &j.State, &j.Priority, &j.PrinterID, &j.Printer, &j.MachineID, &j.Machine, &j.AnyMachine,
		&j.Copies, &j.Plate, &j.Plates, &j.Runs, &j.OnRun, &j.Laid, &j.Done, &j.Failed, &j.WorkedMS, &j.Elsewhere, &j.GCodeGone, &j.Seconds, &j.Grams, &j.Material, &j.Colour, &j.ColourHex,
		&j.Hold, &ready, &j.GCodeFileID, &j.Shelf, &j.Notes, &j.Created, &j.Started, &j.Completed, &j.Delivery, &j.InvoicePaid,
		&j.Money, &j.Held, &j.Last, &left, &j.OrderClosed, &j.CostsAgain, &j.Version, &j.ChangedBy, &j.Updated, &a.ID, &a.PrinterID, &a.Started, &a.Resumed, &a.WorkedMS, &a.On, &drawn)
	j.Thumbnail = shop.ThumbnailURL(shop.StaffItemPath(j.OrderID, j.ItemID), drawn)
	if r := (shop.Ready{Date: ready}); r.Date != "" {
		j.Ready = &r
	}
	if a.ID != "" {
		a.JobID, a.ItemID = j.ID, j.ItemID
		j.Attempt, j.Running = &a, a.Resumed
	}
	j.Owed = max(j.Copies-j.Done, 0)
	j.Rest = j.Last && left && !j.OrderClosed && !j.State.Final()
	j.On, j.Next = j.OnIt(), j.Moves()
	return j, err
}

// Job finds one job.
func (tx *Tx) Job(ctx context.Context, id string) (shop.Job, error) {
	return get(ctx, tx, scanJob, jobQuery+"WHERE j.id = ?", id)
}

// JobsOf lists an order's jobs.
func (tx *Tx) JobsOf(ctx context.Context, orderID string) ([]shop.Job, error) {
	return list(ctx, tx, scanJob, jobQuery+"WHERE o.id = ? ORDER BY j.position, j.id", orderID)
}

// InsertJob puts a plate's job at the end of the queue; a plate that has one already keeps it, and added is false.
func (tx *Tx) InsertJob(ctx context.Context, j shop.Job) (added bool, err error) {
	n, err := tx.exec(ctx, `INSERT INTO jobs (id, plate_id, title, state, position, created, updated)
		VALUES (?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM jobs), ?, ?) ON CONFLICT (plate_id) DO NOTHING`,
		j.ID, j.PlateID, j.Title, j.State, tx.Now, tx.Now)
	return n > 0, err
}

// SaveJob keeps everything about a job that can change, and its attempt, and counts the change; by is who made it.
func (tx *Tx) SaveJob(ctx context.Context, j shop.Job, by string) error {
	err := tx.change(ctx, `UPDATE jobs SET state = ?, priority = ?, printer_id = ?, shelf = ?, notes = ?, started = ?, completed = ?, version = version + 1, changed_by = ?, updated = ? WHERE id = ?`,
		j.State, j.Priority, nullText(j.PrinterID), j.Shelf, j.Notes, nullTime(j.Started), nullTime(j.Completed), by, tx.Now, j.ID)
	if err != nil || j.Attempt == nil {
		return err
	}
	return tx.saveAttempt(ctx, *j.Attempt)
}

// CancelJobs cancels an order's unfinished jobs, and breaks off what is being printed of them; by is who cancelled it.
func (tx *Tx) CancelJobs(ctx context.Context, orderID, by string) error {
	return tx.cancelJobs(ctx, "plate_id IN (SELECT id FROM plates WHERE order_id = ?)", orderID, by)
}

// CancelItemJobs is CancelJobs for those of one item.
func (tx *Tx) CancelItemJobs(ctx context.Context, itemID, by string) error {
	return tx.cancelJobs(ctx, "plate_id IN (SELECT plate_id FROM plate_items WHERE item_id = ?)", itemID, by)
}

func (tx *Tx) cancelJobs(ctx context.Context, which, id, by string) error {
	unfinished := which + " AND state NOT IN ('COMPLETED', 'CANCELLED')"
	_, err := tx.exec(ctx, `UPDATE attempts SET ended = ?1, reason = ?2, worked_ms = worked_ms + iif(resumed IS NULL, 0, max(?1 - resumed, 0)), resumed = NULL
		WHERE ended IS NULL AND job_id IN (SELECT id FROM jobs WHERE `+strings.Replace(unfinished, "?", "?3", 1)+")", tx.Now, shop.AttemptCancelled, id)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "UPDATE jobs SET state = 'CANCELLED', printer_id = NULL, shelf = '', version = version + 1, changed_by = ?, updated = ? WHERE "+unfinished, by, tx.Now, id)
	return err
}

// QueueHours is the printing still to do, in hours: of runs that are still to be made.
func (tx *Tx) QueueHours(ctx context.Context) (hours float64, err error) {
	err = tx.one(ctx, `SELECT coalesce(sum(p.seconds * ((max(p.runs * pi.copies - `+jobGood+`, 0) + pi.copies - 1) / pi.copies)), 0.0) / 3600.0
		FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id
		WHERE j.state IN ('QUEUED', 'PRE_PROCESSING', 'IN_QUEUE', 'PRINTING', 'PAUSED')`, nil, &hours)
	return hours, err
}

// OnPrinters names the jobs that run on each printer, and those that are paused on it: "clip.stl of ORD-1042".
func (tx *Tx) OnPrinters(ctx context.Context) (running, paused map[string]string, err error) {
	rows, err := list(ctx, tx, func(row scanner) (r [3]string, err error) {
		err = row.Scan(&r[0], &r[1], &r[2])
		return r, err
	}, `SELECT j.printer_id, j.state, j.title || ' of ' || o.number FROM jobs j INDEXED BY jobs_state JOIN plates p ON p.id = j.plate_id JOIN orders o ON o.id = p.order_id
		WHERE j.state IN ('PRINTING', 'PAUSED') AND j.printer_id IS NOT NULL`)
	running, paused = map[string]string{}, map[string]string{}
	for _, r := range rows {
		if r[1] == string(shop.JobPaused) {
			paused[r[0]] = r[2]
		} else {
			running[r[0]] = r[2]
		}
	}
	return running, paused, err
}

// PrintingOn counts the jobs that run on a printer, without the one named.
func (tx *Tx) PrintingOn(ctx context.Context, printerID, butJob string) (n int, err error) {
	err = tx.one(ctx, "SELECT count(*) FROM jobs INDEXED BY jobs_state WHERE printer_id = ? AND state = 'PRINTING' AND id <> ?", []any{printerID, butJob}, &n)
	return n, err
}

var _ = mustHold("an attempt runs exactly while its job prints, and is open while that is paused", `
	SELECT j.title || ' is ' || j.state FROM jobs j WHERE (j.state = 'PRINTING') <> EXISTS (SELECT 1 FROM attempts a WHERE a.job_id = j.id AND a.resumed IS NOT NULL)
	OR (j.state IN ('PRINTING', 'PAUSED')) <> EXISTS (SELECT 1 FROM attempts a WHERE a.job_id = j.id AND a.ended IS NULL)`)

var _ = mustHold("good copies are at most those ordered", `
	SELECT i.name || ': ' || sum(a.good) || ' of ' || i.copies FROM attempt_items a JOIN order_items i ON i.id = a.item_id GROUP BY i.id HAVING sum(a.good) > i.copies`)

var _ = mustHold("a run's copies are at most those that were on it, and those at most what was ordered", `
	SELECT i.name || ': ' || a.good || ' good and ' || a.failed || ' failed of ' || a.copies || ', of ' || i.copies || ' ordered' FROM attempt_items a JOIN order_items i ON i.id = a.item_id
	WHERE a.good + a.failed > a.copies OR a.copies > i.copies`)

var _ = mustHold("what was on a run is what its job makes", `
	SELECT j.title || ' is ' || j.state || ', run ' || a.id FROM attempts a JOIN jobs j ON j.id = a.job_id
	WHERE (SELECT group_concat(item_id) FROM (SELECT item_id FROM attempt_items WHERE attempt_id = a.id ORDER BY 1)) IS NOT (SELECT group_concat(item_id) FROM (SELECT item_id FROM plate_items WHERE plate_id = j.plate_id ORDER BY 1))`)

var _ = mustHold("what is on a run under way is owed", `
	SELECT j.title || ': ' || y.copies || ' on it, ' || `+jobGood+` || ' of ' || p.runs * pi.copies || ' good' FROM attempts a JOIN attempt_items y ON y.attempt_id = a.id
	JOIN jobs j ON j.id = a.job_id JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id AND pi.item_id = y.item_id WHERE a.ended IS NULL AND y.copies > p.runs * pi.copies - `+jobGood)

var _ = mustHold("a job's good copies are at most those of its plate", `
	SELECT j.title || ' has ' || `+jobGood+` || ' of ' || p.runs * pi.copies FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id WHERE `+jobGood+` > p.runs * pi.copies`)

var _ = mustHold("what is printed has its good copies", `
	SELECT j.title || ' is ' || j.state FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id
	WHERE j.state IN ('PRINTING_COMPLETE', 'POST_PROCESSING', 'PACKAGING', 'READY_TO_COLLECT', 'COMPLETED') AND `+jobGood+` < p.runs * pi.copies`)

var _ = mustHold("an item's plates hold its copies", `
	SELECT i.name || ' of ' || i.order_id FROM order_items i
	WHERE i.copies <> (SELECT coalesce(sum(p.runs * pi.copies), 0) FROM plate_items pi JOIN plates p ON p.id = pi.plate_id WHERE pi.item_id = i.id)`)
