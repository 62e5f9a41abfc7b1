package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"

	"modernc.org/sqlite"
)

// statement is what a reading asked of SQLite.
type statement struct {
	query string
	args  []any
}

// recorder is SQLite, and writes down what it is asked.
type recorder struct {
	driver.Connector
	asked []statement
}

func (r *recorder) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := r.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return recordedConn{c.(sqliteConn), r}, nil
}

type recordedConn struct {
	sqliteConn
	to *recorder
}

func (c recordedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s := statement{query: query}
	for _, a := range args {
		s.args = append(s.args, a.Value)
	}
	c.to.asked = append(c.to.asked, s)
	return c.sqliteConn.QueryContext(ctx, query, args)
}

// statementsOf are the statements of a reading, in their order.
func statementsOf(tb testing.TB, d *DB, read func(*Tx) error) []statement {
	tb.Helper()
	connector, err := sqlite.NewConnector(readerDSN(d.path, d.busy))
	if err != nil {
		tb.Fatal(err)
	}
	r := &recorder{Connector: connector}
	p := sql.OpenDB(r)
	defer p.Close()
	if err := run(tb.Context(), d, p, &sql.TxOptions{ReadOnly: true}, read); err != nil {
		tb.Fatal(err)
	}
	return r.asked
}

// drain runs a statement and reads every column, and nothing more: what SQLite itself takes.
func (s statement) drain(ctx context.Context, tx *Tx) error {
	rows, err := tx.tx.QueryContext(ctx, s.query, s.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row := make([]any, len(columns))
	for i := range row {
		row[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(row...); err != nil {
			return err
		}
	}
	return rows.Err()
}
