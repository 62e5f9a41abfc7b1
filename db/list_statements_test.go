package db

import "testing"

// mostStatements are a page's places, its rows of two kinds, and its counts; of a phone number, twice the shop's country, too.
const mostStatements = 5

// A list asks as many questions for many rows as for few: nothing is looked up row by row.
func TestListsAskNothingRowByRow(t *testing.T) {
	few, many := manyRows(t, 100), manyRows(t, 1000)
	for _, l := range firstPages() {
		count := func(d *DB) int {
			return len(statementsOf(t, d, func(tx *Tx) error { return l.read(t.Context(), tx) }))
		}
		if a, b := count(few), count(many); a > mostStatements || b > mostStatements {
			t.Errorf("%s asks %d statements of few rows, %d of many", l.name, a, b)
		}
	}
}
