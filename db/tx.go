package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"buildplate/app/shop"
)

// Tx is a transaction. Its methods are the shop's queries; they neither commit
// nor outlive the function they were given to.
type Tx struct {
	// Now is the time of the transaction, the same for all its rows.
	Now shop.Time

	tx    *sql.Tx
	after []func()
}

// AfterCommit has fn called once the transaction is kept, in the order asked for, before the call that ran it returns.
// A transaction that fails calls nothing. It is for telling others: what must happen is a row in the transaction.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// Write runs fn in a transaction that may write, and commits it when fn returns
// nil. Writers take turns; two can never fail because of each other. A Write
// within fn would wait for itself, so only use cases call it and their steps
// take the Tx; tests refuse any transaction within another. When the context
// ends first, nothing is kept.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	var began time.Time
	err := run(ctx, d, d.writer, nil, func(tx *Tx) error {
		began = time.Now()
		return fn(tx)
	})
	if !began.IsZero() {
		d.held(ctx, time.Since(began))
	}
	if tell := d.full.Load(); tell != nil && shop.IsKind(err, shop.NoSpace) {
		(*tell)()
	}
	return err
}

// longWrite is how long a writing transaction may take before the log says so:
// all other writers wait for it.
const longWrite = 500 * time.Millisecond

func (d *DB) held(ctx context.Context, took time.Duration) {
	if took > longWrite {
		d.log.WarnContext(ctx, "a write kept the others waiting", "took_ms", took.Milliseconds())
	}
	if tell := d.wrote.Load(); tell != nil {
		(*tell)(took)
	}
}

// Read runs fn on one unchanging view of the database. It sees every Write that
// had returned before. Writing in it fails at once.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	return run(ctx, d, d.readers, &sql.TxOptions{ReadOnly: true}, fn)
}

// detachedLimit is the longest a detached transaction may take.
const detachedLimit = 10 * time.Second

// WriteDetached is Write for what must be kept even if the caller has gone
// away, such as a payment: the request's end does not cancel it, ten seconds do.
func (d *DB) WriteDetached(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), detachedLimit)
	defer cancel()
	return d.Write(ctx, func(tx *Tx) error { return fn(ctx, tx) })
}

func run(ctx context.Context, d *DB, pool *sql.DB, opts *sql.TxOptions, fn func(*Tx) error) error {
	after, err := runOnce(ctx, d, pool, opts, fn)
	if err != nil {
		return err
	}
	for _, told := range after {
		told()
	}
	return nil
}

// runOnce runs fn in a transaction and gives what is to be called after it.
func runOnce(ctx context.Context, d *DB, pool *sql.DB, opts *sql.TxOptions, fn func(*Tx) error) (after []func(), err error) {
	defer d.nesting.begin()()
	t, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return nil, wrap(err)
	}
	// Also when fn panics; after Commit it does nothing.
	defer func() { _ = t.Rollback() }()
	tx := &Tx{Now: d.Now(), tx: t}
	if err := fn(tx); err != nil {
		// database/sql hides the end of the context behind "transaction is over".
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			return nil, wrap(ctx.Err())
		}
		return nil, wrap(err)
	}
	if pool != d.writer {
		return tx.after, wrap(t.Commit())
	}
	d.step("db.write.written")
	err = t.Commit()
	d.step("db.write.kept")
	return tx.after, wrap(err)
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := tx.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, wrap(err)
	}
	n, err := res.RowsAffected()
	return n, wrap(err)
}

// change runs a statement that must change exactly one row; none is NotFound.
func (tx *Tx) change(ctx context.Context, query string, args ...any) error {
	n, err := tx.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return &shop.Error{Kind: shop.NotFound, Err: sql.ErrNoRows}
	}
	return err
}

// one scans the only row of a query into dest; no row is NotFound.
func (tx *Tx) one(ctx context.Context, query string, args []any, dest ...any) error {
	return wrap(tx.tx.QueryRowContext(ctx, query, args...).Scan(dest...))
}

// scanner is a row, whether of one or of many.
type scanner interface{ Scan(dest ...any) error }

// list returns every row of a query, read by scan. It is empty, not nil, when
// there are none, so that it becomes [] in JSON.
func list[T any](ctx context.Context, tx *Tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, wrap(err)
		}
		all = append(all, v)
	}
	return all, wrap(rows.Err())
}

// get returns the only row of a query, read by scan; no row is NotFound.
func get[T any](ctx context.Context, tx *Tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(tx.tx.QueryRowContext(ctx, query, args...))
	return v, wrap(err)
}

// nullTime keeps "not yet" as NULL.
func nullTime(t shop.Time) sql.NullInt64 { return sql.NullInt64{Int64: int64(t), Valid: !t.IsZero()} }

// nullText keeps the empty string as NULL, for references and unique keys.
func nullText(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// Attempt runs fn so that its changes alone are undone when it fails; the transaction goes on. The error is fn's, or
// Unavailable when the database lost the transaction and nothing more can be done in it.
func (tx *Tx) Attempt(ctx context.Context, fn func() error) error {
	if err := tx.savepoint(ctx, `SAVEPOINT attempt`); err != nil {
		return err
	}
	after := len(tx.after)
	failed := fn()
	if failed != nil {
		tx.after = tx.after[:after]
		if err := tx.savepoint(ctx, `ROLLBACK TO attempt`); err != nil {
			return err
		}
	}
	if err := tx.savepoint(ctx, `RELEASE attempt`); err != nil {
		return err
	}
	return failed
}

// savepoint fails only when SQLite has rolled the whole transaction back, as it does on a full or broken disk.
func (tx *Tx) savepoint(ctx context.Context, statement string) error {
	if _, err := tx.exec(ctx, statement); err != nil {
		return &shop.Error{Kind: shop.Unavailable, Err: err}
	}
	return nil
}
