package db

import (
	"context"

	"buildplate/app/shop"
)

// InsertOneTimeLink keeps a one-time link; earlier ones of the same user, or for set-up, stop working.
func (tx *Tx) InsertOneTimeLink(ctx context.Context, l shop.OneTimeLink) error {
	if err := tx.ExpireOneTimeLinks(ctx, l.UserID); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "INSERT INTO one_time_links (token_hash, purpose, user_id, created_by, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
		l.TokenHash, l.Purpose, nullText(l.UserID), nullText(l.CreatedBy), l.Created, l.Expires)
	return err
}

// ExpireOneTimeLinks ends the links of a user, or with "" those for set-up.
func (tx *Tx) ExpireOneTimeLinks(ctx context.Context, userID string) error {
	_, err := tx.exec(ctx, "UPDATE one_time_links SET expires = ? WHERE user_id IS ? AND used IS NULL AND expires > ?", tx.Now, nullText(userID), tx.Now)
	return err
}

// OneTimeLink finds a one-time link by the hash of its token, used and expired ones too.
func (tx *Tx) OneTimeLink(ctx context.Context, tokenHash string) (shop.OneTimeLink, error) {
	return get(ctx, tx, func(row scanner) (l shop.OneTimeLink, err error) {
		err = row.Scan(&l.TokenHash, &l.Purpose, &l.UserID, &l.CreatedBy, &l.Created, &l.Expires, &l.Used)
		return l, err
	}, `SELECT token_hash, purpose, coalesce(user_id, ''), coalesce(created_by, ''), created, expires, used FROM one_time_links WHERE token_hash = ?`, tokenHash)
}

// UseOneTimeLink spends a one-time link; NotFound when it was used.
func (tx *Tx) UseOneTimeLink(ctx context.Context, tokenHash string) error {
	return tx.change(ctx, "UPDATE one_time_links SET used = ? WHERE token_hash = ? AND used IS NULL", tx.Now, tokenHash)
}

// DeleteOldOneTimeLinks forgets links that ended before a time, at most limit, and says how many. Until then their page can
// say why they do not work.
func (tx *Tx) DeleteOldOneTimeLinks(ctx context.Context, before shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, "DELETE FROM one_time_links WHERE token_hash IN (SELECT token_hash FROM one_time_links WHERE expires < ? LIMIT ?)", before, limit)
}
