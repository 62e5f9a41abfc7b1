package db

import (
	"context"
	"database/sql"

	"buildplate/app/shop"
)

// SaveThumbnail keeps the picture of a mesh as it lies, empty where there is none, and drops those of poses in which the mesh lies
// nowhere any more and that are not proposed. Of a mesh that is gone meanwhile nothing is kept.
func (tx *Tx) SaveThumbnail(ctx context.Context, sha256 string, pose shop.Pose, picture []byte) error {
	if picture == nil {
		picture = []byte{}
	}
	_, err := tx.exec(ctx, `INSERT INTO thumbnails (sha256, pose, picture, drawn) SELECT ?1, coalesce(?2, ''), ?3, ?4 WHERE EXISTS (SELECT 1 FROM blobs WHERE sha256 = ?1 AND state = 'live')
		ON CONFLICT (sha256, pose) DO UPDATE SET picture = excluded.picture, drawn = excluded.drawn WHERE picture <> excluded.picture`, sha256, poseText(pose), picture, tx.Now)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `DELETE FROM thumbnails AS t WHERE t.sha256 = ?1 AND t.pose <> coalesce(?2, '')
		AND NOT EXISTS (SELECT 1 FROM proposed_poses q WHERE q.sha256 = ?1 AND q.pose = t.pose)
		AND NOT EXISTS (SELECT 1 FROM blobs b JOIN parts p ON p.mesh_blob = b.id WHERE b.sha256 = ?1 AND b.state = 'live' AND coalesce(p.pose, '') = t.pose)
		AND NOT EXISTS (SELECT 1 FROM blobs b JOIN order_files f ON f.blob_id = b.id JOIN order_items i ON i.id = f.item_id WHERE b.sha256 = ?1 AND b.state = 'live' AND f.kind = 'mesh' AND coalesce(i.pose, '') = t.pose)`,
		sha256, poseText(pose))
	return err
}

// Thumbnail finds the picture of a stored mesh as it lies, and when it was drawn. NotFound: also for one that is empty.
func (tx *Tx) Thumbnail(ctx context.Context, meshBlob string, pose shop.Pose) (picture []byte, drawn shop.Time, err error) {
	err = tx.one(ctx, `SELECT t.picture, t.drawn FROM blobs b JOIN thumbnails t ON t.sha256 = b.sha256 AND t.pose = coalesce(?, '') WHERE b.id = ? AND b.state <> 'trash' AND length(t.picture) > 0`,
		[]any{poseText(pose), meshBlob}, &picture, &drawn)
	return picture, drawn, err
}

// itemThumbnail is when the picture of an item i was drawn; 0 where it has none.
const itemThumbnail = `coalesce((SELECT t.drawn FROM order_files f JOIN blobs b ON b.id = f.blob_id JOIN thumbnails t ON t.sha256 = b.sha256 AND t.pose = coalesce(i.pose, '')
	WHERE f.item_id = i.id AND f.kind = 'mesh' AND length(t.picture) > 0 AND` + stays + `LIMIT 1), 0)`

// DrawnItem is an item that has a picture, and when that was drawn.
type DrawnItem struct {
	OrderID, ID string
	Drawn       shop.Time
}

// URL is where its picture is for staff.
func (d DrawnItem) URL() string {
	return shop.ThumbnailURL(shop.StaffItemPath(d.OrderID, d.ID), d.Drawn)
}

// PartThumbnails says of a cart's parts when their pictures were drawn. Those without one are left out.
func (tx *Tx) PartThumbnails(ctx context.Context, cartID string) (map[string]shop.Time, error) {
	found, err := list(ctx, tx, scanDrawn, `SELECT p.cart_id, p.id, t.drawn FROM parts p JOIN blobs b ON b.id = p.mesh_blob JOIN thumbnails t ON t.sha256 = b.sha256 AND t.pose = coalesce(p.pose, '')
		WHERE p.cart_id = ? AND length(t.picture) > 0`, cartID)
	return byID(found), err
}

// ItemThumbnails says of an order's items when their pictures were drawn. Those without one are left out.
func (tx *Tx) ItemThumbnails(ctx context.Context, orderID string) (map[string]shop.Time, error) {
	found, err := list(ctx, tx, scanDrawn, `SELECT * FROM (SELECT i.order_id, i.id, `+itemThumbnail+` AS drawn FROM order_items i WHERE i.order_id = ?) WHERE drawn > 0`, orderID)
	return byID(found), err
}

func byID(found []DrawnItem) map[string]shop.Time {
	all := map[string]shop.Time{}
	for _, d := range found {
		all[d.ID] = d.Drawn
	}
	return all
}

// FirstThumbnails finds the first item of each order that has a picture, by the orders' ids.
func (tx *Tx) FirstThumbnails(ctx context.Context, orderIDs []string) (map[string]DrawnItem, error) {
	found, err := list(ctx, tx, scanDrawn, `SELECT order_id, id, drawn FROM (SELECT i.order_id, i.id, i.position, `+itemThumbnail+` AS drawn FROM json_each(?) o JOIN order_items i ON i.order_id = o.value)
		WHERE drawn > 0 ORDER BY order_id, position`, toJSON(orderIDs))
	first := map[string]DrawnItem{}
	for _, d := range found {
		if _, has := first[d.OrderID]; !has {
			first[d.OrderID] = d
		}
	}
	return first, err
}

func scanDrawn(row scanner) (d DrawnItem, err error) {
	err = row.Scan(&d.OrderID, &d.ID, &d.Drawn)
	return d, err
}

// MeshToDraw is a stored mesh of which there is no picture yet as it lies somewhere.
type MeshToDraw struct {
	BlobID, Bucket, SHA256 string
	Pose                   shop.Pose
}

// MeshesToDraw lists some of them, but for those of parts that are about to be read.
func (tx *Tx) MeshesToDraw(ctx context.Context, limit int) ([]MeshToDraw, error) {
	return list(ctx, tx, func(row scanner) (m MeshToDraw, err error) {
		var pose sql.NullString
		if err = row.Scan(&m.BlobID, &m.Bucket, &m.SHA256, &pose); err != nil {
			return m, err
		}
		m.Pose, err = poseOf(pose)
		return m, err
	}, `SELECT min(b.id), b.bucket, b.sha256, m.pose FROM (
			SELECT mesh_blob AS blob_id, pose FROM parts WHERE mesh_blob IS NOT NULL AND mesh_hash <> '' AND state <> 'inspecting'
			UNION ALL SELECT f.blob_id, i.pose FROM order_files f JOIN order_items i ON i.id = f.item_id WHERE f.kind = 'mesh' AND`+stays+`
		) m JOIN blobs b ON b.id = m.blob_id WHERE b.state = 'live' AND NOT EXISTS (SELECT 1 FROM thumbnails t WHERE t.sha256 = b.sha256 AND t.pose = coalesce(m.pose, ''))
		GROUP BY b.sha256, m.pose LIMIT ?`, limit)
}

var _ = mustHold("a picture is of a mesh that is here", `
	SELECT t.sha256 FROM thumbnails t WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.sha256 = t.sha256 AND b.state <> 'trash')`)
