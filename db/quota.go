package db

import (
	"context"
	"fmt"
	"time"

	"buildplate/app/shop"
)

// Quota is how much customers may leave with the shop before an order. A zero means no limit.
type Quota struct {
	FileBytes     int64 // one file
	OwnerFiles    int64 // parts and open uploads of one cart or client
	OwnerBytes    int64 // what one cart or client has in tmp on the disk: files, meshes and G-code
	OwnerParallel int64 // growing uploads of one cart or client

	VisitorFiles    int64 // parts, or files where those are more, and open uploads of the carts that were begun from one address
	VisitorBytes    int64 // what the carts that were begun from one address have in tmp, and their orders while those wait
	VisitorParallel int64 // their growing uploads

	AllBytes int64 // everybody's bytes in tmp

	Growing   time.Duration // how long an upload counts as growing after its last piece
	Allowance int64         // what a growing upload counts for beyond the bytes that are here
}

// use is what counts against a quota. Bytes are those on the disk. What a growing upload has announced counts against
// its own cart alone: others must not be shut out by a promise. Against them it counts for an allowance.
type use struct{ files, bytes, announced, allowed, growing int64 }

// Everything in tmp that a cart is the reason for: its files, their meshes, the G-code of its plates, of one copy, and what is made ahead.
const tmpOfCarts = `SELECT coalesce(sum(coalesce(packed, size)), 0) FROM blobs WHERE bucket = 'tmp' AND state = 'live' AND id IN (
	SELECT id FROM blobs WHERE cart_id IN (SELECT id FROM mine)
	UNION SELECT mesh_blob FROM parts WHERE cart_id IN (SELECT id FROM mine)
	UNION SELECT gcode_blob FROM slices WHERE key IN (SELECT slice_key FROM plates WHERE cart_id IN (SELECT id FROM mine) UNION SELECT slice_key FROM parts WHERE cart_id IN (SELECT id FROM mine) UNION SELECT a.slice_key FROM parts p JOIN slices_ahead a ON a.part_id = p.id WHERE p.cart_id IN (SELECT id FROM mine)))`

const uploadsUse = `SELECT coalesce(sum(durable), 0), coalesce(sum(iif(heard > ?1, expected - durable, 0)), 0),
	coalesce(sum(iif(heard > ?1, min(expected - durable, ?2), 0)), 0), coalesce(sum(heard > ?1), 0), count(*)
	FROM (SELECT expected, durable, iif(expires > ?3, heard, 0) AS heard FROM uploads WHERE `

// useOf adds up what blobs asks for and the uploads that where holds for.
func (tx *Tx) useOf(ctx context.Context, q Quota, blobs string, where string, args ...any) (u use, err error) {
	if err := tx.one(ctx, blobs, args, &u.bytes); err != nil {
		return u, err
	}
	var durable int64
	now := []any{tx.Now.Add(-q.Growing), q.Allowance, tx.Now}
	err = tx.one(ctx, uploadsUse+where+")", append(now, args...), &durable, &u.announced, &u.allowed, &u.growing, &u.files)
	u.bytes += durable
	return u, err
}

var _ = mustHold("what is in tmp is counted as it is", `SELECT bytes FROM (SELECT (SELECT sum(bytes) FROM tmp_bytes) AS bytes)
	WHERE bytes IS NOT coalesce((SELECT sum(coalesce(packed, size)) FROM blobs WHERE bucket = 'tmp' AND state <> 'missing'), 0) + coalesce((SELECT sum(durable) FROM uploads), 0)`)

func (tx *Tx) useOfOwner(ctx context.Context, q Quota, cart, client string) (u use, err error) {
	if cart == "" {
		u, err = tx.useOf(ctx, q, `SELECT coalesce(sum(coalesce(packed, size)), 0) FROM blobs WHERE bucket = 'tmp' AND state = 'live' AND cart_id IS NULL AND client_id IS ?`,
			`cart_id IS NULL AND client_id IS ?4`, nullText(client))
	} else {
		u, err = tx.useOf(ctx, q, `WITH mine AS (SELECT ? AS id) `+tmpOfCarts, `cart_id = ?4`, cart)
	}
	if err != nil {
		return u, err
	}
	var here int64 // an archive is one file and many parts
	err = tx.one(ctx, `SELECT max((SELECT count(*) FROM parts WHERE cart_id = ?1),
		(SELECT count(*) FROM blobs WHERE bucket = 'tmp' AND state = 'live' AND cart_id IS ?1 AND client_id IS ?2))`, []any{nullText(cart), nullText(client)}, &here)
	u.files += here
	return u, err
}

