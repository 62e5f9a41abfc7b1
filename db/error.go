package db

import (
	"context"
	"database/sql"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"buildplate/app/shop"
)

// wrap gives an error of the driver its shop.Kind, by result code and never by
// text. An error that has a Kind keeps it. No message is added here: only the
// use case knows what it was trying to do.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	var known *shop.Error
	if errors.As(err, &known) {
		return err
	}
	if k := kindOf(err); k != shop.Internal {
		return &shop.Error{Kind: k, Err: err}
	}
	return err
}

func kindOf(err error) shop.Kind {
	var e *sqlite.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return shop.NotFound
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return shop.Unavailable
	case errors.As(err, &e):
		return kindOfCode(e.Code())
	}
	return shop.Internal
}

// kindOfCode is the Kind of an extended result code. A failed foreign key stays
// Internal: it does not say which one, so use cases look the parent up first.
func kindOfCode(code int) shop.Kind {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return shop.Conflict
	case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_NOTNULL, sqlite3.SQLITE_CONSTRAINT_DATATYPE:
		return shop.Invalid
	case sqlite3.SQLITE_IOERR_SHMSIZE: // there is no room for the memory that connections share, which a start makes
		return shop.NoSpace
	case sqlite3.SQLITE_CONSTRAINT_TRIGGER: // a RAISE in schema.sql guards a state
		return shop.Conflict
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT:
		return shop.Unavailable
	case sqlite3.SQLITE_FULL:
		return shop.NoSpace
	case sqlite3.SQLITE_TOOBIG:
		return shop.TooLarge
	}
	return shop.Internal
}
