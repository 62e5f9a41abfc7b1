package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"buildplate/app/shop"
)

// Peek reads a secret of a database that is not open yet, whatever its version, and changes nothing in it. Begun says
// whether there is a shop in it: a file that is missing, or has no settings so far, has none. The caller has the data
// folder to itself. Errors: a file that is no database, or not a shop's.
func Peek(ctx context.Context, path, secret string) (value string, begun bool, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return "", false, fmt.Errorf("db: %w", err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err := lockByDescription(); err != nil {
		return "", false, err
	}
	p, err := pool(readerDSN(path, 0), 1)
	if err != nil {
		return "", false, err
	}
	defer p.Close()
	fail := func(err error) (string, bool, error) {
		return "", false, fmt.Errorf("db: look into %s: %w", path, wrap(err))
	}
	var tables int
	if err := p.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return fail(err)
	}
	if tables == 0 {
		return "", false, nil
	}
	if err := p.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM settings)").Scan(&begun); err != nil {
		return fail(err)
	}
	err = wrap(p.QueryRowContext(ctx, "SELECT value FROM secrets WHERE name = ?", secret).Scan(&value))
	if err != nil && !shop.IsKind(err, shop.NotFound) {
		return fail(err)
	}
	return value, begun, nil
}
