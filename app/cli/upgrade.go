package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"buildplate/db"
)

// copyBefore gives what is called before an upgrade changes the database: it keeps a copy of it in the data folder. With
// that in the database's place, the program of before goes on where it was. One that was cut off begins again.
func copyBefore(data string, log *slog.Logger) func(ctx context.Context, d *db.DB, from, to int) error {
	return func(ctx context.Context, d *db.DB, from, to int) error {
		kept := filepath.Join(data, fmt.Sprintf("before-upgrade-from-%d.db", from))
		fresh := kept + ".new"
		if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := d.Backup(ctx, fresh); err != nil {
			return err
		}
		if err := os.Rename(fresh, kept); err != nil {
			return err
		}
		log.InfoContext(ctx, "the database is upgraded; a copy of it was kept", "from", from, "to", to, "copy", kept)
		return nil
	}
}
