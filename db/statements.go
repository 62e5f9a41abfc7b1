package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"strings"
	"unicode"
)

// keptStatements is how many statements a connection keeps. The program has
// some hundreds; what a page asks for is a few dozen.
const keptStatements = 256

// keeping makes connections that keep what they prepared: to read a statement
// and plan it takes SQLite as long as many of ours take to run.
type keeping struct{ driver.Connector }

func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &keepingConn{sqliteConn: c.(sqliteConn), kept: map[string]*keptStatement{}}, nil
}

// sqliteConn is what database/sql asks of a connection of SQLite's.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keepingConn is used by one goroutine at a time, as database/sql promises,
// also while rows are closed.
type keepingConn struct {
	sqliteConn
	kept map[string]*keptStatement
	uses int
}

type keptStatement struct {
	sqliteStatement
	lastUse int
	reading bool // its rows are open: another use would start them anew
}

type sqliteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// statement gives a query prepared; nil for what is not kept, or in use.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStatement, error) {
	c.uses++
	if s := c.kept[query]; s != nil {
		if s.reading {
			return nil, nil
		}
		s.lastUse = c.uses
		return s, nil
	}
	if !worthKeeping(query) {
		return nil, nil
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &keptStatement{sqliteStatement: prepared.(sqliteStatement), lastUse: c.uses}
	c.kept[query] = s
	return s, c.forget()
}

// worthKeeping leaves out what is asked once, and PRAGMA, which SQLite may run
// while it prepares it.
func worthKeeping(query string) bool {
	query = strings.TrimSpace(query)
	end := strings.IndexFunc(query, unicode.IsSpace)
	return end > 0 && slices.Contains([]string{"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}, strings.ToUpper(query[:end]))
}

// forget closes the statement that was longest unused, where there are too many.
func (c *keepingConn) forget() error {
	if len(c.kept) <= keptStatements {
		return nil
	}
	oldest := ""
	for query, s := range c.kept {
		if !s.reading && (oldest == "" || s.lastUse < c.kept[oldest].lastUse) {
			oldest = query
		}
	}
	if oldest == "" {
		return nil
	}
	s := c.kept[oldest]
	delete(c.kept, oldest)
	return s.Close()
}

func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	return s.ExecContext(ctx, args)
}

func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.reading = true
	return keptRows{rows, s}, nil
}

func (c *keepingConn) Close() error {
	var errs []error
	for _, s := range c.kept {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

// keptRows give their statement back when they are closed.
type keptRows struct {
	driver.Rows
	of *keptStatement
}

func (r keptRows) Close() error {
	err := r.Rows.Close()
	r.of.reading = false
	return err
}
