package db

import "testing"

// A list asks as many questions for many rows as for few: nothing is looked up row by row.
func TestListsAskNothingRowByRow(t *testing.T) {
	few, many := manyRows(t, 100), manyRows(t, 1000)
	for _, l := range firstPages() {
		count := func(d *DB) int {
			return len(statementsOf(t, d, func(tx *Tx) error { return l.read(t.Context(), tx) }))
		}
		if a, b := count(few), count(many); a > 3 || b > 3 {
			t.Errorf("%s asks %d statements of few rows, %d of many", l.name, a, b)
		}
	}
}
