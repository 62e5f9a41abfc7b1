package order

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

const ordersPerPage = 50

// Orders lists a page of a tab's orders, newest first.
func (s *Service) Orders(ctx context.Context, p shop.Actor, f OrderFilter) (OrderListView, error) {
	if err := p.Must(shop.ListOrders, shop.TheShop); err != nil {
		return OrderListView{}, err
	}
	page := max(f.Page, 1)
	v := OrderListView{Orders: []OrderRowView{}, Page: page}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		orders, total, err := tx.Invoices(ctx, f.Tab, strings.TrimSpace(f.Query), (page-1)*ordersPerPage, ordersPerPage)
		if err != nil {
			return err
		}
		for _, inv := range orders {
			items, err := tx.Items(ctx, inv.ID)
			if err != nil {
				return err
			}
			v.Orders = append(v.Orders, orderRow(orderFacts{inv: inv, items: items}))
		}
		v.Total, v.Pages = total, max((total+ordersPerPage-1)/ordersPerPage, 1)
		v.Counts, err = tx.CountOrders(ctx)
		return err
	})
	return v, err
}

func orderRow(f orderFacts) OrderRowView {
	inv := f.inv
	v := OrderRowView{
		ID: inv.ID, Number: inv.OrderNumber, InvoiceNumber: inv.InvoiceNumber, Created: inv.Created, Customer: inv.Contact.Name, State: inv.State, Status: inv.Status(),
		Payment: inv.Payment, Total: inv.Price.Total, Balance: inv.Balance(), Parts: len(f.items), Ready: f.ready(), Released: inv.Released != 0, Hold: inv.Hold,
	}
	for _, it := range f.items {
		v.Copies += it.Copies
	}
	return v
}
