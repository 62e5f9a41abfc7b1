package db

import (
	"context"

	"github.com/google/uuid"

	"buildplate/app/shop"
)

// BlobState is what a blob's row says of its file.
type BlobState string

// A live blob has its file. One in the trash is to be unlinked, and is no
// longer anybody's. A missing one should have its file and does not, a damaged
// one has another: neither is served, and both are shown to staff and never
// dropped in silence.
const (
	BlobLive    BlobState = "live"
	BlobTrash   BlobState = "trash"
	BlobMissing BlobState = "missing"
	BlobDamaged BlobState = "damaged"
)

// Broken says whether the file should be there and is not, or not as it was stored.
func (s BlobState) Broken() bool { return s == BlobMissing || s == BlobDamaged }

// Blob is the row of a stored file; the file is at the same bucket and id in
// package storage. At most one of CartID and ClientID is set; a file of the
// shop itself has neither.
type Blob struct {
	ID       string
	Bucket   string
	CartID   string
	ClientID string
	Name     string // as the customer calls it
	MIME     string
	Size     int64  // in bytes, as it is handed out
	SHA256   string // of those, 64 lower-case hex digits
	Packed   int64  // bytes on the disk where it is kept compressed; 0 where it is kept as it is
	State    BlobState
	Created  shop.Time
	Expires  shop.Time // zero: never by itself
	Trashed  shop.Time // zero unless in the trash
	Checked  shop.Time // when its bytes were last compared with SHA256
}

// Deletion is a file that is to be unlinked.
type Deletion struct {
	BlobID    string
	Bucket    string
	NotBefore shop.Time
	Attempts  int
	LastError string
}

const blobColumns = `id, bucket, coalesce(cart_id, ''), coalesce(client_id, ''), name, mime, size, sha256, state, created, expires, trashed, checked, coalesce(packed, 0)`

func scanBlob(row scanner) (b Blob, err error) {
	err = row.Scan(&b.ID, &b.Bucket, &b.CartID, &b.ClientID, &b.Name, &b.MIME, &b.Size, &b.SHA256, &b.State, &b.Created, &b.Expires, &b.Trashed, &b.Checked, &b.Packed)
	return b, err
}

var _ = mustHold("a blob is in the trash exactly while its file waits to be unlinked", `
	SELECT 'blob ' || b.id || ' is ' || b.state || CASE WHEN q.blob_id IS NULL THEN ', not queued' ELSE ', queued' END
	FROM blobs b LEFT JOIN delete_queue q ON q.blob_id = b.id
	WHERE (b.state = 'trash') <> (q.blob_id IS NOT NULL)`)

// checkID refuses an id that is not a UUID as we write it. Parsing alone also
// takes braces, upper case and more, and one thing would have several ids.
func checkID(id string) error {
	if u, err := uuid.Parse(id); err != nil || u.String() != id {
		return &shop.Error{Code: "id_malformed", Err: &badIDError{id}}
	}
	return nil
}

type badIDError struct{ id string }

func (e *badIDError) Error() string { return "db: not an id: " + e.id }

// InsertBlob adds the row of a file that is already durable in its bucket. The
// state and times but Expires are set here. Conflict: the id is taken.
func (tx *Tx) InsertBlob(ctx context.Context, b Blob) error {
	if err := checkID(b.ID); err != nil {
		return err
	}
	if b.MIME == "" {
		b.MIME = "application/octet-stream"
	}
	_, err := tx.exec(ctx, `
		INSERT INTO blobs (id, bucket, cart_id, client_id, name, mime, size, sha256, created, expires, checked, packed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0))`,
		b.ID, b.Bucket, nullText(b.CartID), nullText(b.ClientID), b.Name, b.MIME, b.Size, b.SHA256,
		tx.Now, nullTime(b.Expires), tx.Now, b.Packed)
	if err != nil {
		return err
	}
	return tx.fillCart(ctx, b.CartID)
}

// Blob returns a blob in any state. NotFound.
func (tx *Tx) Blob(ctx context.Context, id string) (Blob, error) {
	return get(ctx, tx, scanBlob, `SELECT `+blobColumns+` FROM blobs WHERE id = ?`, id)
}

// BlobIn returns a blob of a bucket in any state. NotFound: also for one of another bucket.
func (tx *Tx) BlobIn(ctx context.Context, bucket, id string) (Blob, error) {
	return get(ctx, tx, scanBlob, `SELECT `+blobColumns+` FROM blobs WHERE id = ? AND bucket = ?`, id, bucket)
}

// BlobKnown reports whether the sweep has to leave a file alone: because a row
// speaks of it, in whatever state, or because it was an upload whose process
// ended between moving the file and writing the row. An upload becomes the blob
// of its own id for that reason: it can be finished again.
func (tx *Tx) BlobKnown(ctx context.Context, bucket, id string) (known bool, err error) {
	err = tx.one(ctx, `SELECT EXISTS (SELECT 1 FROM blobs WHERE id = ? AND bucket = ?) OR (? = 'tmp' AND EXISTS (SELECT 1 FROM uploads WHERE id = ?))`,
		[]any{id, bucket, bucket, id}, &known)
	return known, err
}

// BlobsAfter pages through all blobs by id, whatever their state; "" begins.
func (tx *Tx) BlobsAfter(ctx context.Context, id string, limit int) ([]Blob, error) {
	return list(ctx, tx, scanBlob, `SELECT `+blobColumns+` FROM blobs WHERE id > ? ORDER BY id LIMIT ?`, id, limit)
}

