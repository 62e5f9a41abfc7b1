package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"buildplate/app/shop"
)

// searched is a kind of things that can be searched for. What is read of its row is SQL.
type searched struct {
	kind   string
	base   int64  // its rows of the index come after this one, in the order in which they came
	table  string // its rows, under the name that the rest knows them by
	joins  string // what else is read for words and more
	listed string // which of the rows can be found
	id     string
	words  string // what each word of can be found by its beginning, too: numbers, names and shelves
	more   string // what else it is found by
	tabs   map[string]string
}

// SearchedFor says since when the index has what it has: it changes with what is found in rows that were there before.
const SearchedFor = "names of parts and of what staff put in their place; jobs by themselves"

// spread is how many rows of the index a kind may have.
const spread = 1 << 40

var (
	searchedOrders = searched{
		kind: "order", table: "orders o", listed: everything, id: "o.id",
		words: `concat_ws(' ', ` + numberWords("o.number") + `, o.contact ->> 'name', ` + company + `, (SELECT group_concat(` + numberWords("number") + `, ' ' ORDER BY created, id) FROM invoices WHERE order_id = o.id),
			(SELECT group_concat(j.shelf, ' ' ORDER BY j.shelf) FROM plates p CROSS JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state = 'READY_TO_COLLECT'))`,
		more: `concat_ws(' ', o.contact ->> 'email', ` + phoneWords("o.contact ->> 'phone'") + `, ` + ofBusiness + `,
			(SELECT group_concat('` + shelfWord + ` ' || j.shelf, ' ' ORDER BY j.shelf) FROM plates p CROSS JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state = 'READY_TO_COLLECT' AND j.shelf <> ''),
			(SELECT group_concat(tracking_number, ' ' ORDER BY at, id) FROM handovers WHERE order_id = o.id AND undone IS NULL),
			` + sentNames + `)`,
		tabs: orderTabs,
	}
	searchedInvoices = searched{
		kind: "invoice", base: spread, table: "invoices v", joins: "JOIN clients c ON c.id = v.client_id LEFT JOIN orders o ON o.id = v.order_id", listed: listedInvoice, id: "v.id",
		words: `concat_ws(' ', ` + numberWords("v.number") + `, ` + numberWords("o.number") + `, c.name, iif(o.contact ->> 'name' <> c.name, o.contact ->> 'name', NULL), ` + company + `)`,
		more:  `concat_ws(' ', v.po_number, coalesce(o.contact ->> 'email', c.email), ` + phoneWords("coalesce(o.contact ->> 'phone', c.phone)") + `, ` + ofBusiness + `)`,
		tabs:  invoiceTabs,
	}
	searchedClients = searched{
		kind: "client", base: 2 * spread, table: "clients c", listed: everything, id: "c.id",
		words: "c.name", more: `concat_ws(' ', c.email, ` + phoneWords("c.phone") + `)`,
		tabs: map[string]string{"all": everything},
	}
)

// searchedJobs are found by what finds their order, but for the names of its parts: of those each has its own.
var searchedJobs = searched{
	kind: "job", base: 3 * spread, table: "jobs j", joins: "JOIN plates p ON p.id = j.plate_id JOIN orders o ON o.id = p.order_id", listed: everything, id: "j.id",
	words: `concat_ws(' ', ` + numberWords("o.number") + `, o.contact ->> 'name', ` + company + `, (SELECT group_concat(` + numberWords("number") + `, ' ' ORDER BY created, id) FROM invoices WHERE order_id = o.id), iif(j.state = 'READY_TO_COLLECT', j.shelf, ''))`,
	more: `concat_ws(' ', o.contact ->> 'email', ` + phoneWords("o.contact ->> 'phone'") + `, ` + ofBusiness + `, iif(j.state = 'READY_TO_COLLECT' AND j.shelf <> '', '` + shelfWord + ` ' || j.shelf, NULL),
			(SELECT group_concat(tracking_number, ' ' ORDER BY at, id) FROM handovers WHERE order_id = o.id AND undone IS NULL), j.title, ` + ownNames + `)`,
	tabs: map[string]string{"all": everything},
}

