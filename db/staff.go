package db

import (
	"context"

	"buildplate/app/shop"
)

const staffColumns = "s.id, s.email, s.name, s.role, s.password, s.failures, s.locked_until, s.created"

func scanStaff(row scanner) (s shop.Staff, err error) {
	err = row.Scan(&s.ID, &s.Email, &s.Name, &s.Role, &s.Password, &s.Failures, &s.LockedUntil, &s.Created)
	return s, err
}

// StaffByEmail finds someone by the address they log in with, in any case of letters.
func (tx *Tx) StaffByEmail(ctx context.Context, email string) (shop.Staff, error) {
	return get(ctx, tx, scanStaff, "SELECT "+staffColumns+" FROM staff s WHERE s.email = ?", email)
}

// CountStaff is how many people work here.
func (tx *Tx) CountStaff(ctx context.Context) (n int, err error) {
	err = tx.one(ctx, "SELECT count(*) FROM staff", nil, &n)
	return n, err
}

// InsertStaff adds someone; Conflict when the address is taken.
func (tx *Tx) InsertStaff(ctx context.Context, s shop.Staff) error {
	_, err := tx.exec(ctx, "INSERT INTO staff (id, email, name, role, password, created) VALUES (?, ?, ?, ?, ?, ?)",
		s.ID, s.Email, s.Name, s.Role, s.Password, tx.Now)
	return err
}

// SaveLoginFailures keeps how often a password was wrong and until when the account waits.
func (tx *Tx) SaveLoginFailures(ctx context.Context, id string, failures int, lockedUntil shop.Time) error {
	return tx.change(ctx, "UPDATE staff SET failures = ?, locked_until = ? WHERE id = ?", failures, lockedUntil, id)
}

// InsertLogin logs someone in.
func (tx *Tx) InsertLogin(ctx context.Context, s shop.Session) error {
	_, err := tx.exec(ctx, "INSERT INTO sessions (token_hash, staff_id, created, seen, expires) VALUES (?, ?, ?, ?, ?)",
		s.TokenHash, s.Staff.ID, s.Created, s.Seen, s.Expires)
	return err
}

// Login finds a login by the hash of its token, whatever its age.
func (tx *Tx) Login(ctx context.Context, tokenHash string) (shop.Session, error) {
	return get(ctx, tx, func(row scanner) (s shop.Session, err error) {
		p := &s.Staff
		err = row.Scan(&s.TokenHash, &s.Created, &s.Seen, &s.Expires, &p.ID, &p.Email, &p.Name, &p.Role, &p.Password, &p.Failures, &p.LockedUntil, &p.Created)
		return s, err
	}, "SELECT t.token_hash, t.created, t.seen, t.expires, "+staffColumns+" FROM sessions t JOIN staff s ON s.id = t.staff_id WHERE t.token_hash = ?", tokenHash)
}

// SeeLogin notes that a login was used.
func (tx *Tx) SeeLogin(ctx context.Context, tokenHash string) error {
	_, err := tx.exec(ctx, "UPDATE sessions SET seen = ? WHERE token_hash = ?", tx.Now, tokenHash)
	return err
}

// DeleteLogin logs out; it is no error when the login is gone.
func (tx *Tx) DeleteLogin(ctx context.Context, tokenHash string) error {
	_, err := tx.exec(ctx, "DELETE FROM sessions WHERE token_hash = ?", tokenHash)
	return err
}

// DeleteOldLogins forgets logins that ended before now or were last used before idle.
func (tx *Tx) DeleteOldLogins(ctx context.Context, idle shop.Time) error {
	_, err := tx.exec(ctx, "DELETE FROM sessions WHERE expires < ? OR seen < ?", tx.Now, idle)
	return err
}

// InsertSetupLink keeps the hash of a one-time link; earlier ones stop working.
func (tx *Tx) InsertSetupLink(ctx context.Context, tokenHash string) error {
	if _, err := tx.exec(ctx, "DELETE FROM setup_links WHERE used IS NULL"); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "INSERT INTO setup_links (token_hash, created) VALUES (?, ?)", tokenHash, tx.Now)
	return err
}

// SetupLinkWorks says whether a one-time link could be spent: it is known, unused, and made after the time given.
func (tx *Tx) SetupLinkWorks(ctx context.Context, tokenHash string, after shop.Time) (works bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM setup_links WHERE token_hash = ? AND used IS NULL AND created > ?)",
		[]any{tokenHash, after}, &works)
	return works, err
}

// UseSetupLink spends a one-time link; NotFound when it is wrong, was used, or was made before the time given.
func (tx *Tx) UseSetupLink(ctx context.Context, tokenHash string, after shop.Time) error {
	return tx.change(ctx, "UPDATE setup_links SET used = ? WHERE token_hash = ? AND used IS NULL AND created > ?", tx.Now, tokenHash, after)
}
