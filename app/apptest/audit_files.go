package apptest

import (
	"context"
	"slices"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/storage"
)

func (b *auditor) blobKnown(ctx context.Context, bucket storage.Bucket, id string) (known bool, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) error {
		known, err = tx.BlobKnown(ctx, string(bucket), id)
		return err
	})
	return known, err
}

func (b *auditor) uploadKnown(ctx context.Context, id string) (known bool, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) error {
		known, err = tx.UploadKnown(ctx, id)
		return err
	})
	return known, err
}

// sweep does what the nightly one does, without its day of grace.
func (b *auditor) sweep() {
	b.tb.Helper()
	done, err := b.files.Sweep(b.ctx, storage.SweepPlan{HasRow: b.blobKnown, HasUpload: b.uploadKnown, Now: b.db.Now().Time(), Confirmed: true})
	if err != nil {
		b.tb.Fatal(err)
	}
	b.totals.Swept = len(done.Quarantined) + done.Uploads
}

func (b *auditor) rowsHaveFiles() {
	b.tb.Helper()
	var rows []db.Blob
	b.read(func(tx *db.Tx) error {
		for after := ""; ; after = rows[len(rows)-1].ID {
			page, err := tx.BlobsAfter(b.ctx, after, 500)
			if rows = append(rows, page...); err != nil || len(page) == 0 {
				return err
			}
		}
	})
	for _, r := range rows {
		if r.State == db.BlobTrash {
			continue // its file goes, or has gone
		}
		if r.State != db.BlobLive {
			b.tb.Errorf("file %s (%s in %s) is %s", r.ID, r.Name, r.Bucket, r.State)
		}
		if err := b.files.Verify(b.ctx, storage.Object{Bucket: storage.Bucket(r.Bucket), ID: r.ID, Size: r.Size, SHA256: r.SHA256, Packed: r.Packed}); err != nil {
			b.tb.Errorf("a row (%s in %s) and its file do not agree: %v", r.Name, r.Bucket, err)
		}
		b.totals.Files, b.totals.Bytes = b.totals.Files+1, b.totals.Bytes+r.Size
	}
}

func (b *auditor) filesHaveRows() {
	b.tb.Helper()
	for _, bucket := range storage.Buckets() {
		for f, err := range b.files.List(bucket) {
			if err != nil {
				b.tb.Fatal(err)
			}
			if known, err := b.blobKnown(b.ctx, bucket, f.ID); err != nil || !known {
				b.tb.Errorf("file %s in %s has no row (%d bytes): %v", f.ID, bucket, f.Size, err)
			}
		}
	}
	for _, path := range dbtest.Strays(b.tb, b.data, b.files) {
		b.tb.Errorf("%s lies in a bucket and is no file of the shop's", path)
	}
	for staged, err := range b.files.Uploads() {
		if err != nil {
			b.tb.Fatal(err)
		}
		if known, err := b.uploadKnown(b.ctx, staged.ID); err != nil || !known {
			b.tb.Errorf("upload %s has no row: %v", staged.ID, err)
		}
	}
}

// refused holds an order's files that were deleted as it was refused against what is not taken any more: all that its customer sent,
// until an admin accepts some of it again.
func (b *auditor) refused(tx *db.Tx, o *shop.Order, gone []shop.DeletedFile) error {
	if o.State != shop.OrderRefused {
		return nil
	}
	log, _, err := tx.ActivityPage(b.ctx, o.ID, "", manyOrders)
	if err != nil || slices.ContainsFunc(log, func(a shop.Activity) bool { return a.Verb == shop.VerbModelAccepted }) {
		return err
	}
	for _, f := range gone {
		if f.Reason != shop.DeletedRefused || f.Kind != "model" && f.Kind != "review_file" {
			continue
		}
		refused, err := tx.FileRefused(b.ctx, f.SHA256)
		if err != nil {
			return err
		}
		if !refused {
			b.tb.Errorf("order %s was refused with %s, which would be taken again", o.Number, f.Name)
		}
	}
	return nil
}