var allSearched = []searched{searchedOrders, searchedInvoices, searchedClients, searchedJobs}

// What an order o for a business is found by, beside what each is. Nothing was before there were such orders.
const (
	company    = `o.contact ->> '$.business.company'`
	ofBusiness = `o.contact ->> '$.business.tax_number', o.contact ->> '$.business.po_number', o.contact ->> '$.business.invoice_email'`
)

// sentNames are the names of an order's parts and of the files that came with it and that staff put in their place, of those that were
// deleted since, too: it is by them that people remember it, and they stay when the files go.
const sentNames = `(SELECT group_concat(name, ',' ORDER BY name) FROM (SELECT name FROM order_items WHERE order_id = o.id
			UNION SELECT name FROM order_files WHERE order_id = o.id AND kind IN ('model', 'review_file')
			UNION SELECT name FROM deleted_files WHERE order_id = o.id AND kind IN ('model', 'review_file')
			UNION SELECT sent_as FROM order_files WHERE order_id = o.id AND sent_as <> ''
			UNION SELECT sent_as FROM deleted_files WHERE order_id = o.id AND sent_as <> ''))`

// ownNames are those of them that are of the parts of a job, or of none of the parts alone, as an archive is.
const ownNames = `(SELECT group_concat(name, ',' ORDER BY name) FROM (SELECT i.name FROM plate_items pi JOIN order_items i ON i.id = pi.item_id WHERE pi.plate_id = p.id
			UNION SELECT name FROM order_files f WHERE f.order_id = o.id AND f.kind IN ('model', 'review_file') AND (` + ofJob + ` OR NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.name = f.name))
			UNION SELECT name FROM deleted_files f WHERE f.order_id = o.id AND f.kind IN ('model', 'review_file') AND (` + ofJob + ` OR NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.name = f.name))
			UNION SELECT sent_as FROM order_files f WHERE f.order_id = o.id AND f.sent_as <> '' AND ` + ofJob + `
			UNION SELECT sent_as FROM deleted_files f WHERE f.order_id = o.id AND f.sent_as <> '' AND ` + ofJob + `))`

// ofJob is true of a file f that is of a part on a job's plate p.
const ofJob = "f.item_id IN (SELECT item_id FROM plate_items WHERE plate_id = p.id)"

// numberWords are a number and what people type of it: what follows its series' prefix, with and without leading zeros, and the
// last two digits.
func numberWords(number string) string {
	digits := "substr(" + number + ", length(rtrim(" + number + ", '0123456789')) + 1)"
	return number + " || ' ' || " + digits + " || ' ' || ltrim(" + digits + ", '0') || ' ' || substr(" + digits + ", -2)"
}

// phoneWords are a phone number as it was written, and its digits.
func phoneWords(phone string) string {
	digits := "replace(" + phone + ", ' ', '')"
	for _, sign := range phoneSigns {
		digits = "replace(" + digits + ", '" + string(sign) + "', '')"
	}
	return phone + ", " + digits
}

// starts are the marks of what each of words begins with.
const starts = `(SELECT group_concat(char(1) || substr(value, 1, 2) || char(1) || substr(value, 1, 1) || char(1), '') FROM json_each('[' || replace(json_quote(words), ' ', '","') || ']'))`

// unmarked is a text without what would be marks in the index, and composed, though it was written down before texts were.
func unmarked(text string) string {
	return "composed(replace(replace(" + text + ", char(1), ''), char(2), ''))"
}

