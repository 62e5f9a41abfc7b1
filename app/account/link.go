package account

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// NewOrderLink mints a link to an order's page, as a path.
func (s *Service) NewOrderLink(ctx context.Context, invoiceID string) (string, error) {
	token := shop.NewToken()
	err := s.db.Write(ctx, func(tx *db.Tx) error { return tx.InsertOrderLink(ctx, shop.HashToken(token), invoiceID) })
	return "/order/" + token, err
}

// OrderByLink finds the order that a link's token opens. Errors: NotFound, the same for a wrong token and a gone order.
func OrderByLink(ctx context.Context, tx *db.Tx, token string) (*shop.Invoice, error) {
	inv, err := tx.InvoiceByLink(ctx, shop.HashToken(token))
	if shop.IsKind(err, shop.NotFound) {
		err = shop.NotFoundf("order_link_unknown", "There is no order behind this link. Please check that the whole link was copied.")
	}
	return inv, err
}
