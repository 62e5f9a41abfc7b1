package db

import (
	"context"
	"fmt"

	"buildplate/app/shop"
)

// Upload is a file that is still arriving in parts. It becomes the blob of the
// same id in tmp: see BlobKnown. At most one of CartID and ClientID is set.
type Upload struct {
	ID       string
	CartID   string
	ClientID string
	Name     string
	MIME     string
	Expected int64 // bytes announced
	Durable  int64 // bytes that survive a crash, and from which the next part goes on
	Created  shop.Time
	Expires  shop.Time
}

// Quota is how much a customer may leave with the shop before an order. A zero
// means no limit.
type Quota struct {
	FileBytes     int64 // one file
	OwnerFiles    int64 // files and open uploads of one cart or client in tmp
	OwnerBytes    int64 // their bytes
	OwnerParallel int64 // open uploads of one cart or client
	AllBytes      int64 // everybody's bytes in tmp
}

const uploadColumns = `id, coalesce(cart_id, ''), coalesce(client_id, ''), name, mime, expected, durable, created, expires`

func scanUpload(row scanner) (u Upload, err error) {
	err = row.Scan(&u.ID, &u.CartID, &u.ClientID, &u.Name, &u.MIME, &u.Expected, &u.Durable, &u.Created, &u.Expires)
	return u, err
}

// use is what counts against a quota: stored files and the announced size of
// those on their way, since two uploads could otherwise share the last free byte.
type use struct{ files, bytes, open int64 }

// ReserveUpload begins an upload, if the quota has room for all it announces.
// TooLarge: this file is too big. Conflict: too many files, bytes or uploads at
// once. Unavailable: the shop as a whole is full.
func (tx *Tx) ReserveUpload(ctx context.Context, u Upload, q Quota) error {
	if err := checkID(u.ID); err != nil {
		return err
	}
	if q.FileBytes > 0 && u.Expected > q.FileBytes {
		return shop.TooLargef("file_too_large", "This file has %s; the largest we can take here is %s.", sizeText(u.Expected), sizeText(q.FileBytes))
	}
	own, err := tx.use(ctx, u.CartID, u.ClientID)
	if err != nil {
		return err
	}
	switch {
	case q.OwnerParallel > 0 && own.open >= q.OwnerParallel:
		return shop.TooManyf("uploads_too_many", "%d files are being uploaded already. Wait until one of them has arrived, or cancel it.", own.open)
	case q.OwnerFiles > 0 && own.files+own.open >= q.OwnerFiles:
		return shop.Conflictf("cart_files_full", "There are %d files here already, and no more than that fit in one order. Remove some, or place this order first.", own.files+own.open)
	case q.OwnerBytes > 0 && own.bytes+u.Expected > q.OwnerBytes:
		return shop.Conflictf("cart_bytes_full", "With this file your uploads would be %s; the limit is %s. Remove some, or place this order first.", sizeText(own.bytes+u.Expected), sizeText(q.OwnerBytes))
	}
	if q.AllBytes > 0 {
		var all int64
		if err := tx.one(ctx, `SELECT (SELECT coalesce(sum(size), 0) FROM blobs WHERE bucket = 'tmp' AND state <> 'missing') + (SELECT coalesce(sum(expected), 0) FROM uploads)`, nil, &all); err != nil {
			return err
		}
		if all+u.Expected > q.AllBytes {
			return shop.Unavailablef("storage_full", "We cannot take more files at the moment. Try again later, or send us the file another way.")
		}
	}
	if u.MIME == "" {
		u.MIME = "application/octet-stream"
	}
	_, err = tx.exec(ctx, `
		INSERT INTO uploads (id, cart_id, client_id, name, mime, expected, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, nullText(u.CartID), nullText(u.ClientID), u.Name, u.MIME, u.Expected, tx.Now, u.Expires)
	return err
}

func (tx *Tx) use(ctx context.Context, cart, client string) (u use, err error) {
	owner := []any{nullText(cart), nullText(client)}
	err = tx.one(ctx, `SELECT count(*), coalesce(sum(size), 0) FROM blobs WHERE bucket = 'tmp' AND state = 'live' AND cart_id IS ? AND client_id IS ?`, owner, &u.files, &u.bytes)
	if err != nil {
		return u, err
	}
	var announced int64
	err = tx.one(ctx, `SELECT count(*), coalesce(sum(expected), 0) FROM uploads WHERE cart_id IS ? AND client_id IS ?`, owner, &u.open, &announced)
	u.bytes += announced
	return u, err
}

// Upload returns an open upload. NotFound: also when its time is up.
func (tx *Tx) Upload(ctx context.Context, id string) (Upload, error) {
	return get(ctx, tx, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE id = ? AND expires > ?`, id, tx.Now)
}

