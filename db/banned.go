package db

import (
	"context"
	"fmt"

	"buildplate/app/shop"
)

// BanFiles keeps the files that came with an order, the oldest so many, and the meshes that were read from them, from being
// taken again; they are known by their SHA-256. It says whether there are more.
func (tx *Tx) BanFiles(ctx context.Context, o *shop.Order, reason string, most int) (more bool, err error) {
	files, err := tx.FilesToDelete(ctx, o.ID, most+1)
	if err != nil {
		return false, err
	}
	for _, f := range files[:min(len(files), most)] {
		if err := tx.BanFile(ctx, o, f, reason); err != nil {
			return false, err
		}
	}
	return len(files) > most, nil
}

// BanFile is BanFiles for one file of an order. What staff put in the place of a file, and what slicing gave, may come again.
func (tx *Tx) BanFile(ctx context.Context, o *shop.Order, f shop.OrderFile, reason string) error {
	if f.Remade || f.Kind != "model" && f.Kind != "review_file" && f.Kind != "mesh" {
		return nil
	}
	_, err := tx.exec(ctx, "INSERT INTO banned_files (sha256, order_number, reason, created) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
		f.SHA256, o.Number, reason, tx.Now)
	return err
}

// FileBanned says whether a file was refused for good.
func (tx *Tx) FileBanned(ctx context.Context, sha256 string) (banned bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM banned_files WHERE sha256 = ?)", []any{sha256}, &banned)
	return banned, err
}

// filesOfOrder are the files of an order o, deleted ones included: in which item they came, as what, under which name. They are read
// for one ban at a time, by the order that it names: of all there are it would take longer the more were refused.
const filesOfOrder = `(SELECT f.item_id, f.kind, f.name, b.sha256 FROM order_files f CROSS JOIN blobs b ON b.id = f.blob_id WHERE f.order_id = o.id
	UNION ALL SELECT d.item_id, d.kind, d.name, d.sha256 FROM deleted_files d WHERE d.order_id = o.id)`

// told holds for a banned file whose order still tells how it came.
func told(sha256 string) string {
	return `EXISTS (SELECT 1 FROM ` + filesOfOrder + ` c WHERE c.sha256 = ` + sha256 + `)`
}

var banQuery = `SELECT x.sha256, x.order_number, coalesce(o.id, ''), x.reason,
	coalesce((SELECT min(c.name) FROM ` + filesOfOrder + ` c WHERE c.sha256 = x.sha256 AND c.kind <> 'mesh'),
		(SELECT min(i.name) FROM ` + filesOfOrder + ` c JOIN order_items i ON i.id = c.item_id WHERE c.sha256 = x.sha256), ''),
	NOT ` + told("x.sha256") + `, x.created
	FROM banned_files x LEFT JOIN orders o ON o.number = x.order_number `

func scanBan(row scanner) (b shop.Ban, err error) {
	err = row.Scan(&b.SHA256, &b.OrderNumber, &b.OrderID, &b.Reason, &b.Name, &b.Whole, &b.Created)
	return b, err
}

// Ban finds why a file is not taken. Errors: NotFound.
func (tx *Tx) Ban(ctx context.Context, sha256 string) (shop.Ban, error) {
	return get(ctx, tx, scanBan, banQuery+"WHERE x.sha256 = ?", sha256)
}

// BanOfPart finds why a part is not taken: for its file, or else for the model in it. Errors: NotFound.
func (tx *Tx) BanOfPart(ctx context.Context, p shop.Part) (shop.Ban, error) {
	return get(ctx, tx, scanBan, banQuery+`JOIN blobs b ON b.sha256 = x.sha256 WHERE b.id IN (?, ?) ORDER BY b.id = ? DESC LIMIT 1`, p.RawBlob, p.MeshBlob, p.RawBlob)
}

// BanPage lists a page of the models that are not taken, newest first: each file once, without the meshes read from it, and
// of an order that does not tell any more what came together, one. Next is where the page after it begins, "" on the last
// one. Errors: Invalid for an after that is no next.
func (tx *Tx) BanPage(ctx context.Context, after string, limit int) (bans []shop.Ban, next string, err error) {
	at, hash, err := cursorOr(after, latestPlace)
	if err != nil {
		return nil, "", err
	}
	bans, err = list(ctx, tx, scanBan, banQuery+`WHERE (x.created, x.sha256) < (?, ?)
		AND NOT EXISTS (SELECT 1 FROM `+filesOfOrder+` m JOIN `+filesOfOrder+` c ON c.item_id = m.item_id AND c.kind <> 'mesh'
			JOIN banned_files y ON y.sha256 = c.sha256 AND +y.order_number = x.order_number WHERE m.sha256 = x.sha256 AND m.kind = 'mesh')
		AND (`+told("x.sha256")+` OR NOT EXISTS (SELECT 1 FROM banned_files y WHERE y.order_number = x.order_number AND y.sha256 < x.sha256 AND NOT `+told("y.sha256")+`))
		ORDER BY x.created DESC, x.sha256 DESC LIMIT ?`, at, hash, limit+1)
	if err != nil || len(bans) <= limit {
		return bans, "", err
	}
	last := bans[limit-1]
	return bans[:limit], fmt.Sprintf("%d.%s", last.Created, last.SHA256), nil
}

// LiftBan lets a file be taken again with what came in the same item, its mesh above all; where that is not known any more,
// with all of its order of which it is not. It gives the hashes that were lifted.
func (tx *Tx) LiftBan(ctx context.Context, b shop.Ban) (hashes []string, err error) {
	together, by := `SELECT s.sha256 FROM files m JOIN files s ON s.item_id = m.item_id WHERE m.sha256 = ?2 UNION SELECT ?2`, b.SHA256
	if b.Whole {
		together, by = `SELECT sha256 FROM banned_files WHERE order_number = ?2 AND sha256 NOT IN (SELECT sha256 FROM files)`, b.OrderNumber
	}
	hashes, err = list(ctx, tx, scanText, `WITH files AS (
		SELECT f.item_id, b.sha256 FROM order_files f JOIN blobs b ON b.id = f.blob_id WHERE f.order_id = ?1
		UNION SELECT item_id, sha256 FROM deleted_files WHERE order_id = ?1)
		SELECT sha256 FROM banned_files WHERE sha256 IN (`+together+`) ORDER BY sha256`, b.OrderID, by)
	if err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, "DELETE FROM banned_files WHERE sha256 IN (SELECT value FROM json_each(?))", toJSON(hashes))
	return hashes, err
}

// PartsOfFiles lists the parts of carts that were not ordered whose file, or the model in it, has one of some hashes.
func (tx *Tx) PartsOfFiles(ctx context.Context, hashes []string) ([]shop.Part, error) {
	return list(ctx, tx, scanPart, `WITH files AS MATERIALIZED (SELECT id FROM blobs WHERE state = 'live' AND sha256 IN (SELECT value FROM json_each(?1))
			UNION ALL SELECT id FROM blobs WHERE state IN ('missing', 'damaged') AND +sha256 IN (SELECT value FROM json_each(?1)))
		`+partQuery+`WHERE p.id IN (SELECT w.id FROM files f CROSS JOIN parts w ON w.raw_blob = f.id UNION SELECT w.id FROM files f CROSS JOIN parts w ON w.mesh_blob = f.id)
		AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = p.cart_id) ORDER BY p.cart_id, p.position, p.id`, toJSON(hashes))
}