// indexed is the query of all that the index holds of each row of a condition, the marks among it: its id and text.
func (n searched) indexed(condition string) string {
	marks := "''"
	for _, tab := range slices.Sorted(maps.Keys(n.tabs)) {
		if n.tabs[tab] != everything {
			marks += fmt.Sprintf(" || iif(%s, char(2) || '%s', '')", n.tabs[tab], tab[:2])
		}
	}
	return "SELECT id, concat_ws(' ', words, more, " + starts + " || tabs) AS text FROM (SELECT " + n.id + " AS id, " + unmarked(n.words) + " AS words, " + unmarked(n.more) + " AS more, " + marks + " AS tabs FROM " +
		n.table + " " + n.joins + " WHERE " + n.listed + " AND " + condition + ")"
}

// IndexOrder brings the search in line with an order and its jobs as they are now; one that is gone is found no more.
func (tx *Tx) IndexOrder(ctx context.Context, id string) error {
	if err := tx.index(ctx, searchedOrders, id, false); err != nil {
		return err
	}
	jobs, err := list(ctx, tx, scanText, "SELECT t.id FROM ("+searchedJobs.indexed("p.order_id = ?")+") t LEFT JOIN search_docs d ON d.kind = '"+searchedJobs.kind+"' AND d.id = t.id JOIN jobs j ON j.id = t.id WHERE d.text IS NOT t.text ORDER BY j.position, j.id", id)
	for _, job := range jobs {
		if err == nil {
			err = tx.index(ctx, searchedJobs, job, false)
		}
	}
	return err
}

// unindexJobs forgets the jobs of an order that is deleted.
func (tx *Tx) unindexJobs(ctx context.Context, orderID string) error {
	jobs, err := list(ctx, tx, scanText, "SELECT j.id FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = ?", orderID)
	for _, id := range jobs {
		if err == nil {
			err = tx.unindex(ctx, searchedJobs, id)
		}
	}
	return err
}

// IndexInvoice brings the search in line with an invoice as it is now; one that is gone, or in no list, is found no more.
func (tx *Tx) IndexInvoice(ctx context.Context, id string) error {
	return tx.index(ctx, searchedInvoices, id, false)
}

// IndexInvoicesOf brings the search in line with the invoices of an order as they are now.
func (tx *Tx) IndexInvoicesOf(ctx context.Context, orderID string) error {
	ids, err := tx.InvoicesOf(ctx, orderID)
	for _, id := range ids {
		if err == nil {
			err = tx.IndexInvoice(ctx, id)
		}
	}
	return err
}

// IndexClient brings the search in line with a client as it is now; one that is gone is found no more.
func (tx *Tx) IndexClient(ctx context.Context, id string) error {
	return tx.index(ctx, searchedClients, id, false)
}

// index writes what the index holds of a thing, where that is another text than before; anew writes it whatever it was.
func (tx *Tx) index(ctx context.Context, n searched, id string, anew bool) error {
	var text string
	err := tx.one(ctx, n.indexed(n.id+" = ?"), []any{id}, &id, &text)
	if shop.IsKind(err, shop.NotFound) {
		return tx.unindex(ctx, n, id)
	}
	if err != nil {
		return err
	}
	var doc int64
	err = tx.one(ctx, `INSERT INTO search_docs (doc, kind, id, text) SELECT coalesce(max(doc), ?1) + 1, ?2, ?3, ?4 FROM search_docs WHERE doc > ?1 AND doc <= ?1 + ?5
		ON CONFLICT (kind, id) DO UPDATE SET text = excluded.text WHERE text <> excluded.text OR ?6 RETURNING doc`, []any{n.base, n.kind, id, text, int64(spread), anew}, &doc)
	if shop.IsKind(err, shop.NotFound) {
		return nil // it is there already
	}
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "DELETE FROM search WHERE rowid = ?", doc); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO search (rowid, text) VALUES (?, ?)", doc, text)
	return err
}