// UploadKnown reports whether a row speaks of an upload, expired or not.
func (tx *Tx) UploadKnown(ctx context.Context, id string) (known bool, err error) {
	err = tx.one(ctx, `SELECT EXISTS (SELECT 1 FROM uploads WHERE id = ?)`, []any{id}, &known)
	return known, err
}

// AdvanceUpload notes that the bytes up to a new length are durable, and gives
// the upload more time. Conflict: the upload is no longer at from, since another
// part came first.
func (tx *Tx) AdvanceUpload(ctx context.Context, id string, from, to int64, expires shop.Time) error {
	err := tx.change(ctx, `UPDATE uploads SET durable = ?, expires = ? WHERE id = ? AND durable = ?`, to, expires, id, from)
	if shop.KindOf(err) != shop.NotFound {
		return err
	}
	if _, err := tx.Upload(ctx, id); err != nil {
		return err
	}
	return shop.Conflictf("upload_offset_moved", "Another part of this file arrived first. The upload goes on from there.").Because(err)
}

// DeleteUpload forgets an upload that has become a blob, or was given up; its
// staging file goes after the commit. It may be repeated.
func (tx *Tx) DeleteUpload(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `DELETE FROM uploads WHERE id = ?`, id)
	return err
}

// ExpiredUploads lists uploads nobody has continued in time, oldest first.
func (tx *Tx) ExpiredUploads(ctx context.Context, limit int) ([]Upload, error) {
	return list(ctx, tx, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE expires <= ? ORDER BY expires, id LIMIT ?`, tx.Now, limit)
}

// WholeUploads lists the uploads that are all here and have not become blobs.
func (tx *Tx) WholeUploads(ctx context.Context) ([]Upload, error) {
	return list(ctx, tx, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE durable = expected AND expires > ? ORDER BY id`, tx.Now)
}

// UploadsOfCart lists a cart's open uploads, so that a page can resume them.
func (tx *Tx) UploadsOfCart(ctx context.Context, cart string) ([]Upload, error) {
	return list(ctx, tx, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE cart_id = ? AND expires > ? ORDER BY id`, cart, tx.Now)
}

// UnheardUploads lists a cart's earlier uploads of the same name and size of which no byte came. When the answer to
// the beginning of an upload is lost, the page begins it again, and never hears of the first.
func (tx *Tx) UnheardUploads(ctx context.Context, u Upload) ([]Upload, error) {
	return list(ctx, tx, scanUpload, `SELECT `+uploadColumns+` FROM uploads
		WHERE cart_id = ? AND name = ? AND expected = ? AND durable = 0 AND id < ? ORDER BY id`, u.CartID, u.Name, u.Expected, u.ID)
}

// sizeText is a number of bytes for people: "300 bytes", "4.2 MB".
func sizeText(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	size, units := float64(n)/1000, "kMGT"
	for size >= 999.95 && len(units) > 1 {
		size, units = size/1000, units[1:]
	}
	return fmt.Sprintf("%.1f %cB", size, units[0])
}
