package db

import (
	"context"

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
	Heard    shop.Time // when its last piece came; Created before the first
	Expires  shop.Time
	UserID   string // the member of staff who began it, if one did
}

const uploadColumns = `id, coalesce(cart_id, ''), coalesce(client_id, ''), name, mime, expected, durable, created, heard, expires, coalesce(user_id, '')`

func scanUpload(row scanner) (u Upload, err error) {
	err = row.Scan(&u.ID, &u.CartID, &u.ClientID, &u.Name, &u.MIME, &u.Expected, &u.Durable, &u.Created, &u.Heard, &u.Expires, &u.UserID)
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
	err := tx.change(ctx, `UPDATE uploads SET durable = ?, heard = ?, expires = ? WHERE id = ? AND durable = ?`, to, tx.Now, expires, id, from)
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
	carts, err := list(ctx, tx, scanText, `DELETE FROM uploads WHERE id = ? RETURNING coalesce(cart_id, '')`, id)
	for _, cart := range carts {
		if err == nil {
			err = tx.leaveCart(ctx, cart)
		}
	}
	return err
}

// ExpiredUploads lists uploads nobody has continued in time, oldest first.
func (tx *Tx) ExpiredUploads(ctx context.Context, limit int) ([]Upload, error) {
	return list(ctx, tx, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE expires <= ? ORDER BY expires, id LIMIT ?`, tx.Now, limit)
}

// UnbegunUploads lists uploads of which no byte came in time, oldest first: nobody misses them.
func (tx *Tx) UnbegunUploads(ctx context.Context, limit int) ([]Upload, error) {
	return list(ctx, tx, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE expires <= ? AND durable = 0 ORDER BY expires, id LIMIT ?`, tx.Now, limit)
}

// OpenUpload is an upload under way as staff see it.
type OpenUpload struct {
	Upload
	Address string // where its cart was begun from, as far as it is known
	User    string // the name of the member of staff who began it
}

// OpenUploads lists a page of the uploads under way, the latest one first, and counts all there are up to one more than
// MostCounted. Next is where the page after it begins, "" on the last one. Errors: Invalid for an after that is no next.
func (tx *Tx) OpenUploads(ctx context.Context, after string, limit int) (all []OpenUpload, next string, total int, err error) {
	_, id, err := cursorOr(after, latestPlace)
	if err != nil {
		return nil, "", 0, err
	}
	if err := tx.one(ctx, `SELECT count(*) FROM (SELECT 1 FROM uploads WHERE expires > ? LIMIT ?)`, []any{tx.Now, MostCounted + 1}, &total); err != nil {
		return nil, "", 0, err
	}
	ids, next, err := tx.placed(ctx, limit, `SELECT id, created FROM uploads WHERE expires > ?1 AND (?2 = '' OR id < ?2) ORDER BY id DESC LIMIT ?3`, tx.Now, id, limit+1)
	if err != nil || len(ids) == 0 {
		return nil, "", total, err
	}
	all, err = list(ctx, tx, func(row scanner) (u OpenUpload, err error) {
		err = row.Scan(&u.ID, &u.Name, &u.Expected, &u.Durable, &u.Created, &u.Heard, &u.Address, &u.User)
		return u, err
	}, `SELECT u.id, u.name, u.expected, u.durable, u.created, u.heard, coalesce(c.address, ''), coalesce(p.name, '')
		FROM uploads u LEFT JOIN carts c ON c.id = u.cart_id LEFT JOIN users p ON p.id = u.user_id
		WHERE u.id IN (SELECT value FROM json_each(?)) ORDER BY u.id DESC`, toJSON(ids))
	return all, next, total, err
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
