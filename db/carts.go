package db

import (
	"context"
	"math"
	"strconv"

	"buildplate/app/shop"
)

const cartQuery = `SELECT c.id, c.version, coalesce((SELECT o.id FROM orders o WHERE o.cart_id = c.id), ''), c.address, coalesce(c.user_id, ''), coalesce(c.replaces, ''), c.created, c.seen FROM carts c `

func scanCart(row scanner) (c shop.Cart, err error) {
	err = row.Scan(&c.ID, &c.Version, &c.Order, &c.Address, &c.UserID, &c.Replaces, &c.Created, &c.Seen)
	return c, err
}

// CartByToken finds a cart by the hash of its cookie.
func (tx *Tx) CartByToken(ctx context.Context, tokenHash string) (shop.Cart, error) {
	return get(ctx, tx, scanCart, cartQuery+"WHERE c.token_hash = ?", tokenHash)
}

// Cart finds a cart by its id.
func (tx *Tx) Cart(ctx context.Context, id string) (shop.Cart, error) {
	return get(ctx, tx, scanCart, cartQuery+"WHERE c.id = ?", id)
}

// ForgetCartAddresses clears where carts were begun from that are older than a time, at most limit, and says of how many.
func (tx *Tx) ForgetCartAddresses(ctx context.Context, before shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, "UPDATE carts SET address = '', network48 = '', network56 = '' WHERE id IN (SELECT id FROM carts WHERE address <> '' AND created < ? LIMIT ?)", before, limit)
}

// InsertCart begins an empty cart, from an address or "" where none is known.
func (tx *Tx) InsertCart(ctx context.Context, id, tokenHash, address string) error {
	if _, err := tx.exec(ctx, "INSERT INTO carts (id, token_hash, address, created, seen) VALUES (?, ?, ?, ?, ?)", id, tokenHash, address, tx.Now, tx.Now); err != nil {
		return err
	}
	for _, n := range shop.NetworksOf(address) {
		if err := tx.change(ctx, "UPDATE carts SET "+networkColumns[n.Bits()]+" = ? WHERE id = ?", n.String(), id); err != nil {
			return err
		}
	}
	return nil
}

// inCart holds for a cart in which something is.
const inCart = `(EXISTS (SELECT 1 FROM uploads u WHERE u.cart_id = carts.id) OR EXISTS (SELECT 1 FROM blobs b WHERE b.cart_id = carts.id AND b.state <> 'trash')
	OR EXISTS (SELECT 1 FROM parts p WHERE p.cart_id = carts.id))`

var _ = mustHold("a cart is known to be empty exactly while it is", `SELECT 'cart ' || id FROM carts WHERE holds <> `+inCart)

// fillCart notes that something came into a cart, "" for none.
func (tx *Tx) fillCart(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	_, err := tx.exec(ctx, "UPDATE carts SET holds = 1 WHERE id = ? AND holds = 0", id)
	return err
}

// leaveCart notes that something left a cart, "" for none, and may have been the last.
func (tx *Tx) leaveCart(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	_, err := tx.exec(ctx, "UPDATE carts SET holds = 0 WHERE id = ? AND holds = 1 AND NOT "+inCart, id)
	return err
}

// TouchCart counts a change of the cart and that it was used.
func (tx *Tx) TouchCart(ctx context.Context, id string) error {
	return tx.change(ctx, "UPDATE carts SET version = version + 1, seen = ? WHERE id = ?", tx.Now, id)
}

// StaffCart notes which member of staff works on a cart.
func (tx *Tx) StaffCart(ctx context.Context, id, userID string) error {
	return tx.change(ctx, "UPDATE carts SET user_id = ? WHERE id = ?", userID, id)
}

// StaleCarts lists carts last used before a time, for the sweep.
func (tx *Tx) StaleCarts(ctx context.Context, before shop.Time, limit int) ([]shop.Cart, error) {
	return list(ctx, tx, scanCart, cartQuery+"WHERE c.seen < ? ORDER BY c.seen LIMIT ?", before, limit)
}

// DeleteEmptyCarts removes carts in which nothing is, which became no order and were last used before a time, at most limit, and says
// how many.
func (tx *Tx) DeleteEmptyCarts(ctx context.Context, before shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, `DELETE FROM carts WHERE id IN (SELECT c.id FROM carts c WHERE c.holds = 0 AND c.seen < ?
		AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = c.id) LIMIT ?)`, before, limit)
}

// OrderedCartsWithParts lists carts that became orders and still have parts.
func (tx *Tx) OrderedCartsWithParts(ctx context.Context, limit int) ([]string, error) {
	return list(ctx, tx, scanText, "SELECT DISTINCT p.cart_id FROM parts p JOIN orders o ON o.cart_id = p.cart_id ORDER BY p.cart_id LIMIT ?", limit)
}