func (tx *Tx) unindex(ctx context.Context, n searched, id string) error {
	if _, err := tx.exec(ctx, "DELETE FROM search WHERE rowid = (SELECT doc FROM search_docs WHERE kind = ? AND id = ?)", n.kind, id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM search_docs WHERE kind = ? AND id = ?", n.kind, id)
	return err
}

// SearchPlace is how far the index was written anew: what comes after it is still to be done. The zero place is the beginning.
type SearchPlace struct {
	step  int    // kinds of things, then what the index has of things that are gone
	after string // the last id
	doc   int64  // the last row of the index
}

// ReindexSome writes the index anew for the next few things, at most limit, and says where to go on; more is false at the
// end. What is written meanwhile is as it should be, before this place and after it.
func (tx *Tx) ReindexSome(ctx context.Context, at SearchPlace, limit int) (next SearchPlace, more bool, err error) {
	if at.step == len(allSearched) {
		return tx.dropGone(ctx, at, limit)
	}
	n := allSearched[at.step]
	ids, err := list(ctx, tx, scanText, "SELECT "+n.id+" FROM "+n.table+" WHERE "+n.listed+" AND "+n.id+" > ? ORDER BY "+n.id+" LIMIT ?", at.after, limit)
	if err != nil {
		return at, false, err
	}
	for _, id := range ids {
		if err := tx.index(ctx, n, id, true); err != nil {
			return at, false, err
		}
		at.after = id
	}
	if len(ids) < limit {
		at = SearchPlace{step: at.step + 1}
	}
	return at, true, nil
}

// dropGone forgets of the next few rows of the index those of things that are gone.
func (tx *Tx) dropGone(ctx context.Context, at SearchPlace, limit int) (next SearchPlace, more bool, err error) {
	docs, err := list(ctx, tx, func(row scanner) (doc int64, err error) {
		err = row.Scan(&doc)
		return doc, err
	}, `SELECT doc FROM (SELECT rowid AS doc FROM search WHERE rowid > ?1 ORDER BY rowid LIMIT ?2)
		UNION SELECT doc FROM (SELECT doc FROM search_docs WHERE doc > ?1 ORDER BY doc LIMIT ?2) ORDER BY doc LIMIT ?2`, at.doc, limit)
	if err != nil || len(docs) == 0 {
		return at, false, err
	}
	at.doc = docs[len(docs)-1]
	for _, doc := range docs {
		var id string
		err := tx.one(ctx, "SELECT id FROM search_docs WHERE doc = ?", []any{doc}, &id)
		switch {
		case shop.IsKind(err, shop.NotFound):
			_, err = tx.exec(ctx, "DELETE FROM search WHERE rowid = ?", doc)
		case err == nil:
			err = tx.forgetIfGone(ctx, doc, id)
		}
		if err != nil {
			return at, false, err
		}
	}
	return at, true, nil
}

func (tx *Tx) forgetIfGone(ctx context.Context, doc int64, id string) error {
	n := allSearched[min(int((doc-1)/spread), len(allSearched)-1)]
	var here bool
	if err := tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM "+n.table+" WHERE "+n.listed+" AND "+n.id+" = ?)", []any{id}, &here); err != nil || here {
		return err
	}
	return tx.unindex(ctx, n, id)
}

var _ = mustHold("what can be searched for is in the search as it is now, and nothing else", func() string {
	var parts []string
	for _, n := range allSearched {
		parts = append(parts,
			fmt.Sprintf("SELECT '%s ' || t.id FROM (%s) t LEFT JOIN search_docs d ON d.kind = '%s' AND d.id = t.id WHERE d.text IS NOT t.text OR d.doc NOT BETWEEN %d AND %d", n.kind, n.indexed(everything), n.kind, n.base+1, n.base+spread),
			fmt.Sprintf("SELECT 'gone: %s ' || id FROM search_docs WHERE kind = '%s' AND id NOT IN (SELECT %s FROM %s WHERE %s)", n.kind, n.kind, n.id, n.table, n.listed))
	}
	return strings.Join(append(parts,
		"SELECT 'document ' || doc FROM search_docs WHERE doc NOT IN (SELECT rowid FROM search)",
		"SELECT 'row ' || rowid FROM search WHERE rowid NOT IN (SELECT doc FROM search_docs)"), " UNION ALL ")
}())