// BlobsOfCart lists the blobs of a cart that were not given up, oldest first.
func (tx *Tx) BlobsOfCart(ctx context.Context, cart string) ([]Blob, error) {
	return list(ctx, tx, scanBlob, `SELECT `+blobColumns+` FROM blobs WHERE cart_id = ? AND state <> 'trash' ORDER BY id`, cart)
}

// TrashBlob gives a blob up: from the commit on it is nobody's, and its file is
// unlinked at notBefore or later (the transaction's time for "now"). Repeated,
// the earlier time counts. A row that still refers to the blob must be gone by
// the time its file is; ForgetBlob fails otherwise. NotFound.
func (tx *Tx) TrashBlob(ctx context.Context, id string, notBefore shop.Time) error {
	var cart string
	err := tx.one(ctx, `UPDATE blobs SET state = 'trash', trashed = coalesce(trashed, ?) WHERE id = ? RETURNING coalesce(cart_id, '')`, []any{tx.Now, id}, &cart)
	if err != nil {
		return err
	}
	if err := tx.leaveCart(ctx, cart); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO delete_queue (blob_id, not_before) VALUES (?, ?)
		ON CONFLICT (blob_id) DO UPDATE SET not_before = min(not_before, excluded.not_before)`, id, notBefore)
	return err
}

// DueDeletions lists files to unlink now, the longest due first; none while a backup is in progress.
func (tx *Tx) DueDeletions(ctx context.Context, limit int) ([]Deletion, error) {
	return list(ctx, tx, scanDeletion, `
		SELECT q.blob_id, b.bucket, q.not_before, q.attempts, q.last_error
		FROM delete_queue q JOIN blobs b ON b.id = q.blob_id
		WHERE q.not_before <= ? AND b.state = 'trash' AND NOT EXISTS (SELECT 1 FROM backup_pins)
		ORDER BY q.not_before, q.blob_id LIMIT ?`, tx.Now, limit)
}

func scanDeletion(row scanner) (d Deletion, err error) {
	err = row.Scan(&d.BlobID, &d.Bucket, &d.NotBefore, &d.Attempts, &d.LastError)
	return d, err
}

// ForgetBlob drops the rows of a blob whose file has been unlinked. It may be
// repeated: rows that are gone are a success. A blob that is not in the trash is
// a Conflict.
func (tx *Tx) ForgetBlob(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, `DELETE FROM delete_queue WHERE blob_id = ?`, id); err != nil {
		return err
	}
	n, err := tx.exec(ctx, `DELETE FROM blobs WHERE id = ? AND state = 'trash'`, id)
	if err != nil || n == 1 {
		return err
	}
	_, err = tx.Blob(ctx, id)
	if shop.KindOf(err) == shop.NotFound {
		return nil
	}
	if err == nil {
		err = shop.Conflictf("file_in_use", "This file is in use and was not deleted.")
	}
	return err
}

// PostponeDeletion notes why a file could not be unlinked and when to try again.
// NotFound.
func (tx *Tx) PostponeDeletion(ctx context.Context, id string, cause error, notBefore shop.Time) error {
	return tx.change(ctx, `UPDATE delete_queue SET attempts = attempts + 1, last_error = ?, not_before = ? WHERE blob_id = ?`,
		cause.Error(), notBefore, id)
}

// MarkBlob keeps what was found when a blob's file was last read: live, missing or damaged. It says whether that is
// news. One in the trash stays there.
func (tx *Tx) MarkBlob(ctx context.Context, id string, found BlobState) (news bool, err error) {
	n, err := tx.exec(ctx, `UPDATE blobs SET state = ? WHERE id = ? AND state NOT IN ('trash', ?)`, found, id, found)
	if err != nil {
		return false, err
	}
	_, err = tx.exec(ctx, `UPDATE blobs SET checked = ? WHERE id = ? AND state <> 'trash'`, tx.Now, id)
	return n == 1, err
}

// BrokenBlobs pages by id through the blobs that are missing or damaged; "" begins.
func (tx *Tx) BrokenBlobs(ctx context.Context, after string, limit int) ([]Blob, error) {
	return list(ctx, tx, scanBlob, `SELECT `+blobColumns+` FROM blobs WHERE state IN ('missing', 'damaged') AND id > ? ORDER BY id LIMIT ?`, after, limit)
}

// LiveCopies pages by id through the live blobs that were stored with the same bytes, in whatever bucket; "" begins.
func (tx *Tx) LiveCopies(ctx context.Context, sha256, after string, limit int) ([]Blob, error) {
	return list(ctx, tx, scanBlob, `SELECT `+blobColumns+` FROM blobs WHERE state = 'live' AND sha256 = ? AND id > ? ORDER BY id LIMIT ?`, sha256, after, limit)
}

// LiveBlobs counts the blobs that can be served.
func (tx *Tx) LiveBlobs(ctx context.Context) (n int, err error) {
	err = tx.one(ctx, `SELECT count(*) FROM blobs WHERE state = 'live'`, nil, &n)
	return n, err
}

// BlobsToCheck pages through the live blobs whose bytes were last compared before a time, longest ago first, from the one
// after the given blob on; the zero Blob begins.
func (tx *Tx) BlobsToCheck(ctx context.Context, before shop.Time, after Blob, limit int) ([]Blob, error) {
	return list(ctx, tx, scanBlob, `SELECT `+blobColumns+` FROM blobs
		WHERE state = 'live' AND checked < ? AND (checked, id) > (?, ?) ORDER BY checked, id LIMIT ?`, before, after.Checked, after.ID, limit)
}
