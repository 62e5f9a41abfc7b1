package db

import (
	"context"
	"fmt"
	"strings"

	"buildplate/app/shop"
)

// RefuseFiles keeps the files that are here of an order, as they were sent, and the meshes read from them from being taken again, all in
// one: it is decided as the order is refused, whatever is lifted while they are deleted. What staff put in the place of a file, and
// what slicing gave, may come again.
func (tx *Tx) RefuseFiles(ctx context.Context, o *shop.Order, reason, by string) error {
	_, err := tx.exec(ctx, `WITH files AS MATERIALIZED (SELECT f.id, f.item_id, f.kind, f.name, f.sent, b.sha256 FROM order_files f JOIN blobs b ON b.id = f.blob_id
			WHERE f.order_id = ?1 AND f.remade = 0 AND f.kind IN ('model', 'review_file', 'mesh')),
		sent AS MATERIALIZED (SELECT item_id, sha256 FROM files WHERE kind <> 'mesh'),
		first AS MATERIALIZED (SELECT item_id, min(sha256) AS sha256 FROM sent GROUP BY item_id)
		INSERT INTO refused_models (order_number, file_sha256, sha256, name, reason, refused_by, created)
		SELECT ?2, CASE WHEN f.kind <> 'mesh' THEN f.sha256 WHEN f.sent IN (SELECT sha256 FROM sent) THEN f.sent
				ELSE coalesce((SELECT s.sha256 FROM first s WHERE s.item_id = f.item_id), f.sha256) END,
			f.sha256, coalesce(nullif(iif(f.kind = 'mesh', i.name, f.name), ''), f.name), ?3, ?4, ?5
		FROM files f LEFT JOIN order_items i ON i.id = f.item_id WHERE true ORDER BY f.sha256, f.kind = 'mesh', f.id ON CONFLICT DO NOTHING`, o.ID, o.Number, reason, by, tx.Now)
	return err
}

// FileRefused says whether a file was refused for good.
func (tx *Tx) FileRefused(ctx context.Context, sha256 string) (refused bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM refused_models WHERE sha256 = ?)", []any{sha256}, &refused)
	return refused, err
}

const refusedModelQuery = `SELECT x.sha256, x.order_number, coalesce(o.id, ''), x.reason, x.name, x.name = '', x.refused_by, x.created
	FROM refused_models x LEFT JOIN orders o ON o.number = x.order_number `

const latestRefusal = " x.created DESC, x.sha256 DESC, x.order_number DESC "

func scanRefusedModel(row scanner) (b shop.RefusedModel, err error) {
	err = row.Scan(&b.SHA256, &b.OrderNumber, &b.OrderID, &b.Reason, &b.Name, &b.Whole, &b.By, &b.Created)
	return b, err
}

// RefusedModel finds why a file is not taken: the latest refusal of it. Errors: NotFound.
func (tx *Tx) RefusedModel(ctx context.Context, sha256 string) (shop.RefusedModel, error) {
	return get(ctx, tx, scanRefusedModel, refusedModelQuery+"WHERE x.sha256 = ? ORDER BY"+latestRefusal+"LIMIT 1", sha256)
}

// RefusedModelOfPart finds why a part is not taken: for its file, or else for the model in it. Errors: NotFound.
func (tx *Tx) RefusedModelOfPart(ctx context.Context, p shop.Part) (shop.RefusedModel, error) {
	return get(ctx, tx, scanRefusedModel, refusedModelQuery+"JOIN blobs b ON b.sha256 = x.sha256 WHERE b.id IN (?, ?) ORDER BY b.id = ? DESC,"+latestRefusal+"LIMIT 1", p.RawBlob, p.MeshBlob, p.RawBlob)
}

// RefusedModelPage lists a page of the models that are not taken, newest first: each file once for every order that was refused with it,
// without the meshes read from it, and of an order of which nobody knows any more what came together, one. Next is where the page
// after it begins, "" on the last one. Errors: Invalid for an after that is no next.
func (tx *Tx) RefusedModelPage(ctx context.Context, after string, limit int) (refused []shop.RefusedModel, next string, err error) {
	at, id, err := cursorOr(after, latestPlace)
	if err != nil {
		return nil, "", err
	}
	hash, order, _ := strings.Cut(id, ".")
	refused, err = list(ctx, tx, scanRefusedModel, refusedModelQuery+"WHERE x.sha256 = x.file_sha256 AND (x.created, x.sha256, x.order_number) < (?, ?, ?) ORDER BY"+latestRefusal+"LIMIT ?", at, hash, order, limit+1)
	if err != nil || len(refused) <= limit {
		return refused, "", err
	}
	last := refused[limit-1]
	return refused[:limit], fmt.Sprintf("%d.%s.%s", last.Created, last.SHA256, last.OrderNumber), nil
}

