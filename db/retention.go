package db

import (
	"context"
	"time"

	"buildplate/app/shop"
)

// clientKind is whose order o is, as the table of retention has it. Nobody buys on account yet.
const clientKind = `(SELECT iif(c.verified OR EXISTS (SELECT 1 FROM users u WHERE u.client_id = c.id AND u.state = 'ACTIVE'), 'account', 'guest') FROM clients c WHERE c.id = o.client_id)`

// FilesFacts reads what it depends on when the files of an order go.
func (tx *Tx) FilesFacts(ctx context.Context, o *shop.Order) (f shop.FilesFacts, err error) {
	f = o.FilesFacts()
	var days string
	err = tx.one(ctx, `SELECT `+clientKind+`, coalesce((SELECT t.days FROM terms t WHERE t.version = o.terms_version), ''), EXISTS (SELECT 1 FROM invoices v JOIN payments p ON p.invoice_id = v.id JOIN disputes d ON d.payment_id = p.id WHERE v.order_id = o.id AND d.state = 'open')
		OR EXISTS (SELECT 1 FROM invoices v JOIN disputes d ON d.invoice_id = v.id WHERE v.order_id = o.id AND d.state = 'open') FROM orders o WHERE o.id = ?`, []any{o.ID}, &f.Kind, &days, &f.Dispute)
	if err == nil {
		f.Promised, err = promisedDays(days)
	}
	return f, err
}

// OrderAt is an order and when something happened to it: where a page of a list ends.
type OrderAt struct {
	At shop.Time
	ID string
}

func scanOrderAt(row scanner) (o OrderAt, err error) {
	err = row.Scan(&o.At, &o.ID)
	return o, err
}

// OrdersDone lists orders that were done before a time, which depends on whose they are, that still have their files and
// that nobody asked to keep: those after an order, the longest done first.
func (tx *Tx) OrdersDone(ctx context.Context, before map[shop.RetentionKind]shop.Time, after OrderAt, limit int) ([]OrderAt, error) {
	latest := shop.Time(0)
	for _, at := range before {
		latest = max(latest, at)
	}
	return list(ctx, tx, scanOrderAt, `SELECT coalesce(o.completed, o.closed), o.id FROM orders o
		WHERE o.state <> 'OPEN' AND o.files_gone IS NULL AND o.keep_files = 0
		AND coalesce(o.completed, o.closed) BETWEEN ?1 AND ?2 AND (coalesce(o.completed, o.closed) > ?1 OR o.id > ?3)
		AND coalesce(o.completed, o.closed) <= CASE `+clientKind+` WHEN 'account' THEN ?4 WHEN 'on_account' THEN ?5 ELSE ?6 END
		ORDER BY coalesce(o.completed, o.closed), o.id LIMIT ?7`,
		after.At, latest, after.ID, before[shop.RetainAccount], before[shop.RetainOnAccount], before[shop.RetainGuest], limit)
}

// OrdersWarned lists orders whose page has said since a time or longer that their files go: those after an order, the longest
// first.
func (tx *Tx) OrdersWarned(ctx context.Context, since shop.Time, after OrderAt, limit int) ([]OrderAt, error) {
	return list(ctx, tx, scanOrderAt, `SELECT o.files_warned, o.id FROM orders o
		WHERE o.files_warned IS NOT NULL AND o.files_gone IS NULL AND o.files_warned BETWEEN ?1 AND ?2 AND (o.files_warned > ?1 OR o.id > ?3)
		ORDER BY o.files_warned, o.id LIMIT ?4`, after.At, since, after.ID, limit)
}

// CountOrderFiles counts the files of an order; of all orders with "".
func (tx *Tx) CountOrderFiles(ctx context.Context, orderID string) (n int, err error) {
	if orderID == "" {
		err = tx.one(ctx, "SELECT count(*) FROM order_files", nil, &n)
		return n, err
	}
	err = tx.one(ctx, "SELECT count(*) FROM order_files WHERE order_id = ?", []any{orderID}, &n)
	return n, err
}

// WarnOfFiles keeps since when an order's page says that its files go; 0 when it does not any more. It makes no new version
// of the order, since no person did it.
func (tx *Tx) WarnOfFiles(ctx context.Context, orderID string, since shop.Time) error {
	return tx.change(ctx, "UPDATE orders SET files_warned = ? WHERE id = ?", nullTime(since), orderID)
}

