package db

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"buildplate/app/shop"
)

// ListFilter narrows a list. After is where the page before it ended, "" for the first one.
type ListFilter struct {
	Tab   string
	Text  string
	After string
	Limit int
}

// everything is the condition of a tab that all rows stand under.
const everything = "1"

// MostCounted is up to where rows of a list are counted.
const MostCounted = 1000

// pageIDs finds which things are on a page of a tab, newest first, and where the page after it begins, "" on the last one:
// first these, so that nothing is read of what is not shown. Created is the column that they are listed by. A tab that
// there is not is the first.
func (tx *Tx) pageIDs(ctx context.Context, n searched, created, first string, f ListFilter) (ids []string, next string, err error) {
	if _, known := n.tabs[f.Tab]; !known {
		f.Tab = first
	}
	match, err := tx.matching(ctx, n, f.Tab, f.Text)
	if err != nil {
		return nil, "", err
	}
	query, args, err := n.page(created, f, match)
	if err != nil {
		return nil, "", err
	}
	return tx.placed(ctx, f.Limit, query, args...)
}

// placed reads the ids of a page of at most so many rows, and where the page after it begins, from a query of ids and places
// that asks for one row more than the page has.
func (tx *Tx) placed(ctx context.Context, limit int, query string, args ...any) (ids []string, next string, err error) {
	type at struct{ id, pos string }
	rows, err := list(ctx, tx, func(row scanner) (a at, err error) {
		err = row.Scan(&a.id, &a.pos)
		return a, err
	}, query, args...)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[len(rows)-1]
		next = last.pos + "." + last.id
	}
	for _, a := range rows {
		ids = append(ids, a.id)
	}
	return ids, next, nil
}

// page is the query of a page's ids and places; match is what the index is asked, "" where it is not. It is by when they came or, of what a text finds, by when they came into the
// index, which is the same order and the one in which the index is read.
func (n searched) page(created string, f ListFilter, match string) (query string, args []any, err error) {
	pos, id, err := cursorOr(f.After, latestPlace)
	if err != nil {
		return "", nil, err
	}
	if match == "" {
		return fmt.Sprintf("SELECT %s, %s FROM %s WHERE %s AND (%s, %s) < (?, ?) ORDER BY %s DESC, %s DESC LIMIT ?", n.id, created, n.table, n.listed+" AND ("+n.tabs[f.Tab]+")", created, n.id, created, n.id),
			[]any{pos, id, f.Limit + 1}, nil
	}
	return "SELECT d.id, d.doc FROM (" + foundRows + " ORDER BY rowid DESC LIMIT ?) s JOIN search_docs d ON d.doc = s.rowid ORDER BY s.rowid DESC",
		[]any{match, n.base, min(n.base+spread, pos-1), f.Limit + 1}, nil
}

// foundRows are the rows of the index that are found of a kind, up to a place. Where they are only counted they come as they
// stand: the latest first takes the index longer to begin.
const foundRows = "SELECT rowid FROM search WHERE search MATCH ? AND rowid > ? AND rowid <= ?"

// counts counts the things of every tab that a text finds, each up to one more than MostCounted.
func (tx *Tx) counts(ctx context.Context, n searched, text string) (map[string]int, error) {
	match, err := tx.matching(ctx, n, "", text)
	if err != nil {
		return nil, err
	}
	query, args, tabs := n.counting(match)
	all := make([]int, len(tabs))
	into := make([]any, len(tabs))
	for i := range all {
		into[i] = &all[i]
	}
	if err := tx.one(ctx, query, args, into...); err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for i, tab := range tabs {
		counts[tab] = all[i]
	}
	return counts, nil
}

// counting is the query that counts every tab; match is what the index is asked, "" where it is not. What a text finds is read once where that is not more than is counted, and
// its tabs are told apart by their marks; else the index is asked for each tab, up to so many.
func (n searched) counting(match string) (query string, args []any, tabs []string) {
	tabs = slices.Sorted(maps.Keys(n.tabs))
	var counts []string
	if match == "" {
		for _, tab := range tabs {
			counts = append(counts, "(SELECT count(*) FROM (SELECT 1 FROM "+n.table+" WHERE "+n.listed+" AND ("+n.tabs[tab]+") LIMIT ?))")
			args = append(args, MostCounted+1)
		}
		return "SELECT " + strings.Join(counts, ", "), args, tabs
	}
	args = []any{match, n.base, n.base + spread, MostCounted + 1}
	for _, tab := range tabs {
		if n.tabs[tab] == everything {
			counts = append(counts, "(SELECT count(*) FROM hits)")
			continue
		}
		counts = append(counts, "CASE WHEN (SELECT count(*) FROM hits) <= ? THEN (SELECT count(*) FROM hits JOIN search_docs d ON d.doc = hits.rowid WHERE instr(d.text, ?)) ELSE (SELECT count(*) FROM ("+foundRows+" LIMIT ?)) END")
		args = append(args, MostCounted, tabOf(tab), n.under(tab, match), n.base, n.base+spread, MostCounted+1)
	}
	return "WITH hits (rowid) AS MATERIALIZED (" + foundRows + " LIMIT ?) SELECT " + strings.Join(counts, ", "), args, tabs
}

// latestPlace is before all places of a list that begins with the latest.
const latestPlace = math.MaxInt64

// cursorOr reads where a page ended; "" is a first page's, which begins at a place. Errors: Invalid.
func cursorOr(after string, first int64) (pos int64, id string, err error) {
	if after == "" {
		return first, "", nil
	}
	return cursorOf(after)
}

// cursorOf reads where a page ended. Errors: Invalid.
func cursorOf(after string) (pos int64, id string, err error) {
	at, id, ok := strings.Cut(after, ".")
	pos, err = strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return 0, "", shop.Invalidf("cursor_malformed", "after", "This page of the list is no longer there. Start from the beginning.")
	}
	return pos, id, nil
}
