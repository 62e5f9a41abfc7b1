package db

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// An order of which everything was shipped has left: it is completed, and in a way that can be undone. Jobs that were cancelled
// with copies on the shelf left nothing.
func TestWhatWasShippedHasLeft(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(m migration) bool { return strings.HasSuffix(m.name, "_handovers.sql") })
	path := aShopOfRelease1(t)
	old := atVersion(t, path, all[at].version-1)
	err = old.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			UPDATE jobs SET state = 'SHIPPED', completed = NULL, updated = 900 WHERE plate_id IN (SELECT p.id FROM plates p JOIN orders o ON o.id = p.order_id WHERE o.number IN ('ORD-1004', 'ORD-1013'));
			UPDATE orders SET state = 'OPEN', completed = NULL WHERE number = 'ORD-1004';
			INSERT INTO attempts (id, job_id, started, ended) SELECT 'a', j.id, 1, 2 FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN orders o ON o.id = p.order_id WHERE o.number = 'ORD-1013';
			INSERT INTO attempt_items (attempt_id, item_id, good) SELECT 'a', i.id, i.copies FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.number = 'ORD-1013';
			UPDATE jobs SET state = 'CANCELLED' WHERE plate_id IN (SELECT p.id FROM plates p JOIN orders o ON o.id = p.order_id WHERE o.number = 'ORD-1008')`)
		return err
	})
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	got := rowsOf(t, d, `SELECT o.number || ' ' || o.state || ' ' || coalesce(o.completed, '') || ': ' || j.state || ' ' || coalesce(j.completed, '') || ', ' || coalesce(h.kind || ' ' || h.at || ' ' || hi.copies, 'nothing left')
		FROM orders o JOIN plates p ON p.order_id = o.id JOIN jobs j ON j.plate_id = p.id JOIN plate_items pi ON pi.plate_id = p.id
		LEFT JOIN handover_items hi ON hi.item_id = pi.item_id LEFT JOIN handovers h ON h.id = hi.handover_id WHERE o.number IN ('ORD-1004', 'ORD-1008', 'ORD-1013') ORDER BY 1`)
	if want := []string{"[ORD-1004 COMPLETED 900: COMPLETED 900, COLLECTED 900 4]", "[ORD-1008 OPEN : CANCELLED , nothing left]", "[ORD-1013 CANCELLED : COMPLETED 900, COLLECTED 900 1]"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for _, o := range []string{"ORD-1004", "ORD-1013"} {
		if got := rowsOf(t, d, "SELECT count(*) FROM handovers h JOIN orders o ON o.id = h.order_id WHERE h.id = o.id AND o.number = '"+o+"'"); got[0] != "[1]" {
			t.Errorf("%s has %s handovers", o, got[0])
		}
	}
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("afterwards it does not hold: %q, %v", found, err)
	}
}
