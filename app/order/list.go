package order

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

const ordersPerPage = 50

// Orders lists a page of a tab's orders, newest first.
func (s *Service) Orders(ctx context.Context, who shop.Actor, f OrderFilter) (OrderListView, error) {
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return OrderListView{}, err
	}
	v := OrderListView{Orders: []OrderRowView{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		orders, next, err := tx.OrderPage(ctx, db.ListFilter{Tab: f.Tab, Text: f.Query, After: f.After, Limit: ordersPerPage})
		if err != nil {
			return err
		}
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		cards, err := s.settings.CardReady(ctx, tx)
		if err != nil {
			return err
		}
		ids := make([]string, len(orders))
		for i, o := range orders {
			ids[i] = o.ID
		}
		pictures, err := tx.FirstThumbnails(ctx, ids)
		if err != nil {
			return err
		}
		for _, o := range orders {
			status, err := statusNow(ctx, tx, o, set, cards)
			if err != nil {
				return err
			}
			row := orderRow(o, status)
			row.ThumbnailURL = pictures[o.ID].URL()
			v.Orders = append(v.Orders, row)
		}
		v.Next = next
		if f.After != "" { // they stand on the first page
			return nil
		}
		v.Counts, err = tx.CountOrders(ctx, f.Query)
		return err
	})
	return v, err
}

// IndexPlaced lets a new order be found. It is a subscriber.
func (s *Service) IndexPlaced(ctx context.Context, tx *db.Tx, e event.OrderPlaced) error {
	return tx.IndexOrder(ctx, e.ID)
}

// IndexChanged lets an order be found by what it is now. It is a subscriber.
func (s *Service) IndexChanged(ctx context.Context, tx *db.Tx, e event.OrderChanged) error {
	return tx.IndexOrder(ctx, e.ID)
}

// IndexShelf lets an order be found by the shelf on which its copies lie now. It is a subscriber.
func (s *Service) IndexShelf(ctx context.Context, tx *db.Tx, e event.JobChanged) error {
	return tx.IndexOrder(ctx, e.OrderID)
}

// statusNow is an order's status by how it can be paid now. Whether a bank decides on a payment is asked only where that matters.
func statusNow(ctx context.Context, tx *db.Tx, o *shop.Order, set shop.Settings, cards bool) (string, error) {
	methods := o.PayMethods(set, cards, false)
	status := o.StatusNow(methods, false)
	if status == o.Status() {
		return status, nil
	}
	coming, err := paymentComing(ctx, tx, o)
	return o.StatusNow(methods, coming), err
}

func orderRow(o *shop.Order, status string) OrderRowView {
	v := OrderRowView{
		ID: o.ID, Number: o.Number, InvoiceNumber: o.InvoiceNumber(), Created: o.Created, Customer: o.Contact.Name, Company: o.Contact.Business.Company, State: o.State, Status: status,
		Payment: o.Payment, Total: o.Price.Total, Adjusted: o.Adjusted(), Balance: o.Balance(), Refunded: o.Refunded(), DueBack: o.DueBack(), ItemCount: o.Items.Items, Copies: o.Items.Copies, Ready: ready(o), Released: o.Released != 0, Hold: shop.HoldWords(o.Hold), InReview: o.InReview() == nil, Shelf: o.Copies.Shelves, Version: o.Version,
	}
	if o.State == shop.OrderCancelled || o.State == shop.OrderRefused {
		v.Hold = "" // nothing waits any more
	}
	if o.Invoice != nil {
		v.InvoiceID, v.InvoiceState = o.Invoice.ID, o.Invoice.State
	}
	return v
}
