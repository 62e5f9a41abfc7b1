package db

import (
	"context"
	"encoding/json"
	"fmt"

	"buildplate/app/shop"
)

// Settings reads what the shop decided; NotFound before the first start has written them.
func (tx *Tx) Settings(ctx context.Context) (s shop.Settings, err error) {
	var doc string
	if err := tx.one(ctx, "SELECT doc FROM settings WHERE id = 1", nil, &doc); err != nil {
		return s, err
	}
	s.StaffDiscount, s.Retention = shop.DefaultStaffDiscount, shop.DefaultRetention() // of a shop that was never asked
	return s, json.Unmarshal([]byte(doc), &s)
}

// Answered says whether the first-start questions are answered.
func (tx *Tx) Answered(ctx context.Context) (answered bool, err error) {
	err = tx.one(ctx, "SELECT answered FROM settings WHERE id = 1", nil, &answered)
	return answered, err
}

// SaveSettings keeps what the shop decides, whole, as a new version, and a version of its terms that is new, as customers
// read it; by is the name of whoever decided it.
func (tx *Tx) SaveSettings(ctx context.Context, s shop.Settings, answered bool, by string) error {
	if err := tx.keepTerms(ctx, s.Terms.Filled(s.Retention), s.Retention, by); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO settings (id, doc, answered, updated, changed_by) VALUES (1, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, answered = max(answered, excluded.answered), updated = excluded.updated,
			version = version + 1, changed_by = excluded.changed_by`,
		toJSON(s), answered, tx.Now, by)
	return err
}

// SettingsVersion says which version of the settings is stored, and who saved it when.
func (tx *Tx) SettingsVersion(ctx context.Context) (version int, by string, at shop.Time, err error) {
	err = tx.one(ctx, "SELECT version, changed_by, updated FROM settings WHERE id = 1", nil, &version, &by, &at)
	return version, by, at, err
}

// Secret reads a key that never leaves the machine; "" when it was never set.
func (tx *Tx) Secret(ctx context.Context, name string) (value string, err error) {
	err = tx.one(ctx, "SELECT value FROM secrets WHERE name = ?", []any{name}, &value)
	if shop.IsKind(err, shop.NotFound) {
		return "", nil
	}
	return value, err
}

// SetSecret keeps or, with "", forgets a key.
func (tx *Tx) SetSecret(ctx context.Context, name, value string) error {
	if value == "" {
		_, err := tx.exec(ctx, "DELETE FROM secrets WHERE name = ?", name)
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO secrets (name, value, updated) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated = excluded.updated`, name, value, tx.Now)
	return err
}

// StartSeries begins a gap-free series unless it runs already.
func (tx *Tx) StartSeries(ctx context.Context, kind, prefix string, first int64) error {
	_, err := tx.exec(ctx, "INSERT INTO numbers (kind, prefix, next) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", kind, prefix, first)
	return err
}

// NextNumber takes the next number of a series, as "INV-0001". It is gap-free because the transaction that takes it
// also uses it.
func (tx *Tx) NextNumber(ctx context.Context, kind string) (string, error) {
	var prefix string
	var n int64
	err := tx.one(ctx, "UPDATE numbers SET next = next + 1 WHERE kind = ? RETURNING prefix, next - 1", []any{kind}, &prefix, &n)
	return fmt.Sprintf("%s%04d", prefix, n), err
}

var _ = mustHold("invoice numbers have no gaps", `
	SELECT 'the series stands at ' || next || ' after ' || (SELECT count(*) FROM invoices WHERE number IS NOT NULL) || ' invoices'
	FROM numbers WHERE kind = 'invoice' AND next - 1 <> (SELECT count(*) FROM invoices WHERE number IS NOT NULL)`)

// toJSON writes a value of ours; they all can be written.
func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("db: %T has no JSON form: %v", v, err))
	}
	return string(b)
}
