package db

import (
	"context"

	"buildplate/app/shop"
)

// InsertSession logs s.User in, who is seen now.
func (tx *Tx) InsertSession(ctx context.Context, s shop.Session) error {
	if _, err := tx.exec(ctx, "INSERT INTO sessions (token_hash, user_id, door, created, seen, expires) VALUES (?, ?, ?, ?, ?, ?)",
		s.TokenHash, s.User.ID, s.Door, s.Created, s.Seen, s.Expires); err != nil {
		return err
	}
	return tx.change(ctx, "UPDATE users SET seen = ? WHERE id = ?", s.Seen, s.User.ID)
}

// Session finds a session of a door by the hash of its token, whatever its age.
func (tx *Tx) Session(ctx context.Context, tokenHash string, door shop.Door) (shop.Session, error) {
	return get(ctx, tx, func(row scanner) (s shop.Session, err error) {
		err = row.Scan(append([]any{&s.TokenHash, &s.Door, &s.Created, &s.Seen, &s.Expires}, userFields(&s.User)...)...)
		return s, err
	}, "SELECT s.token_hash, s.door, s.created, s.seen, s.expires, "+userColumns+` FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.token_hash = ? AND s.door = ?`, tokenHash, door)
}

// SeeSession notes that a session was used, and its user seen.
func (tx *Tx) SeeSession(ctx context.Context, tokenHash string) error {
	if _, err := tx.exec(ctx, "UPDATE sessions SET seen = ? WHERE token_hash = ?", tx.Now, tokenHash); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "UPDATE users SET seen = ? WHERE id = (SELECT user_id FROM sessions WHERE token_hash = ?)", tx.Now, tokenHash)
	return err
}

// DeleteSession logs out; it is no error when the session is gone.
func (tx *Tx) DeleteSession(ctx context.Context, tokenHash string) error {
	_, err := tx.exec(ctx, "DELETE FROM sessions WHERE token_hash = ?", tokenHash)
	return err
}

// DeleteSessionsOf logs a user out everywhere.
func (tx *Tx) DeleteSessionsOf(ctx context.Context, userID string) error {
	_, err := tx.exec(ctx, "DELETE FROM sessions WHERE user_id = ?", userID)
	return err
}

// DeleteOldSessions forgets sessions that ended before now or were last used before idle, at most limit, and says how many.
func (tx *Tx) DeleteOldSessions(ctx context.Context, idle shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions WHERE expires < ? OR seen < ? LIMIT ?)", tx.Now, idle, limit)
}

// LoggedInFrom notes that a user logged in from an address.
func (tx *Tx) LoggedInFrom(ctx context.Context, userID, address string) error {
	_, err := tx.exec(ctx, "INSERT INTO login_addresses (user_id, address, seen) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seen = excluded.seen", userID, address, tx.Now)
	return err
}

// KnowsAddress says whether anybody logged in from an address with the password that they have.
func (tx *Tx) KnowsAddress(ctx context.Context, address string) (known bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM login_addresses WHERE address = ?)", []any{address}, &known)
	return known, err
}

// ForgetLoginAddresses forgets from where nobody logged in since a time, at most limit, and says of how many.
func (tx *Tx) ForgetLoginAddresses(ctx context.Context, before shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, "DELETE FROM login_addresses WHERE (user_id, address) IN (SELECT user_id, address FROM login_addresses WHERE seen < ? LIMIT ?)", before, limit)
}

// ForgetLoginAddressesOf forgets from where a user logged in.
func (tx *Tx) ForgetLoginAddressesOf(ctx context.Context, userID string) error {
	_, err := tx.exec(ctx, "DELETE FROM login_addresses WHERE user_id = ?", userID)
	return err
}

var _ = mustHold("of somebody who was removed nobody knows from where they logged in", `
	SELECT u.name FROM login_addresses a JOIN users u ON u.id = a.user_id WHERE u.state = 'REMOVED'`)