// acceptedWith are the hashes that are taken again together with ?1: those of the same file and of the meshes in it, whichever orders
// refused them, and so on, until no file is taken whose mesh is not, or the other way round.
const acceptedWith = `WITH RECURSIVE together (sha256) AS (SELECT ?1
	UNION SELECT x.file_sha256 FROM together t JOIN refused_models x ON x.sha256 = t.sha256
	UNION SELECT x.sha256 FROM together t JOIN refused_models x ON x.file_sha256 = t.sha256) `

// RefusedWith lists the refusals that accepting a model again lifts, as [Tx.RefusedModelPage] lists them, at most so many, and counts them: none
// where it is not refused.
func (tx *Tx) RefusedWith(ctx context.Context, sha256 string, most int) (refused []shop.RefusedModel, count int, err error) {
	const of = "WHERE x.sha256 = x.file_sha256 AND x.sha256 IN (SELECT sha256 FROM together)"
	if err := tx.one(ctx, acceptedWith+"SELECT count(*) FROM refused_models x "+of, []any{sha256}, &count); err != nil {
		return nil, 0, err
	}
	refused, err = list(ctx, tx, scanRefusedModel, acceptedWith+refusedModelQuery+of+" ORDER BY"+latestRefusal+"LIMIT ?2", sha256, most)
	return refused, count, err
}

// AcceptModels lets a model be taken again: every refusal that [Tx.RefusedWith] lists is lifted. It gives the hashes that are taken then.
func (tx *Tx) AcceptModels(ctx context.Context, sha256 string) (hashes []string, err error) {
	hashes, err = list(ctx, tx, scanText, acceptedWith+"SELECT DISTINCT x.sha256 FROM together t JOIN refused_models x ON x.sha256 = t.sha256 ORDER BY 1", sha256)
	if err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, "DELETE FROM refused_models WHERE sha256 IN (SELECT value FROM json_each(?))", toJSON(hashes))
	return hashes, err
}

// partsOfFiles finds the parts of carts that were not ordered whose file, or the model in it, has one of the hashes that a query lists.
func partsOfFiles(hashes, columns string) string {
	return `WITH hashes AS MATERIALIZED (` + hashes + `),
		files AS MATERIALIZED (SELECT id FROM blobs WHERE state = 'live' AND sha256 IN (SELECT sha256 FROM hashes)
			UNION ALL SELECT id FROM blobs WHERE state IN ('missing', 'damaged') AND +sha256 IN (SELECT sha256 FROM hashes))
		` + columns + `WHERE p.id IN (SELECT w.id FROM files f CROSS JOIN parts w ON w.raw_blob = f.id UNION SELECT w.id FROM files f CROSS JOIN parts w ON w.mesh_blob = f.id)
		AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = p.cart_id) `
}

// PartsOfFiles lists the parts of carts that were not ordered whose file, or the model in it, has one of some hashes.
func (tx *Tx) PartsOfFiles(ctx context.Context, hashes []string) ([]shop.Part, error) {
	return list(ctx, tx, scanPart, partsOfFiles("SELECT value AS sha256 FROM json_each(?1)", partQuery)+"ORDER BY p.cart_id, p.position, p.id", toJSON(hashes))
}

// CartsWithRefused lists the carts that were not ordered with a file or model that an order was refused with.
func (tx *Tx) CartsWithRefused(ctx context.Context, orderNumber string) ([]string, error) {
	return list(ctx, tx, scanText, partsOfFiles("SELECT sha256 FROM refused_models WHERE order_number = ?1", "SELECT DISTINCT p.cart_id FROM parts p ")+"ORDER BY 1", orderNumber)
}

// sameModels finds what is still to be made of open orders, but for order ?1, of files or meshes that came with that one. What staff put
// something else in the place of is not made of it any more.
const sameModels = `FROM order_files f JOIN blobs b ON b.id = f.blob_id
	CROSS JOIN blobs same ON same.sha256 = b.sha256 AND same.state = 'live' AND same.bucket = b.bucket AND same.id <> b.id
	CROSS JOIN order_files g ON g.blob_id = same.id JOIN orders o ON o.id = g.order_id LEFT JOIN order_items i ON i.id = g.item_id
	WHERE f.order_id = ?1 AND f.remade = 0 AND f.kind IN ('model', 'review_file', 'mesh') AND o.id <> ?1 AND o.state = 'OPEN' AND ` + stillMade

