package db

import (
	"context"
	"encoding/json"

	"buildplate/app/shop"
)

const sliceQuery = "SELECT key, state = 'failed', result, coalesce(gcode_blob, ''), created FROM slices "

func scanSlice(row scanner) (s shop.Slice, err error) {
	var result string
	if err = row.Scan(&s.Key, &s.Failed, &result, &s.GCodeBlob, &s.Created); err != nil {
		return s, err
	}
	return s, json.Unmarshal([]byte(result), &s.Facts)
}

// Slice finds a result by its cache key.
func (tx *Tx) Slice(ctx context.Context, key string) (shop.Slice, error) {
	return get(ctx, tx, scanSlice, sliceQuery+"WHERE key = ?", key)
}

// SaveSlice keeps a result. A success replaces a failure; a second success of the same key is left out, and
// kept is false: its G-code is not needed.
func (tx *Tx) SaveSlice(ctx context.Context, s shop.Slice) (kept bool, err error) {
	state := "done"
	if s.Failed {
		state = "failed"
	}
	n, err := tx.exec(ctx, `INSERT INTO slices (key, state, result, gcode_blob, created, used) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET state = excluded.state, result = excluded.result, gcode_blob = excluded.gcode_blob, created = excluded.created
		WHERE slices.state = 'failed'`,
		s.Key, state, toJSON(s.Facts), nullText(s.GCodeBlob), tx.Now, tx.Now)
	return n > 0, err
}

// UseSlice notes that a result was asked for, so that the cache keeps what is used.
func (tx *Tx) UseSlice(ctx context.Context, key string) error {
	_, err := tx.exec(ctx, "UPDATE slices SET used = ? WHERE key = ?", tx.Now, key)
	return err
}

// ForgetFailedSlice lets a slice that failed be tried again.
func (tx *Tx) ForgetFailedSlice(ctx context.Context, key string) error {
	_, err := tx.exec(ctx, "DELETE FROM slices WHERE key = ? AND state = 'failed'", key)
	return err
}

// StaleSlices lists results that nobody asked for since a time and no part in a cart uses.
func (tx *Tx) StaleSlices(ctx context.Context, before shop.Time, limit int) ([]shop.Slice, error) {
	return list(ctx, tx, scanSlice, sliceQuery+`WHERE used < ? AND NOT EXISTS (SELECT 1 FROM plates p WHERE p.slice_key = slices.key AND p.cart_id IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM parts p WHERE p.slice_key = slices.key AND p.slice_key <> '') AND NOT EXISTS (SELECT 1 FROM slices_ahead a WHERE a.slice_key = slices.key) ORDER BY used LIMIT ?`, before, limit)
}

// SlicesNotInCarts are those of the keys that no part in a cart waits for or uses, or has made ahead.
func (tx *Tx) SlicesNotInCarts(ctx context.Context, keys []string) ([]string, error) {
	return list(ctx, tx, scanText, `SELECT value FROM json_each(?) k
		WHERE NOT EXISTS (SELECT 1 FROM plates p WHERE p.slice_key = k.value AND p.cart_id IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM slices_ahead a WHERE a.slice_key = k.value)`, toJSON(keys))
}

// DeleteSlice forgets a result.
func (tx *Tx) DeleteSlice(ctx context.Context, key string) error {
	_, err := tx.exec(ctx, "DELETE FROM slices WHERE key = ?", key)
	return err
}