// WishForFiles keeps a customer's wish for an order's files, which its page then tells anew. It makes no new version of the
// order: staff would be refused what they do as often as a customer changes their mind.
func (tx *Tx) WishForFiles(ctx context.Context, orderID string, keep bool) error {
	return tx.change(ctx, "UPDATE orders SET keep_files = ?, files_warned = NULL WHERE id = ?", keep, orderID)
}

// FilesGone notes that the files of an order have gone by age.
func (tx *Tx) FilesGone(ctx context.Context, orderID string) error {
	return tx.change(ctx, "UPDATE orders SET files_gone = ?, files_warned = NULL WHERE id = ?", tx.Now, orderID)
}

// FilesBack notes that an order whose files had gone by age has files again.
func (tx *Tx) FilesBack(ctx context.Context, orderID string) error {
	return tx.change(ctx, "UPDATE orders SET files_gone = NULL, files_warned = NULL WHERE id = ?", orderID)
}

// InsertDeletedFile keeps the name and hash of a file that an order has no more since a time.
func (tx *Tx) InsertDeletedFile(ctx context.Context, f shop.OrderFile, reason shop.DeletionReason, at shop.Time) error {
	_, err := tx.exec(ctx, "INSERT INTO deleted_files (id, order_id, item_id, kind, name, sha256, size, deleted, reason, sent_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		f.ID, f.OrderID, nullText(f.ItemID), f.Kind, f.Name, f.SHA256, f.Bytes, at, reason, f.SentAs)
	return err
}

// DeletedFiles lists what were files of an order, and those that are being deleted.
func (tx *Tx) DeletedFiles(ctx context.Context, orderID string) ([]shop.DeletedFile, error) {
	return list(ctx, tx, func(row scanner) (f shop.DeletedFile, err error) {
		err = row.Scan(&f.ID, &f.OrderID, &f.ItemID, &f.Kind, &f.Name, &f.SHA256, &f.Bytes, &f.Deleted, &f.Reason)
		return f, err
	}, `SELECT id, order_id, coalesce(item_id, ''), kind, name, sha256, size, deleted, reason FROM deleted_files WHERE order_id = ?1
		UNION ALL SELECT f.id, f.order_id, coalesce(f.item_id, ''), f.kind, f.name, b.sha256, b.size, t.created, ?2
		FROM outbox t JOIN order_files f ON f.order_id = t.key JOIN blobs b ON b.id = f.blob_id
		WHERE t.kind = '`+RefusedFiles+`' AND t.key = ?1 AND t.state <> 'done' ORDER BY deleted, id`, orderID, shop.DeletedRefused)
}

// ExtendOrderLinks lets links to orders that end within a margin work as long as the papers of their orders are kept: so
// long after the order is done, or as long as its terms promised if that is longer. At most limit; it says how many.
func (tx *Tx) ExtendOrderLinks(ctx context.Context, margin, papers time.Duration, limit int) (int64, error) {
	return tx.exec(ctx, `UPDATE order_links SET expires = e.expires FROM (
			SELECT l.token_hash, coalesce(o.completed, o.closed, ?1) + max(?2, coalesce(t.days ->> '$.documents', 0) * 86400000) AS expires
			FROM order_links l JOIN orders o ON o.id = l.order_id LEFT JOIN terms t ON t.version = o.terms_version
			WHERE l.revoked IS NULL AND l.expires < ?1 + ?3
			AND coalesce(o.completed, o.closed, ?1) + max(?2, coalesce(t.days ->> '$.documents', 0) * 86400000) > l.expires LIMIT ?4) e
		WHERE order_links.token_hash = e.token_hash`, tx.Now, papers.Milliseconds(), margin.Milliseconds(), limit)
}

var _ = mustHold("an order whose models went by age has none", `
	SELECT o.number FROM orders o WHERE o.files_gone IS NOT NULL AND EXISTS (SELECT 1 FROM order_files f WHERE f.order_id = o.id)`)

var _ = mustHold("no page says of models that are to be kept that they go", `
	SELECT number FROM orders WHERE keep_files AND files_warned IS NOT NULL`)

var _ = mustHold("a file is here or deleted, not both", `
	SELECT f.name FROM order_files f JOIN deleted_files d ON d.id = f.id`)
