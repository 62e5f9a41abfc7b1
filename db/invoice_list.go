package db

import (
	"context"
	"slices"

	"buildplate/app/shop"
)

// listedInvoice is which invoices, v, stand in lists: those that have a number, and drafts. One that was closed before it
// was issued never asked anybody for money.
const listedInvoice = "(v.number IS NOT NULL OR v.state = 'DRAFT')"

// invoiceTabs are the staff list's tabs, each a condition on v that an index answers.
var invoiceTabs = map[string]string{
	"unpaid":      "v.state = 'PENDING'",
	"draft":       "v.state = 'DRAFT'",
	"paid":        "v.state = 'PAID'",
	"void":        "v.state = 'VOID'",
	"written_off": "v.state = 'WRITTEN_OFF'",
	"all":         everything,
}

// ListedInvoice is an invoice in a list.
type ListedInvoice struct {
	shop.Invoice
	Customer string // the name of whoever is to pay it
	Company  string // theirs, of an order that a business pays
}

const invoiceRows = "SELECT " + invoiceColumns + `, coalesce(o.contact ->> 'name', c.name), coalesce(o.contact ->> '$.business.company', '') FROM invoices v LEFT JOIN orders o ON o.id = v.order_id LEFT JOIN clients c ON c.id = v.client_id `

func scanListedInvoice(row scanner) (*ListedInvoice, error) {
	var v ListedInvoice
	err := row.Scan(append(invoiceFields(&v.Invoice), &v.Customer, &v.Company)...)
	return &v, err
}

// InvoicePage lists a page of a tab's invoices, newest first, that a text finds; next is where the page after it begins, ""
// on the last one. The tabs are unpaid, draft, paid, void, written_off and all; another one is all.
func (tx *Tx) InvoicePage(ctx context.Context, f ListFilter) (invoices []*ListedInvoice, next string, err error) {
	ids, next, err := tx.pageIDs(ctx, searchedInvoices, "v.created", "all", f)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	invoices, err = list(ctx, tx, scanListedInvoice, invoiceRows+"WHERE v.id IN (SELECT value FROM json_each(?))", toJSON(ids))
	slices.SortFunc(invoices, func(a, b *ListedInvoice) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return invoices, next, err
}

// CountInvoices counts the invoices of every tab that a text finds, each up to one more than MostCounted.
func (tx *Tx) CountInvoices(ctx context.Context, text string) (map[string]int, error) {
	return tx.counts(ctx, searchedInvoices, text)
}
