package db

import (
	"context"
	"database/sql"

	"buildplate/app/shop"
)

const jobQuery = `SELECT j.id, j.invoice_id, v.order_number, j.item_id, j.title, v.contact ->> 'name', j.state, j.priority, coalesce(j.printer_id, ''), coalesce(p.name, ''),
	j.copies, j.done, j.failed, coalesce(i.result ->> 'seconds', 0), coalesce(i.result ->> 'grams', 0) + coalesce(i.result ->> 'support_grams', 0),
	coalesce(i.choices ->> 'material', ''), coalesce(i.choices ->> 'colour', ''), coalesce(i.choices ->> 'colour_hex', ''),
	v.hold, v.ready_date, coalesce((SELECT f.id FROM order_files f WHERE f.item_id = j.item_id AND f.kind = 'gcode'), ''),
	j.notes, j.created, j.started, j.run_started, j.worked_ms, j.completed, v.delivery ->> 'method', v.state = 'PAID'
	FROM jobs j JOIN invoices v ON v.id = j.invoice_id JOIN invoice_items i ON i.id = j.item_id LEFT JOIN printers p ON p.id = j.printer_id `

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
func (tx *Tx) JobsOf(ctx context.Context, invoiceID string) ([]shop.Job, error) {
	return list(ctx, tx, scanJob, jobQuery+"WHERE j.invoice_id = ? ORDER BY j.position, j.id", invoiceID)
}

// InsertJob puts a line's job at the end of the queue; a line that has one already keeps it, and added is false.
func (tx *Tx) InsertJob(ctx context.Context, j shop.Job) (added bool, err error) {
	n, err := tx.exec(ctx, `INSERT INTO jobs (id, invoice_id, item_id, title, state, position, copies, created, updated)
		VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM jobs), ?, ?, ?) ON CONFLICT (item_id) DO NOTHING`,
		j.ID, j.OrderID, j.ItemID, j.Title, j.State, j.Copies, millis(tx.Now), millis(tx.Now))
	return n > 0, err
}

// SaveJob keeps everything about a job that can change.
func (tx *Tx) SaveJob(ctx context.Context, j shop.Job) error {
	return tx.change(ctx, `UPDATE jobs SET state = ?, priority = ?, printer_id = ?, done = ?, failed = ?, notes = ?, started = ?, run_started = ?, worked_ms = ?, completed = ?, updated = ? WHERE id = ?`,
		j.State, j.Priority, nullText(j.PrinterID), j.Done, j.Failed, j.Notes, nullTime(j.Started), nullTime(j.RunStarted), j.WorkedMS, nullTime(j.Completed), millis(tx.Now), j.ID)
}

// CancelJobs cancels an order's unfinished jobs.
func (tx *Tx) CancelJobs(ctx context.Context, invoiceID string) error {
	_, err := tx.exec(ctx, "UPDATE jobs SET state = 'CANCELLED', printer_id = NULL, run_started = NULL, updated = ? WHERE invoice_id = ? AND state NOT IN ('COMPLETED', 'CANCELLED')", millis(tx.Now), invoiceID)
	return err
}

// QueueHours is the printing still to do, in hours.
func (tx *Tx) QueueHours(ctx context.Context) (hours float64, err error) {
	err = tx.one(ctx, `SELECT coalesce(sum(coalesce(i.result ->> 'seconds', 0) * (j.copies - j.done)), 0.0) / 3600.0 FROM jobs j JOIN invoice_items i ON i.id = j.item_id
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
	_, err := tx.exec(ctx, "INSERT INTO activity (id, at, user_id, who, invoice_id, job_id, sentence) VALUES (?, ?, ?, ?, ?, ?, ?)",
		shop.NewID(), millis(tx.Now), nullText(a.UserID), a.Who, nullText(a.InvoiceID), nullText(a.JobID), a.Message)
	return err
}

// Activities lists what happened to an order, newest first.
func (tx *Tx) Activities(ctx context.Context, invoiceID string) ([]shop.Activity, error) {
	return list(ctx, tx, func(row scanner) (a shop.Activity, err error) {
		var user, invoice, job sql.NullString
		err = row.Scan(&a.At, &user, &a.Who, &invoice, &job, &a.Message)
		a.UserID, a.InvoiceID, a.JobID = user.String, invoice.String, job.String
		return a, err
	}, "SELECT at, user_id, who, invoice_id, job_id, sentence FROM activity WHERE invoice_id = ? ORDER BY at DESC, id DESC LIMIT 200", invoiceID)
}
