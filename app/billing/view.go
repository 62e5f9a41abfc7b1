package billing

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// InvoiceView is an invoice with its lines. Lists are never null.
type InvoiceView struct {
	ID          string             `json:"id"`
	Number      string             `json:"number,omitempty" doc:"Absent on a draft"`
	OrderID     string             `json:"order_id,omitempty"`
	OrderNumber string             `json:"order_number,omitempty"`
	State       shop.InvoiceState  `json:"state" enum:"DRAFT,PENDING,PAID,VOID,WRITTEN_OFF"`
	Currency    string             `json:"currency"`
	Lines       []shop.InvoiceLine `json:"lines"`
	Tax         shop.Tax           `json:"tax"`
	TaxTotal    shop.Cents         `json:"tax_total" doc:"Within the lines, or added to them, by the tax's mode"`
	Total       shop.Cents         `json:"total"`
	Paid        shop.Cents         `json:"paid"`
	Refunded    shop.Cents         `json:"refunded"`
	Rounding    shop.Cents         `json:"rounding"`
	Balance     shop.Cents         `json:"balance"`
	Created     shop.Time          `json:"created"`
	Issued      shop.Time          `json:"issued,omitempty"`
	PaidAt      shop.Time          `json:"paid_at,omitempty"`
}

// Invoice shows an invoice to staff. Errors: NotFound.
func (s *Service) Invoice(ctx context.Context, who shop.Actor, id string) (v InvoiceView, err error) {
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
		}
		v = InvoiceView{
			ID: inv.ID, Number: inv.Number, OrderID: inv.OrderID, OrderNumber: inv.OrderNumber, State: inv.State, Currency: inv.Currency,
			Tax: inv.Tax, TaxTotal: inv.TaxTotal, Total: inv.Total, Paid: inv.Paid, Refunded: inv.Refunds, Rounding: inv.Rounding,
			Balance: inv.Balance(), Created: inv.Created, Issued: inv.Issued, PaidAt: inv.PaidAt,
		}
		v.Lines, err = tx.InvoiceLines(ctx, id)
		return err
	})
	return v, err
}
