package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"buildplate/app/shop"

	"modernc.org/sqlite"
)

// Options of [Open]; the zero value suits the shop.
type Options struct {
	Log *slog.Logger
	// Now is the clock; nil means time.Now. See also SetNow.
	Now func() time.Time
	// Readers is the size of the reading pool; 0 means 4.
	Readers int
	// Busy is how long a connection waits for another process; 0 means 5 s.
	Busy time.Duration
	// BeforeMigrate is called before an old database is changed, with its
	// version and the one to come: the place for a backup. An error stops Open.
	BeforeMigrate func(ctx context.Context, d *DB, from, to int) error
	// Existing opens a database of today only, which another process may have
	// open: it is neither made nor brought up to date.
	Existing bool
	// Migrations replaces the embedded ones, in tests.
	Migrations fs.FS
	// Step is called between the steps of a migration, and before and after each commit, for crash tests.
	Step func(name string)
}

// DB is the open database. Its methods may be called from any goroutine.
type DB struct {
	path    string
	writer  *sql.DB // one connection
	readers *sql.DB
	log     *slog.Logger
	now     atomic.Pointer[func() time.Time]
	wrote   atomic.Pointer[func(took time.Duration)]
	full    atomic.Pointer[func()]
	step    func(string)
	busy    time.Duration
	nesting *nesting
}

// Open opens the database at path, makes it from schema (the text of
// schema.sql) if it is new, and brings it up to date if it is old. The caller
// must already have the data folder to itself (storage.LockDir), unless it asks
// for an Existing one.
func Open(ctx context.Context, path, schema string, opts Options) (_ *DB, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	if err := lockByDescription(); err != nil {
		return nil, err
	}
	d := &DB{path: path, log: opts.Log, step: opts.Step, busy: opts.Busy, nesting: newNesting()}
	if d.log == nil {
		d.log = slog.Default()
	}
	if d.step == nil {
		d.step = func(string) {}
	}
	if d.busy == 0 {
		d.busy = 5 * time.Second
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	d.SetNow(opts.Now)
	if opts.Readers == 0 {
		opts.Readers = 4
	}
	if opts.Migrations == nil {
		opts.Migrations = migrationFiles()
	}
	defer func() {
		if err != nil {
			_ = d.Close()
		}
	}()
	if opts.Existing {
		if _, err := os.Stat(path); err != nil {
			return nil, shop.NotFoundf("database_missing", "There is no shop's data in %s. Name its folder with --data.", filepath.Dir(path)).Because(err)
		}
	} else if err := ownerOnly(path); err != nil {
		return nil, err
	}
	if d.writer, err = pool(writerDSN(path, d.busy), 1); err != nil {
		return nil, err
	}
	if err := d.migrate(ctx, schema, opts); err != nil {
		return nil, err
	}
	// Only now: a read-only connection could not open a file that is not there.
	if d.readers, err = pool(readerDSN(path, d.busy), opts.Readers); err != nil {
		return nil, err
	}
	if err := d.readers.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("db: open %s for reading: %w", path, wrap(err))
	}
	return d, nil
}

// ownerOnly makes the file before SQLite does, which would let the umask decide
// who reads the shop's customers; the log beside it takes over its mode.
func ownerOnly(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // never open and close a live database: see lockByDescription
	}
	if err != nil {
		return fmt.Errorf("db: make the database: %w", err)
	}
	return f.Close()
}

func pool(dsn string, size int) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	p := sql.OpenDB(keeping{connector})
	p.SetMaxOpenConns(size)
	p.SetMaxIdleConns(size)
	return p, nil
}

// lockByDescription has SQLite lock through open file descriptions. With its
// usual POSIX locks, closing any descriptor of the database anywhere in this
// process (a backup that reads the file, say) drops them all, and another
// process may then delete the live log together with acknowledged commits.
func lockByDescription() error {
	_, err := sqlite.OFDLocking(true)
	if err == nil || errors.Is(err, sqlite.ErrOFDLockingUnavailable) {
		return nil // the status page says so: Weaknesses
	}
	return fmt.Errorf("db: %w", err)
}

// Weaknesses lists, as messages for the status page, what this system cannot
// promise about the database. Call it after Open.
func Weaknesses() []string {
	if sqlite.OFDLockingEnabled() {
		return nil
	}
	return []string{"The database has the weaker kind of file lock on this system: do not let other programs open or copy the database file while the shop runs."}
}

// Close waits for running transactions and closes the database.
func (d *DB) Close() error {
	var errs []error
	for _, p := range []*sql.DB{d.readers, d.writer} { // the writer last: it tidies the log away
		if p != nil {
			errs = append(errs, p.Close())
		}
	}
	return errors.Join(errs...)
}

// Now is the time on the shop's clock.
func (d *DB) Now() shop.Time { return shop.TimeOf((*d.now.Load())()) }

// SetNow sets the clock, in tests.
func (d *DB) SetNow(now func() time.Time) { d.now.Store(&now) }

// OnWrite has tell called after each writing transaction with how long it kept
// the others waiting, for benchmarks.
func (d *DB) OnWrite(tell func(took time.Duration)) { d.wrote.Store(&tell) }

// OnFull has tell called after each writing transaction that the disk had no room for.
func (d *DB) OnFull(tell func()) { d.full.Store(&tell) }

// Backup writes a consistent copy of the database to a new file, fit to be
// opened by itself, while reading and writing go on. The copy and its folder
// entry are on the disk when it returns.
func (d *DB) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("db: back up to %s: %w", path, errors.Join(fs.ErrExist, err))
	}
	// A connection of its own, so that a long copy takes no reader away.
	// query_only would refuse VACUUM INTO; mode=ro does not.
	p, err := pool(backupDSN(d.path, d.busy), 1)
	if err != nil {
		return err
	}
	defer p.Close()
	if _, err := p.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		_ = os.Remove(path)
		return fmt.Errorf("db: back up: %w", wrap(err))
	}
	return syncFile(path)
}

// syncFile syncs a finished file and its folder entry. SQLite does not promise
// to sync what VACUUM INTO writes.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("db: back up: %w", err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return syncFolder(dir)
}
