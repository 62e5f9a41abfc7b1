package db

import (
	"context"

	"buildplate/app/shop"
)

// A session lets somebody in, so whoever may not come in has none.
var _ = mustHold("only active users have sessions", `SELECT DISTINCT u.email FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.state <> 'ACTIVE'`)

const userColumns = `u.id, u.role, coalesce(u.client_id, ''), u.name, u.email, u.password, u.state,
	u.version, u.seen, u.created, u.updated, coalesce(u.changed_by, '')`

// userFields are where a row of userColumns goes.
func userFields(u *shop.User) []any {
	return []any{
		&u.ID, &u.Role, &u.ClientID, &u.Name, &u.Email, &u.Password, &u.State,
		&u.Version, &u.Seen, &u.Created, &u.Updated, &u.ChangedBy,
	}
}

func scanUser(row scanner) (u shop.User, err error) {
	err = row.Scan(userFields(&u)...)
	return u, err
}

// User finds somebody by id, removed ones too.
func (tx *Tx) User(ctx context.Context, id string) (shop.User, error) {
	return get(ctx, tx, scanUser, "SELECT "+userColumns+" FROM users u WHERE u.id = ?", id)
}

// UserByEmail finds whoever logs in with an address, in any case of letters; nobody who was removed.
func (tx *Tx) UserByEmail(ctx context.Context, email string) (shop.User, error) {
	return get(ctx, tx, scanUser, "SELECT "+userColumns+" FROM users u WHERE u.email = ? AND u.state <> 'REMOVED'", email)
}

// Person is a user as the list of people shows them.
type Person struct {
	shop.User
	ChangedByName string    // "" for the shop itself
	Sessions      int       // browsers in which they are logged in
	LinkExpires   shop.Time // of the one-time link that still works; zero without one
}

// StaffPeople lists those who work here and were not removed, by name.
func (tx *Tx) StaffPeople(ctx context.Context) ([]Person, error) {
	return tx.people(ctx, "u.role IN ('ADMIN', 'STAFF') AND u.state <> 'REMOVED' ORDER BY u.name COLLATE NOCASE, u.id")
}

// Person finds one user with what the list shows of them; NotFound when there is none, or when they were removed.
func (tx *Tx) Person(ctx context.Context, id string) (Person, error) {
	found, err := tx.people(ctx, "u.id = ? AND u.state <> 'REMOVED'", id)
	if err == nil && len(found) == 0 {
		return Person{}, &shop.Error{Kind: shop.NotFound}
	}
	if err != nil {
		return Person{}, err
	}
	return found[0], nil
}

func (tx *Tx) people(ctx context.Context, where string, args ...any) ([]Person, error) {
	return list(ctx, tx, func(row scanner) (p Person, err error) {
		err = row.Scan(append(userFields(&p.User), &p.ChangedByName, &p.Sessions, &p.LinkExpires)...)
		return p, err
	}, "SELECT "+userColumns+`, coalesce(c.name, ''),
		(SELECT count(*) FROM sessions s WHERE s.user_id = u.id AND s.expires >= ? AND s.seen >= ?),
		coalesce((SELECT max(l.expires) FROM one_time_links l WHERE l.user_id = u.id AND l.used IS NULL AND l.expires > ?), 0)
		FROM users u LEFT JOIN users c ON c.id = u.changed_by WHERE `+where,
		append([]any{tx.Now, tx.Now.Add(-shop.SessionIdle), tx.Now}, args...)...)
}

// StaffExists says whether anybody ever worked here: the shop was set up.
func (tx *Tx) StaffExists(ctx context.Context) (exists bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM users WHERE role IN ('ADMIN', 'STAFF'))", nil, &exists)
	return exists, err
}

// OtherAdmins counts the admins who may come in, beside one.
func (tx *Tx) OtherAdmins(ctx context.Context, id string) (n int, err error) {
	err = tx.one(ctx, "SELECT count(*) FROM users WHERE role = 'ADMIN' AND state = 'ACTIVE' AND id <> ?", []any{id}, &n)
	return n, err
}

// InsertUser adds somebody at version 1; Conflict when the address is taken.
func (tx *Tx) InsertUser(ctx context.Context, u shop.User) error {
	_, err := tx.exec(ctx, `INSERT INTO users (id, role, client_id, name, email, password, state, created, updated, changed_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, u.Role, nullText(u.ClientID), u.Name, u.Email, u.Password, u.State, tx.Now, tx.Now, nullText(u.ChangedBy))
	return err
}

// UpdateUser keeps name, role and state as a new version of changedBy's. Errors: NotFound when u.Version is not the
// stored one.
func (tx *Tx) UpdateUser(ctx context.Context, u shop.User, changedBy string) error {
	return tx.change(ctx, `UPDATE users SET name = ?, role = ?, state = ?, version = version + 1, updated = ?, changed_by = ? WHERE id = ? AND version = ?`,
		u.Name, u.Role, u.State, tx.Now, nullText(changedBy), u.ID, u.Version)
}

// SavePassword keeps a password's hash. From where its user logged in before counts no more.
func (tx *Tx) SavePassword(ctx context.Context, id, hash string) error {
	if err := tx.ForgetLoginAddressesOf(ctx, id); err != nil {
		return err
	}
	return tx.RenewHash(ctx, id, hash)
}

// RenewHash keeps another hash of the same password, which ends nothing.
func (tx *Tx) RenewHash(ctx context.Context, id, hash string) error {
	return tx.change(ctx, "UPDATE users SET password = ? WHERE id = ?", hash, id)
}
