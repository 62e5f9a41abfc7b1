package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"

	"buildplate/app/shop"
)

//go:embed migrations
var embedded embed.FS

func migrationFiles() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is embedded two lines above
	}
	return sub
}

// applicationID marks the file as ours ("BPLT"), so that another program's
// database is refused and not filled with tables.
const applicationID = 0x42504c54

// migration takes a database from version-1 to version.
type migration struct {
	version int
	name    string
	sql     string
}

var migrationName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

// loadMigrations reads 0002_name.sql, 0003_name.sql, ... Version 1 is the first
// schema.sql; release 1 had version 3.
func loadMigrations(files fs.FS) ([]migration, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("db: list migrations: %w", err)
	}
	var all []migration
	for _, entry := range entries {
		if entry.Name() == "README" {
			continue
		}
		m := migrationName.FindStringSubmatch(entry.Name())
		if m == nil {
			return nil, fmt.Errorf("db: %q is not the name of a migration, such as 0002_name.sql", entry.Name())
		}
		version, _ := strconv.Atoi(m[1])
		if want := len(all) + 2; version != want {
			return nil, fmt.Errorf("db: migration %s should have the number %04d", entry.Name(), want)
		}
		text, err := fs.ReadFile(files, entry.Name())
		if err != nil {
			return nil, fmt.Errorf("db: read migration: %w", err)
		}
		all = append(all, migration{version: version, name: entry.Name(), sql: string(text)})
	}
	return all, nil
}

// migrate makes a new database from schema, or runs on an old one the
// migrations it has not seen, each in a transaction of its own together with
// its version number: a crash repeats a migration from its start or not at all.
func (d *DB) migrate(ctx context.Context, schema string, opts Options) error {
	migrations, err := loadMigrations(opts.Migrations)
	if err != nil {
		return err
	}
	latest := 1 + len(migrations)
	version, err := d.version(ctx)
	if err != nil {
		return err
	}
	switch {
	case opts.Existing && version < latest:
		return shop.Conflictf("database_older", "This data was written by an older Buildplate. Start the shop with this version first.")
	case version == 0:
		return d.apply(ctx, migration{version: latest, name: "schema.sql", sql: schema})
	case version > latest:
		return shop.Conflictf("database_newer", "This data was written by a newer Buildplate (version %d of the database, this program knows %d). Start the newer program, or restore a backup made by this one.", version, latest)
	case version == latest:
		return nil
	}
	if opts.BeforeMigrate != nil {
		if err := opts.BeforeMigrate(ctx, d, version, latest); err != nil {
			return fmt.Errorf("db: before migrating from version %d to %d: %w", version, latest, err)
		}
	}
	for _, m := range migrations[version-1:] {
		if err := d.apply(ctx, m); err != nil {
			return err
		}
		d.log.InfoContext(ctx, "database migrated", "migration", m.name, "version", m.version)
	}
	return nil
}

// version reads the database's version: 0 is an empty file.
func (d *DB) version(ctx context.Context) (int, error) {
	var version, app, tables int
	err := d.writer.QueryRowContext(ctx, "SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version, pragma_application_id").
		Scan(&version, &app, &tables)
	if err != nil {
		return 0, fmt.Errorf("db: open %s: %w", d.path, wrap(err))
	}
	if app != applicationID && (app != 0 || version != 0 || tables != 0) {
		return 0, shop.Conflictf("database_foreign", "%s is not a database of Buildplate. Choose another data folder.", d.path)
	}
	return version, nil
}

// apply runs one migration. Foreign keys are off meanwhile, since SQLite changes
// a table by making a new one in its place, and are checked before the commit.
func (d *DB) apply(ctx context.Context, m migration) (err error) {
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return wrap(err)
	}
	defer conn.Close()
	failed := func(err error) error { return fmt.Errorf("db: migration %s: %w", m.name, wrap(err)) }
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = 0"); err != nil {
		return failed(err)
	}
	defer func() {
		// The connection goes on as the writer.
		if _, on := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA foreign_keys = 1"); on != nil {
			err = errors.Join(err, failed(on))
		}
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = tx.Rollback() }()
	d.step("db.migrate.begun")
	if _, err := tx.ExecContext(ctx, m.sql); err != nil {
		return failed(err)
	}
	if broken, err := foreignKeyFaults(ctx, tx); err != nil || len(broken) > 0 {
		return failed(errors.Join(err, asErrors(broken)))
	}
	d.step("db.migrate.changed")
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, m.version)); err != nil {
		return failed(err)
	}
	d.step("db.migrate.versioned")
	if err := tx.Commit(); err != nil {
		return failed(err)
	}
	d.step("db.migrate.committed")
	return nil
}

func asErrors(findings []string) error {
	var errs []error
	for _, f := range findings {
		errs = append(errs, errors.New(f))
	}
	return errors.Join(errs...)
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// foreignKeyFaults lists rows that point at nothing.
func foreignKeyFaults(ctx context.Context, q querier) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT "table", coalesce(rowid, 0), parent FROM pragma_foreign_key_check`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var table, parent string
		var row int64
		if err := rows.Scan(&table, &row, &parent); err != nil {
			return nil, err
		}
		found = append(found, fmt.Sprintf("row %d of %s points at a row of %s that is not there", row, table, parent))
	}
	return found, rows.Err()
}
