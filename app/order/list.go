package order

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

const ordersPerPage = 50

// Orders lists a page of a tab's orders, newest first.
func (s *Service) Orders(ctx context.Context, who shop.Actor, f OrderFilter) (OrderListView, error) {
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return OrderListView{}, err
	}
	page := max(f.Page, 1)
	v := OrderListView{Orders: []OrderRowView{}, Page: page}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		orders, total, err := tx.Orders(ctx, f.Tab, strings.TrimSpace(f.Query), (page-1)*ordersPerPage, ordersPerPage)
		if err != nil {
			return err
		}
		for _, o := range orders {
			items, err := tx.Items(ctx, o.ID)
			if err != nil {
				return err
			}
			v.Orders = append(v.Orders, orderRow(orderFacts{order: o, items: items}))
		}
		v.Total, v.Pages = total, max((total+ordersPerPage-1)/ordersPerPage, 1)
		v.Counts, err = tx.CountOrders(ctx)
		return err
	})
	return v, err
}

func orderRow(f orderFacts) OrderRowView {
	o := f.order
	v := OrderRowView{
		ID: o.ID, Number: o.Number, InvoiceNumber: o.InvoiceNumber(), Created: o.Created, Customer: o.Contact.Name, State: o.State, Status: o.Status(),
		Payment: o.Payment, Total: o.Price.Total, Balance: o.Balance(), Parts: len(f.items), Ready: f.ready(), Released: o.Released != 0, Hold: o.Hold,
	}
	if o.Invoice != nil {
		v.InvoiceID, v.InvoiceState = o.Invoice.ID, o.Invoice.State
	}
	for _, it := range f.items {
		v.Copies += it.Copies
	}
	return v
}
