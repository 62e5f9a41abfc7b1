package billing

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

const invoicesPerPage = 50

// InvoiceFilter narrows the list of invoices. After is where the page before ended, "" for the first one.
type InvoiceFilter struct {
	Tab   string // unpaid, draft, paid, void, written_off or all
	Query string
	After string
}

// Invoices lists a page of a tab's invoices, newest first: those that have a number, and drafts. Errors: Forbidden; Invalid for
// an after that is no next.
func (s *Service) Invoices(ctx context.Context, who shop.Actor, f InvoiceFilter) (InvoiceListView, error) {
	v := InvoiceListView{Invoices: []InvoiceRowView{}}
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		invoices, next, err := tx.InvoicePage(ctx, db.ListFilter{Tab: f.Tab, Text: f.Query, After: f.After, Limit: invoicesPerPage})
		if err != nil {
			return err
		}
		for _, inv := range invoices {
			v.Invoices = append(v.Invoices, invoiceRow(who, inv))
		}
		v.Next = next
		if f.After != "" { // they stand on the first page
			return nil
		}
		v.Counts, err = tx.CountInvoices(ctx, f.Query)
		return err
	})
	return v, err
}

// InvoiceListView is one page of invoices and, on the first one, how many there are under each tab.
type InvoiceListView struct {
	Invoices []InvoiceRowView `json:"invoices"`
	Next     string           `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
	Counts   map[string]int   `json:"counts,omitempty" doc:"Invoices under each tab that the search finds; 1001 stands for more than a thousand"`
}

// InvoiceRowView is an invoice in a list.
type InvoiceRowView struct {
	ID          string            `json:"id"`
	Version     int               `json:"version" doc:"To be named by what is decided on it"`
	Number      string            `json:"number,omitempty" doc:"Absent on a draft"`
	OrderID     string            `json:"order_id,omitempty" doc:"Absent where it stands alone"`
	OrderNumber string            `json:"order_number,omitempty"`
	Customer    string            `json:"customer"`
	Company     string            `json:"company,omitempty" doc:"Whose business pays it"`
	State       shop.InvoiceState `json:"state" enum:"DRAFT,PENDING,PAID,VOID,WRITTEN_OFF"`
	Currency    string            `json:"currency"`
	Total       shop.Cents        `json:"total" doc:"As it was issued"`
	Adjusted    shop.Cents        `json:"adjusted" doc:"What of the total is not asked for any more, since parts were cancelled"`
	Balance     shop.Cents        `json:"balance" doc:"What is owed; below zero is a surplus. Zero once it is closed"`
	Refunded    shop.Cents        `json:"refunded" doc:"What was sent back"`
	DueBack     shop.Cents        `json:"due_back" doc:"What is to be sent back, since its order was closed, costs less or was paid too much for"`
	Created     shop.Time         `json:"created"`
	Issued      shop.Time         `json:"issued,omitempty"`
	Due         string            `json:"due,omitempty" format:"date" doc:"The day it is to be paid; absent: at once"`
	PaidAt      shop.Time         `json:"paid_at,omitempty"`
	Actions     []string          `json:"actions" enum:"delete" doc:"What may be done now"`
}

func invoiceRow(who shop.Actor, inv *db.ListedInvoice) InvoiceRowView {
	v := InvoiceRowView{
		ID: inv.ID, Version: inv.Version, Number: inv.Number, OrderID: inv.OrderID, OrderNumber: inv.OrderNumber, Customer: inv.Customer, Company: inv.Company, State: inv.State,
		Currency: inv.Currency, Total: inv.Total, Adjusted: inv.Adjusted, Balance: inv.Balance(), Refunded: inv.Refunds, DueBack: inv.DueBack, Created: inv.Created, Issued: inv.Issued,
		Due: inv.Due, PaidAt: inv.PaidAt, Actions: []string{},
	}
	if inv.Closed() {
		v.Balance = 0
	}
	if inv.Deletable() == nil && who.Can(shop.CancelOrder, shop.OrderOf(inv.OrderID)) {
		v.Actions = []string{"delete"}
	}
	return v
}

// IndexPlaced lets the invoice of a new order be found. It is a subscriber.
func (s *Service) IndexPlaced(ctx context.Context, tx *db.Tx, e event.OrderPlaced) error {
	return tx.IndexInvoicesOf(ctx, e.ID)
}

// IndexOrder lets an order's invoices be found by what they are now. It is a subscriber.
func (s *Service) IndexOrder(ctx context.Context, tx *db.Tx, e event.OrderChanged) error {
	return tx.IndexInvoicesOf(ctx, e.ID)
}

// IndexInvoice lets an invoice be found by what it is now. It is a subscriber.
func (s *Service) IndexInvoice(ctx context.Context, tx *db.Tx, e event.InvoiceChanged) error {
	return tx.IndexInvoice(ctx, e.ID)
}

const refundsPerPage = 20

// RefundsDue lists a page of what is to be sent back, the oldest first, and behind it of what was. After is the next of the page
// before, "" for the first one. Errors: Forbidden; Invalid for an after that is no next.
func (s *Service) RefundsDue(ctx context.Context, who shop.Actor, after string) (RefundDueListView, error) {
	v := RefundDueListView{Refunds: []RefundDueView{}}
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		dues, next, err := tx.RefundsDuePage(ctx, after, refundsPerPage)
		if err != nil {
			return err
		}
		dashboard, err := setting.Dashboard(ctx, tx)
		v.Refunds, v.Next = RefundsDueRows(who, dues, dashboard), next
		return err
	})
	return v, err
}
