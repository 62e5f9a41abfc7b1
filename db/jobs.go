package db

import (
	"context"
	"database/sql"

	"buildplate/app/shop"
)

const jobQuery = `SELECT j.id, j.order_id, o.number, j.item_id, j.title, o.contact ->> 'name', j.state, j.priority, coalesce(j.printer_id, ''), coalesce(p.name, ''),
	j.copies, j.done, j.failed, coalesce(i.result ->> 'seconds', 0), coalesce(i.result ->> 'grams', 0) + coalesce(i.result ->> 'support_grams', 0),
	coalesce(i.choices ->> 'material', ''), coalesce(i.choices ->> 'colour', ''), coalesce(i.choices ->> 'colour_hex', ''),
	o.hold, o.promised, coalesce((SELECT f.id FROM order_files f WHERE f.item_id = j.item_id AND f.kind = 'gcode'), ''),
	j.notes, j.created, j.started, j.run_started, j.worked_ms, j.completed, o.delivery ->> 'method', EXISTS (SELECT 1 FROM invoices v WHERE v.order_id = o.id AND v.state = 'PAID')
	FROM jobs j JOIN orders o ON o.id = j.order_id JOIN order_items i ON i.id = j.item_id LEFT JOIN printers p ON p.id = j.printer_id `

func scanJob(row scanner) (j shop.Job, err error) {
	var ready string
	err = row.Scan(&j.ID, &j.OrderID, &j.OrderNumber, &j.ItemID, &j.Title, &j.Customer, &j.State, &j.Priority, &j.PrinterID, &j.Printer,
		&j.Copies, &j.Done, &j.Failed, &j.Seconds, &j.Grams, &j.Material, &j.Colour, &j.ColourHex,
		&j.Hold, &ready, &j.GCodeFileID, &j.Notes, &j.Created, &j.Started, &j.RunStarted, &j.WorkedMS, &j.Completed, &j.Delivery, &j.InvoicePaid)
	if r := (shop.Ready{Date: ready}); r.Date != "" {
		j.Ready = &r
	}
	j.Next = j.Moves()
	return j, err
}

// Job finds one job.
func (tx *Tx) Job(ctx context.Context, id string) (shop.Job, error) {
	return get(ctx, tx, scanJob, jobQuery+"WHERE j.id = ?", id)
}

// Jobs lists jobs: "active" ones, "done" ones (completed or cancelled), or "all".
func (tx *Tx) Jobs(ctx context.Context, view string) ([]shop.Job, error) {
	where := map[string]string{"done": "j.state IN ('COMPLETED', 'CANCELLED')", "all": "1"}[view]
	if where == "" {
		where = "j.state NOT IN ('COMPLETED', 'CANCELLED')"
	}
	return list(ctx, tx, scanJob, jobQuery+"WHERE "+where+" ORDER BY j.priority = 'URGENT' DESC, j.priority = 'FAST_TRACK' DESC, j.position, j.id LIMIT 500")
}

// JobsOf lists an order's jobs.
func (tx *Tx) JobsOf(ctx context.Context, orderID string) ([]shop.Job, error) {
	return list(ctx, tx, scanJob, jobQuery+"WHERE j.order_id = ? ORDER BY j.position, j.id", orderID)
}

// InsertJob puts an item's job at the end of the queue; an item that has one already keeps it, and added is false.
func (tx *Tx) InsertJob(ctx context.Context, j shop.Job) (added bool, err error) {
	n, err := tx.exec(ctx, `INSERT INTO jobs (id, order_id, item_id, title, state, position, copies, created, updated)
		VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM jobs), ?, ?, ?) ON CONFLICT (item_id) DO NOTHING`,
		j.ID, j.OrderID, j.ItemID, j.Title, j.State, j.Copies, tx.Now, tx.Now)
	return n > 0, err
}

// SaveJob keeps everything about a job that can change.
func (tx *Tx) SaveJob(ctx context.Context, j shop.Job) error {
	return tx.change(ctx, `UPDATE jobs SET state = ?, priority = ?, printer_id = ?, done = ?, failed = ?, notes = ?, started = ?, run_started = ?, worked_ms = ?, completed = ?, updated = ? WHERE id = ?`,
		j.State, j.Priority, nullText(j.PrinterID), j.Done, j.Failed, j.Notes, nullTime(j.Started), nullTime(j.RunStarted), j.WorkedMS, nullTime(j.Completed), tx.Now, j.ID)
}

// CancelJobs cancels an order's unfinished jobs.
func (tx *Tx) CancelJobs(ctx context.Context, orderID string) error {
	_, err := tx.exec(ctx, "UPDATE jobs SET state = 'CANCELLED', printer_id = NULL, run_started = NULL, updated = ? WHERE order_id = ? AND state NOT IN ('COMPLETED', 'CANCELLED')", tx.Now, orderID)
	return err
}

// QueueHours is the printing still to do, in hours.
func (tx *Tx) QueueHours(ctx context.Context) (hours float64, err error) {
	err = tx.one(ctx, `SELECT coalesce(sum(coalesce(i.result ->> 'seconds', 0) * (j.copies - j.done)), 0.0) / 3600.0 FROM jobs j JOIN order_items i ON i.id = j.item_id
		WHERE j.state IN ('QUEUED', 'PRE_PROCESSING', 'IN_QUEUE', 'PRINTING', 'PAUSED')`, nil, &hours)
	return hours, err
}

// PrintingOn counts the jobs that run on a printer, without the one named.
func (tx *Tx) PrintingOn(ctx context.Context, printerID, butJob string) (n int, err error) {
	err = tx.one(ctx, "SELECT count(*) FROM jobs WHERE printer_id = ? AND state = 'PRINTING' AND id <> ?", []any{printerID, butJob}, &n)
	return n, err
}

// Log tells what happened to an order or a job.
func (tx *Tx) Log(ctx context.Context, a shop.Activity) error {
	_, err := tx.exec(ctx, "INSERT INTO activity (id, at, staff_id, who, order_id, job_id, message) VALUES (?, ?, ?, ?, ?, ?, ?)",
		shop.NewID(), tx.Now, nullText(a.StaffID), a.Who, nullText(a.OrderID), nullText(a.JobID), a.Message)
	return err
}

// Activities lists what happened to an order, newest first.
func (tx *Tx) Activities(ctx context.Context, orderID string) ([]shop.Activity, error) {
	return list(ctx, tx, func(row scanner) (a shop.Activity, err error) {
		var staff, order, job sql.NullString
		err = row.Scan(&a.At, &staff, &a.Who, &order, &job, &a.Message)
		a.StaffID, a.OrderID, a.JobID = staff.String, order.String, job.String
		return a, err
	}, "SELECT at, staff_id, who, order_id, job_id, message FROM activity WHERE order_id = ? ORDER BY at DESC, id DESC LIMIT 200", orderID)
}
