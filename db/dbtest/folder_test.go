package dbtest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// dataFolder is a data folder opened for work.
type dataFolder struct {
	dir string
	d   *db.DB
	s   *storage.Store
}

func openDataFolder(dir, schema string) (f dataFolder, err error) {
	f.dir = dir
	quiet := slog.New(slog.DiscardHandler)
	if f.s, err = storage.Open(dir, storage.Options{Reserve: -1, Log: quiet}); err != nil {
		return f, err
	}
	f.d, err = db.Open(context.Background(), filepath.Join(dir, "shop.db"), schema, db.Options{Log: quiet})
	return f, err
}

func (f dataFolder) close() error { return errors.Join(f.d.Close(), f.s.Close()) }

// contentOf is a file's content, known from its id alone, 1 to 200,000 bytes.
func contentOf(id string) []byte {
	u := uuid.MustParse(id)
	r := rand.NewChaCha8(sha256.Sum256(u[:]))
	b := make([]byte, 1+r.Uint64()%200_000)
	_, _ = r.Read(b)
	return b
}

func sumOf(id string) string {
	sum := sha256.Sum256(contentOf(id))
	return hex.EncodeToString(sum[:])
}

func (f dataFolder) begin(ctx context.Context, id string) error {
	u := db.Upload{ID: id, Name: "part.stl", Expected: int64(len(contentOf(id))), Expires: shop.TimeOf(time.Now().Add(time.Hour))}
	if err := f.d.Write(ctx, func(tx *db.Tx) error { return tx.ReserveUpload(ctx, u, db.Quota{}) }); err != nil {
		return err
	}
	return f.s.CreateStaging(id, u.Expected)
}

// resume sends the rest of an upload in parts and makes it a blob of the same id.
func (f dataFolder) resume(ctx context.Context, id string, from int64, say func(string, ...any)) (storage.Object, error) {
	content := contentOf(id)
	for from < int64(len(content)) {
		part := content[from:min(from+60_000, int64(len(content)))]
		to, err := f.s.AppendAt(ctx, id, from, bytes.NewReader(part), int64(len(part)))
		if err != nil {
			return storage.Object{}, err
		}
		err = f.d.Write(ctx, func(tx *db.Tx) error { return tx.AdvanceUpload(ctx, id, from, to, tx.Now.Add(time.Hour)) })
		if err != nil {
			return storage.Object{}, err
		}
		say("durable %s %d", id, to)
		from = to
	}
	obj, err := f.s.Finish(ctx, id, storage.Tmp, id)
	if err != nil {
		return obj, err
	}
	return obj, f.insert(ctx, obj, id, say)
}

func (f dataFolder) insert(ctx context.Context, obj storage.Object, upload string, say func(string, ...any)) error {
	err := f.d.Write(ctx, func(tx *db.Tx) error {
		if upload != "" {
			if err := tx.DeleteUpload(ctx, upload); err != nil {
				return err
			}
		}
		return tx.InsertBlob(ctx, db.Blob{ID: obj.ID, Bucket: string(obj.Bucket), Size: obj.Size, SHA256: obj.SHA256})
	})
	if err == nil {
		say("stored %s %s", obj.ID, obj.SHA256)
	}
	return err
}

func (f dataFolder) unlink(ctx context.Context, b storage.Bucket, id string) error {
	if err := f.s.Remove(b, id); err != nil {
		return err
	}
	return f.d.Write(ctx, func(tx *db.Tx) error { return tx.ForgetBlob(ctx, id) })
}

// recoverFloor does what the shop does at start: finish removals, sweep.
func (f dataFolder) recoverFloor(ctx context.Context) (swept storage.Swept, removed int, err error) {
	for {
		var due []db.Deletion
		if err := f.d.Read(ctx, func(tx *db.Tx) (err error) { due, err = tx.DueDeletions(ctx, 100); return err }); err != nil {
			return swept, removed, err
		}
		for _, q := range due {
			if err := f.unlink(ctx, storage.Bucket(q.Bucket), q.BlobID); err != nil {
				return swept, removed, err
			}
			removed++
		}
		if len(due) == 0 {
			break
		}
	}
	swept, err = f.s.Sweep(ctx, storage.SweepPlan{
		HasRow: func(ctx context.Context, b storage.Bucket, id string) (known bool, err error) {
			err = f.d.Read(ctx, func(tx *db.Tx) (err error) { known, err = tx.BlobKnown(ctx, string(b), id); return err })
			return known, err
		},
		HasUpload: func(ctx context.Context, id string) (known bool, err error) {
			err = f.d.Read(ctx, func(tx *db.Tx) (err error) { known, err = tx.UploadKnown(ctx, id); return err })
			return known, err
		},
		Now: time.Now().Add(time.Minute), Confirmed: true,
	})
	return swept, removed, err
}