// stillMade says of a customer's file of an order that the order is made of it: of no other model, that is, whose mesh staff put in its place. G-code may
// be of the same one.
const stillMade = `g.remade = 0 AND g.kind IN ('model', 'review_file', 'mesh') AND NOT EXISTS (SELECT 1 FROM order_files r WHERE r.item_id = g.item_id AND r.remade = 1 AND r.kind = 'mesh')`

// SameModels lists the other open orders with a model of an order, each model once, the oldest order first.
func (tx *Tx) SameModels(ctx context.Context, orderID string) ([]shop.SameModel, error) {
	return list(ctx, tx, func(row scanner) (m shop.SameModel, err error) {
		var created shop.Time
		err = row.Scan(&m.OrderID, &m.Name, &created)
		return m, err
	}, `SELECT DISTINCT o.id, coalesce(i.name, g.name), o.created `+sameModels+` ORDER BY o.created, o.id, 2`, orderID)
}

// RefusedItems lists the items of an order that are still to be made of a file or mesh that is not taken.
func (tx *Tx) RefusedItems(ctx context.Context, orderID string) ([]string, error) {
	return list(ctx, tx, scanText, `SELECT DISTINCT g.item_id FROM order_files g JOIN blobs b ON b.id = g.blob_id JOIN refused_models x ON x.sha256 = b.sha256
		WHERE g.order_id = ?1 AND g.item_id IS NOT NULL AND `+stillMade+` ORDER BY 1`, orderID)
}

// RefusedOf lists what of an order is still to be made of a file or mesh that is not taken, with the latest refusal of it.
func (tx *Tx) RefusedOf(ctx context.Context, orderID string) ([]shop.HeldModel, error) {
	return list(ctx, tx, func(row scanner) (m shop.HeldModel, err error) {
		var latest shop.Time
		err = row.Scan(&m.ItemID, &m.Name, &m.Order, &m.Reason, &latest)
		return m, err
	}, `SELECT coalesce(g.item_id, ''), coalesce(i.name, g.name), x.order_number, x.reason, max(x.created) FROM order_files g JOIN blobs b ON b.id = g.blob_id
		JOIN refused_models x ON x.sha256 = b.sha256 LEFT JOIN order_items i ON i.id = g.item_id WHERE g.order_id = ?1 AND `+stillMade+` GROUP BY 1, 2 ORDER BY 2, 1`, orderID)
}

// HeldWith lists the open orders on hold, whatever for, that came with a file or mesh of some hashes.
func (tx *Tx) HeldWith(ctx context.Context, hashes []string) ([]string, error) {
	return list(ctx, tx, scanText, `WITH hashes AS MATERIALIZED (SELECT value AS sha256 FROM json_each(?1)),
		files AS MATERIALIZED (SELECT id FROM blobs WHERE state = 'live' AND sha256 IN (SELECT sha256 FROM hashes)
			UNION ALL SELECT id FROM blobs WHERE state IN ('missing', 'damaged') AND +sha256 IN (SELECT sha256 FROM hashes))
		SELECT DISTINCT o.id FROM files f CROSS JOIN order_files g ON g.blob_id = f.id JOIN orders o ON o.id = g.order_id WHERE o.state = 'OPEN' AND o.hold <> '' ORDER BY 1`, toJSON(hashes))
}

// HoldOrder lets an order wait for a reason. That is no new version of it: whoever was about to refuse it, or its twins one after another, decided
// on nothing that is another now.
func (tx *Tx) HoldOrder(ctx context.Context, o *shop.Order, reason string) error {
	o.Hold = reason
	return tx.change(ctx, "UPDATE orders SET hold = ? WHERE id = ?", reason, o.ID)
}

var _ = mustHold("a refused mesh is refused with the file that it came in, by the same order", `
	SELECT x.order_number || ': ' || x.sha256 FROM refused_models x WHERE NOT EXISTS (
		SELECT 1 FROM refused_models f WHERE f.order_number = x.order_number AND f.file_sha256 = x.file_sha256 AND f.sha256 = x.file_sha256)`)

var _ = mustHold("an order that refuses models was refused", `
	SELECT o.number || ' is ' || o.state FROM orders o JOIN refused_models x ON x.order_number = o.number WHERE x.name <> '' AND o.state <> 'REFUSED'`)
