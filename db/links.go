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

// OrderByLink finds the order that a link's token opens.
func (tx *Tx) OrderByLink(ctx context.Context, tokenHash string) (*shop.Order, error) {
	return get(ctx, tx, scanOrder, orderQuery+"WHERE o.id = (SELECT order_id FROM order_links WHERE token_hash = ? AND revoked IS NULL AND expires > ?)", tokenHash, tx.Now)
}

// InsertOrderLink lets a token open an order until a time.
func (tx *Tx) InsertOrderLink(ctx context.Context, tokenHash, orderID string, expires shop.Time) error {
	_, err := tx.exec(ctx, "INSERT INTO order_links (token_hash, order_id, created, expires) VALUES (?, ?, ?, ?)", tokenHash, orderID, tx.Now, expires)
	return err
}

// OrderLink is a link to an order. Its id is the hash of its token, from which nobody gets back to the token.
type OrderLink struct {
	ID        string
	Created   shop.Time
	Expires   shop.Time
	Version   int
	Revoked   shop.Time // 0 while it was not
	RevokedBy string    // the name of who did that
}

// orderLinkColumns read one; all that is ever changed of it is that it is revoked.
const orderLinkColumns = "token_hash, created, expires, 1 + (revoked IS NOT NULL), coalesce(revoked, 0), revoked_by"

func scanOrderLink(row scanner) (l OrderLink, err error) {
	err = row.Scan(&l.ID, &l.Created, &l.Expires, &l.Version, &l.Revoked, &l.RevokedBy)
	return l, err
}

// OrderLink finds a link of an order, whether it works or not.
func (tx *Tx) OrderLink(ctx context.Context, orderID, id string) (OrderLink, error) {
	return get(ctx, tx, scanOrderLink, "SELECT "+orderLinkColumns+" FROM order_links WHERE token_hash = ? AND order_id = ?", id, orderID)
}

// OrderLinks lists an order's links that work, the newest first.
func (tx *Tx) OrderLinks(ctx context.Context, orderID string) ([]OrderLink, error) {
	return list(ctx, tx, scanOrderLink, "SELECT "+orderLinkColumns+" FROM order_links WHERE order_id = ? AND revoked IS NULL AND expires > ? ORDER BY created DESC, rowid DESC", orderID, tx.Now)
}

// RevokeOrderLink ends a link of an order, and keeps who said so; NotFound when it does not work any more.
func (tx *Tx) RevokeOrderLink(ctx context.Context, orderID, id, by string) error {
	return tx.change(ctx, "UPDATE order_links SET revoked = ?, revoked_by = ? WHERE token_hash = ? AND order_id = ? AND revoked IS NULL AND expires > ?", tx.Now, by, id, orderID, tx.Now)
}

// DeleteOldOrderLinks forgets links to orders that have ended, and those that were revoked before a time, at most limit, and
// says how many.
func (tx *Tx) DeleteOldOrderLinks(ctx context.Context, revokedBefore shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, "DELETE FROM order_links WHERE token_hash IN (SELECT token_hash FROM order_links WHERE expires <= ? OR revoked < ? LIMIT ?)", tx.Now, revokedBefore, limit)
}