// CartsFrom is what waits in the carts that visitors began from one address.
type CartsFrom struct {
	Address string // "" where it is not known
	Carts   int
	Files   int
	Bytes   int64 // on the disk, with what was read and sliced from the files
	Seen    shop.Time
}

// unordered holds for a cart c of a visitor's that has something in it and was not ordered. Empty ones are not for staff to
// clear: no share counts them, and the sweep takes them away.
const unordered = `c.holds = 1 AND c.user_id IS NULL AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = c.id)
	AND (EXISTS (SELECT 1 FROM parts p WHERE p.cart_id = c.id) OR EXISTS (SELECT 1 FROM blobs b WHERE b.cart_id = c.id AND b.state <> 'trash'))`

// Of a blob b that is found by its id or its cart: what it takes on the disk, and whether it is a visitor's and there. The index of
// all that is there would be read for each.
const (
	onDisk = `coalesce(b.packed, b.size)`
	inTmp  = `+b.bucket = 'tmp' AND +b.state = 'live'`
)

// WaitingCarts adds up what visitors' carts hold that were not ordered, by address, the most bytes first: a page of the addresses,
// where the page after it begins, "" on the last one, and how many there are. Errors: Invalid for an after that is no next.
func (tx *Tx) WaitingCarts(ctx context.Context, after string, limit int) (all []CartsFrom, next string, total int, err error) {
	bytes, address, err := cursorOr(after, math.MaxInt64)
	if err != nil {
		return nil, "", 0, err
	}
	all, err = list(ctx, tx, func(row scanner) (f CartsFrom, err error) {
		err = row.Scan(&f.Address, &f.Carts, &f.Files, &f.Bytes, &f.Seen, &total)
		return f, err
	}, `WITH mine AS MATERIALIZED (SELECT c.id, c.address, c.seen, (SELECT count(*) FROM parts p WHERE p.cart_id = c.id) AS files,
			coalesce((SELECT sum(`+onDisk+`) FROM blobs b WHERE b.cart_id = c.id AND `+inTmp+`), 0)
			+ coalesce((SELECT sum((SELECT `+onDisk+` FROM blobs b WHERE b.id = p.mesh_blob AND `+inTmp+`)) FROM parts p WHERE p.cart_id = c.id), 0) AS size
			FROM carts c WHERE `+unordered+`),
		gcode AS MATERIALIZED (SELECT m.address, s.gcode_blob AS id FROM mine m CROSS JOIN plates l ON l.cart_id = m.id CROSS JOIN slices s ON s.key = l.slice_key
			UNION SELECT m.address, s.gcode_blob FROM mine m CROSS JOIN parts p ON p.cart_id = m.id CROSS JOIN slices s ON s.key = p.slice_key
			UNION SELECT m.address, s.gcode_blob FROM mine m CROSS JOIN parts p ON p.cart_id = m.id CROSS JOIN slices_ahead a ON a.part_id = p.id CROSS JOIN slices s ON s.key = a.slice_key),
		sliced AS MATERIALIZED (SELECT g.address, sum(`+onDisk+`) AS size FROM gcode g CROSS JOIN blobs b ON b.id = g.id WHERE `+inTmp+` GROUP BY g.address),
		visitors AS MATERIALIZED (SELECT address, count(*) AS carts, sum(files) AS files, sum(size) AS size, max(seen) AS seen FROM mine GROUP BY address),
		found AS MATERIALIZED (SELECT v.address, v.carts, v.files, v.size + coalesce(y.size, 0) AS size, v.seen FROM visitors v LEFT JOIN sliced y ON y.address = v.address)
		SELECT address, carts, files, size, seen, (SELECT count(*) FROM found) FROM found
		WHERE size < ?1 OR size = ?1 AND address > ?2 ORDER BY size DESC, address LIMIT ?3`, bytes, address, limit+1)
	if len(all) > limit {
		all = all[:limit]
		last := all[limit-1]
		next = strconv.FormatInt(last.Bytes, 10) + "." + last.Address
	}
	return all, next, total, err
}

// UnorderedCarts lists carts that visitors began from an address, "" where it is not known, which hold something and were not
// ordered.
func (tx *Tx) UnorderedCarts(ctx context.Context, address string, limit int) ([]string, error) {
	return list(ctx, tx, scanText, "SELECT c.id FROM carts c WHERE c.address = ? AND "+unordered+" ORDER BY c.id LIMIT ?", address, limit)
}

// DeleteCart removes a cart's row; its parts must have gone before.
func (tx *Tx) DeleteCart(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, "DELETE FROM carts WHERE id = ?", id)
	return err
}
