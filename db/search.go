package db

import (
	"context"
	"strings"
	"unicode/utf8"

	"buildplate/app/shop"
)

// searchText is what an order, o, is found by: its numbers, who ordered it, its parcels, where it lies, and the files that were
// sent.
const searchText = `concat_ws(' ', o.number, (SELECT group_concat(number, ' ') FROM invoices WHERE order_id = o.id), o.contact ->> 'name', o.contact ->> 'email', o.contact ->> 'phone',
	replace(replace(replace(replace(o.contact ->> 'phone', ' ', ''), '-', ''), '(', ''), ')', ''),
	(SELECT group_concat(tracking_number, ' ') FROM handovers WHERE order_id = o.id AND undone IS NULL),
	(SELECT group_concat(j.shelf, ' ') FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state = 'READY_TO_COLLECT'),
	(SELECT group_concat(DISTINCT name) FROM order_files WHERE order_id = o.id AND kind IN ('model', 'review_file')))`

// IndexOrder brings the search in line with an order as it is now; one that is gone is found no more.
func (tx *Tx) IndexOrder(ctx context.Context, id string) error {
	var doc int64
	err := tx.one(ctx, `INSERT INTO search_docs (kind, id, number, name) SELECT 'order', id, number, coalesce(contact ->> 'name', '') FROM orders WHERE id = ?
		ON CONFLICT (id) DO UPDATE SET number = excluded.number, name = excluded.name RETURNING doc`, []any{id}, &doc)
	if shop.IsKind(err, shop.NotFound) {
		return tx.unindex(ctx, id)
	}
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "DELETE FROM search WHERE rowid = ?", doc); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO search (rowid, text) SELECT ?, "+searchText+" FROM orders o WHERE o.id = ?", doc, id)
	return err
}

func (tx *Tx) unindex(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, "DELETE FROM search WHERE rowid = (SELECT doc FROM search_docs WHERE id = ?)", id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM search_docs WHERE id = ?", id)
	return err
}

// shortest is the fewest letters that the index knows; fewer are looked for at the beginning of numbers and names.
const shortest = 3

// mostByPrefix bounds what one or two letters find, of numbers and of names each: the first ones in their order.
const mostByPrefix = 500

// found gives the documents of a kind that a text finds, as a query of doc and id with its arguments. Each word of the
// text has to be there, wherever; words of one or two letters count only where there are no longer ones, and find shelves
// by their whole code. The text has a word.
func found(kind, text string) (query string, args []any) {
	words := strings.Fields(strings.ReplaceAll(text, "\x00", "�")) // SQLite ends a text at NUL
	var long []string
	for _, w := range words {
		if utf8.RuneCountInString(w) >= shortest {
			long = append(long, `"`+strings.ReplaceAll(w, `"`, `""`)+`"`)
		}
	}
	if len(long) > 0 {
		return "SELECT d.doc, d.id FROM search s JOIN search_docs d ON d.doc = s.rowid WHERE s.text MATCH ? AND d.kind = ? ORDER BY s.rowid DESC", []any{strings.Join(long, " "), kind}
	}
	begin := strings.Join(words, " ")
	const end = string(utf8.MaxRune)
	query, args = `SELECT doc, id FROM (SELECT doc, id FROM search_docs WHERE number >= ? AND number < ? AND kind = ? ORDER BY number LIMIT ?)
		UNION SELECT doc, id FROM (SELECT doc, id FROM search_docs WHERE name >= ? AND name < ? AND kind = ? ORDER BY name LIMIT ?)`,
		[]any{begin, begin + end, kind, mostByPrefix, begin, begin + end, kind, mostByPrefix}
	if kind == "order" { // what lies on a shelf
		query += `
		UNION SELECT d.doc, d.id FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN search_docs d ON d.id = p.order_id WHERE j.shelf = ? AND j.state = 'READY_TO_COLLECT'`
		args = append(args, strings.ToUpper(begin))
	}
	return query + " ORDER BY doc DESC", args
}

var _ = mustHold("every order has its place in the search, and nothing else has", `
	SELECT number FROM orders WHERE id NOT IN (SELECT id FROM search_docs WHERE kind = 'order')
	UNION ALL SELECT number FROM search_docs WHERE kind = 'order' AND id NOT IN (SELECT id FROM orders)
	UNION ALL SELECT 'document ' || doc FROM search_docs WHERE doc NOT IN (SELECT rowid FROM search)`)
