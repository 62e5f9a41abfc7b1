package db

import (
	"context"

	"buildplate/app/shop"
)

// saveAttempt keeps an attempt and what came of it. What was on it stays what it was when it began.
func (tx *Tx) saveAttempt(ctx context.Context, a shop.Attempt) error {
	_, err := tx.exec(ctx, `INSERT INTO attempts (id, job_id, printer_id, started, resumed, worked_ms, ended, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET printer_id = excluded.printer_id, resumed = excluded.resumed, worked_ms = excluded.worked_ms, ended = excluded.ended, reason = excluded.reason`,
		a.ID, a.JobID, nullText(a.PrinterID), a.Started, nullTime(a.Resumed), a.WorkedMS, nullTime(a.Ended), a.Reason)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO attempt_items (attempt_id, item_id, copies, good, failed) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (attempt_id, item_id) DO UPDATE SET good = excluded.good, failed = excluded.failed`, a.ID, a.ItemID, a.On, a.Good, a.Failed)
	return err
}

// StoppedAttempt is a job's last attempt if that was stopped, else nil.
func (tx *Tx) StoppedAttempt(ctx context.Context, jobID string) (*shop.Attempt, error) {
	all, err := list(ctx, tx, scanAttempt, attemptQuery+"WHERE a.job_id = ? ORDER BY a.started DESC, a.id DESC LIMIT 1", jobID)
	if err != nil || len(all) == 0 || all[0].Ended == 0 || all[0].Reason != shop.AttemptStopped {
		return nil, err
	}
	return &all[0], nil
}

// AttemptsOf lists the attempts of an order's jobs that ended, the first one first.
func (tx *Tx) AttemptsOf(ctx context.Context, orderID string) ([]shop.Attempt, error) {
	return list(ctx, tx, scanAttempt, attemptQuery+`WHERE a.ended IS NOT NULL AND a.job_id IN (SELECT j.id FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = ?)
		ORDER BY a.ended, a.id`, orderID)
}

const attemptQuery = `SELECT a.id, a.job_id, coalesce(a.printer_id, ''), coalesce(r.name, ''), a.started, coalesce(a.resumed, 0), a.worked_ms, coalesce(a.ended, 0), a.reason, x.item_id, x.copies, x.good, x.failed
	FROM attempts a JOIN attempt_items x ON x.attempt_id = a.id LEFT JOIN printers r ON r.id = a.printer_id `

func scanAttempt(row scanner) (a shop.Attempt, err error) {
	err = row.Scan(&a.ID, &a.JobID, &a.PrinterID, &a.Printer, &a.Started, &a.Resumed, &a.WorkedMS, &a.Ended, &a.Reason, &a.ItemID, &a.On, &a.Good, &a.Failed)
	return a, err
}
