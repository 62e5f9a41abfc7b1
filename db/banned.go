package db

import "context"

// BanFile keeps a file, known by its SHA-256, from being taken again.
func (tx *Tx) BanFile(ctx context.Context, sha256, orderNumber, reason string) error {
	_, err := tx.exec(ctx, "INSERT INTO banned_files (sha256, order_number, reason, created) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
		sha256, orderNumber, reason, tx.Now)
	return err
}

// FileBanned says whether a file was refused for good.
func (tx *Tx) FileBanned(ctx context.Context, sha256 string) (banned bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM banned_files WHERE sha256 = ?)", []any{sha256}, &banned)
	return banned, err
}