// ReserveUpload begins an upload, if the quota has room for all it announces.
// TooLarge: this file is too big. Conflict: too many files or bytes. TooMany: too
// many uploads at once. Unavailable: the shop as a whole is full.
func (tx *Tx) ReserveUpload(ctx context.Context, u Upload, q Quota) error {
	if err := checkID(u.ID); err != nil {
		return err
	}
	if q.FileBytes > 0 && u.Expected > q.FileBytes {
		return shop.TooLargef("file_too_large", "This file is %s; the largest we can take here is %s.", sizeText(u.Expected), sizeText(q.FileBytes))
	}
	own, err := tx.useOfOwner(ctx, q, u.CartID, u.ClientID)
	if err != nil {
		return err
	}
	switch {
	case q.OwnerParallel > 0 && own.growing >= q.OwnerParallel:
		return later(shop.TooManyf("uploads_too_many", "%d files are being uploaded already. Wait until one of them has arrived, or cancel it.", own.growing))
	case q.OwnerFiles > 0 && own.files >= q.OwnerFiles:
		return shop.CartFull(own.files)
	}
	if err := own.fits(q, own.announced+u.Expected); err != nil {
		return err
	}
	growing, err := tx.roomForAll(ctx, u.CartID, 1, u.Expected, q)
	if err != nil {
		return err
	}
	if growing > 0 {
		return later(shop.TooManyf("uploads_too_many", "%d files are being uploaded from your network already. Yours continues when one of them has arrived.", growing))
	}
	if u.MIME == "" {
		u.MIME = "application/octet-stream"
	}
	_, err = tx.exec(ctx, `
		INSERT INTO uploads (id, cart_id, client_id, name, mime, expected, created, heard, expires, user_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, nullText(u.CartID), nullText(u.ClientID), u.Name, u.MIME, u.Expected, tx.Now, tx.Now, u.Expires, nullText(u.UserID))
	if err != nil {
		return err
	}
	return tx.fillCart(ctx, u.CartID)
}

// later tells a page when to try again.
func later(err *shop.Error) error {
	err.After = 5 * time.Second
	return err
}

// RoomFor says whether so many files and bytes more of a cart or client may be kept, beside what everybody has here: the next piece
// of an upload, since what it announced was a promise, and others may have come first; the models of an archive; G-code. Errors:
// Conflict, TooMany, Unavailable.
func (tx *Tx) RoomFor(ctx context.Context, cart, client string, files, bytes int64, q Quota) error {
	own, err := tx.useOfOwner(ctx, q, cart, client)
	if err != nil {
		return err
	}
	if err := own.fits(q, bytes); err != nil {
		return err
	}
	_, err = tx.roomForAll(ctx, cart, files, bytes, q)
	return err
}

// RoomForModels says whether the models of an archive, of which the first takes the place of the archive's own part, and
// their meshes fit into a cart; parts is how many would, bytes which there would be. Uploads under way have their place.
func (tx *Tx) RoomForModels(ctx context.Context, cart string, models int, meshes int64, q Quota) (parts int, bytes int64, fit bool, err error) {
	own, err := tx.useOfOwner(ctx, q, cart, "")
	parts, bytes = int(max(q.OwnerFiles-own.files+1, 1)), own.bytes+meshes
	return parts, bytes, models <= parts && bytes <= q.OwnerBytes, err
}

// fits says whether more bytes fit beside those of one owner. Conflict.
func (own use) fits(q Quota, more int64) error {
	if q.OwnerBytes > 0 && own.bytes+more > q.OwnerBytes {
		return shop.Conflictf("cart_bytes_full", "With this file your uploads would be %s; the limit is %s. Remove some, or place this order first.", sizeText(own.bytes+more), sizeText(q.OwnerBytes))
	}
	return nil
}

// crowd are visitors that count as one, with so many times the share of one.
type crowd struct {
	column, name string // of their carts, and what is in it
	times        int
}

// networkColumns are the columns of carts that name the networks of an address, by their size.
var networkColumns = map[int]string{48: "network48", 56: "network56"}

// crowdsOf are those by whom a visitor counts: their networks, the widest first, and their address; nobody where it is not known.
func crowdsOf(address string) (all []crowd) {
	if address == "" {
		return nil
	}
	for _, n := range shop.NetworksOf(address) {
		all = append(all, crowd{networkColumns[n.Bits()], n.String(), n.Times})
	}
	return append(all, crowd{"address", address, 1})
}

// carts are those of a crowd in which something is, by the parameter with a number. Empty ones are many where somebody means ill:
// they are in no index that is read here.
func (c crowd) carts(parameter int) string {
	return fmt.Sprintf("SELECT id FROM carts WHERE holds = 1 AND %s = ?%d", c.column, parameter)
}

// useOfCrowd adds up what waits in the carts of a crowd, and in their orders while those wait.
func (tx *Tx) useOfCrowd(ctx context.Context, q Quota, c crowd) (u use, err error) {
	u, err = tx.useOf(ctx, q, `WITH mine AS (`+c.carts(1)+`) `+tmpOfCarts, `cart_id IN (`+c.carts(4)+`)`, c.name)
	if err != nil {
		return u, err
	}
	var ordered int64
	err = tx.one(ctx, c.waiting()+` SELECT coalesce(sum(coalesce(b.packed, b.size)), 0) FROM mine m CROSS JOIN orders o ON o.id = m.id
		CROSS JOIN order_files f ON f.order_id = o.id CROSS JOIN blobs b ON b.id = f.blob_id WHERE `+nothingPaid, []any{c.name}, &ordered)
	u.bytes += ordered
	return u, err
}

// filesOfCrowd counts what waits in the carts of a crowd, each of which holds something: parts, or files where those are more, and
// uploads; of each no more than one beyond most. It is asked before anything is added up, so that a crowd with more than it may have
// costs no more than one with that.
func (tx *Tx) filesOfCrowd(ctx context.Context, c crowd, most int64) (n int64, err error) {
	args := []any{c.name, most + 1}
	if err := tx.one(ctx, `SELECT count(*) FROM (`+c.carts(1)+` LIMIT ?2)`, args, &n); err != nil || n > most {
		return n, err
	}
	of := func(table, which string) string {
		return fmt.Sprintf(`(SELECT count(*) FROM (SELECT 1 FROM (%s) m CROSS JOIN %s x ON x.cart_id = m.id%s LIMIT ?2))`, c.carts(1), table, which)
	}
	err = tx.one(ctx, `SELECT max(`+of("parts", "")+`, `+of("blobs", " AND x.state <> 'trash'")+`) + `+of("uploads", ""), args, &n)
	return n, err
}

// filesAgain is when a page may ask again where a network has as many files as it may: somebody has to order or to remove some.
const filesAgain = 10 * time.Minute

// roomForAll says whether more files and bytes fit into the share of a cart's address, and into the shop; and how many uploads grow from there
// or from a network of it, where those are as many as may, else 0.
func (tx *Tx) roomForAll(ctx context.Context, cart string, files, more int64, q Quota) (growing int64, err error) {
	address := ""
	if cart != "" && (q.VisitorFiles > 0 || q.VisitorBytes > 0 || q.VisitorParallel > 0) {
		err = tx.one(ctx, `SELECT coalesce((SELECT address FROM carts WHERE id = ?), '')`, []any{cart}, &address)
	}
	if err != nil {
		return 0, err
	}
	return tx.roomFor(ctx, address, files, more, q)
}

// roomFor is roomForAll for whoever asks from an address, "" where it is not known or has no share.
func (tx *Tx) roomFor(ctx context.Context, address string, files, more int64, q Quota) (growing int64, err error) {
	for _, c := range crowdsOf(address) {
		if most := int64(c.times) * q.VisitorFiles; most > 0 {
			here, err := tx.filesOfCrowd(ctx, c, most)
			if err != nil {
				return growing, err
			}
			if here+files > most {
				full := shop.TooManyf("visitor_files_full", "%d files from your network are waiting to be ordered, and that is as many as we can keep. Remove some, place your order, or send us the file another way.", min(here, most))
				full.After = filesAgain
				return growing, full
			}
		}
		used, err := tx.useOfCrowd(ctx, q, c)
		if err != nil {
			return growing, err
		}
		if most := int64(c.times) * q.VisitorBytes; most > 0 && used.bytes+used.allowed+more > most {
			return growing, shop.Conflictf("visitor_bytes_full", "Too much from your network is waiting, to be ordered or to be answered by us: %s is the limit. Remove some, wait for our answer, or send us the file another way.", sizeText(most))
		}
		if most := int64(c.times) * q.VisitorParallel; most > 0 && used.growing >= most {
			growing = max(growing, used.growing)
		}
	}
	if q.AllBytes == 0 {
		return growing, nil
	}
	var all int64
	err = tx.one(ctx, `SELECT bytes + coalesce((SELECT sum(min(expected - durable, ?2)) FROM uploads WHERE heard > ?1 AND +expires > ?3), 0) FROM tmp_bytes`,
		[]any{tx.Now.Add(-q.Growing), q.Allowance, tx.Now}, &all)
	if err == nil && all+more > q.AllBytes {
		err = shop.Unavailablef("storage_full", "We cannot take more files at the moment. Try again later, or send us the file another way.")
	}
	return growing, err
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
