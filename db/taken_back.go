package db

import (
	"context"

	"buildplate/app/shop"
)

// CartReplaces notes the order whose parts came back into a cart.
func (tx *Tx) CartReplaces(ctx context.Context, id, orderID string) error {
	return tx.change(ctx, "UPDATE carts SET replaces = ?, took_back = ? WHERE id = ?", orderID, tx.Now, id)
}

// CartReplacing finds the cart into which an order's parts came back. Errors: NotFound.
func (tx *Tx) CartReplacing(ctx context.Context, orderID string) (shop.Cart, error) {
	return get(ctx, tx, scanCart, cartQuery+"WHERE c.replaces = ?", orderID)
}

// OpenCartBy lets another cookie open a cart than before, by the hash of its token.
func (tx *Tx) OpenCartBy(ctx context.Context, id, tokenHash string) error {
	return tx.change(ctx, "UPDATE carts SET token_hash = ? WHERE id = ?", tokenHash, id)
}

// CartToken is the hash of the cookie that opens a cart. Errors: NotFound.
func (tx *Tx) CartToken(ctx context.Context, id string) (hash string, err error) {
	err = tx.one(ctx, "SELECT token_hash FROM carts WHERE id = ?", []any{id}, &hash)
	return hash, err
}

// OrderReplacing finds the order that its customer changed another one into. Errors: NotFound.
func (tx *Tx) OrderReplacing(ctx context.Context, id string) (*shop.Order, error) {
	return get(ctx, tx, scanOrder, orderQuery+"WHERE o.replaces = ?", id)
}
