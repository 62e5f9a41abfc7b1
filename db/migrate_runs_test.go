package db

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// What was on the runs of before is what was left to make as they began, and never less than what came of them: also where they
// were stopped, or run still. One that was left open by a job that is not at a printer has ended.
func TestWhatWasOnTheRunsOfBefore(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(m migration) bool { return strings.HasSuffix(m.name, "_copies_on_runs.sql") })
	path := aShopOfRelease1(t)
	old := atVersion(t, path, all[at].version-1)
	// Ten are ordered: four good and two failed came before the upgrade.
	ten := rowsOf(t, old, "SELECT j.id FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN orders o ON o.id = p.order_id WHERE o.number = 'ORD-1017' AND p.runs = 10")
	if len(ten) != 1 {
		t.Fatalf("%d jobs of ten copies", len(ten))
	}
	job := "'" + strings.Trim(ten[0], "[]") + "'"
	const item = "(SELECT pi.item_id FROM plate_items pi JOIN jobs j ON j.plate_id = pi.plate_id WHERE j.id = "
	err = old.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO attempts (id, job_id, started, ended, reason) VALUES ('b', `+job+`, 8000, 9000, 'stopped'), ('c', `+job+`, 9000, 9100, ''), ('d', `+job+`, 9200, 9300, 'two tags broke'), ('e', `+job+`, 9400, 9500, '');
			INSERT INTO attempt_items (attempt_id, item_id, good, failed) SELECT 'c', `+item+job+`), 3, 0 UNION ALL SELECT 'd', `+item+job+`), 2, 2 UNION ALL SELECT 'e', `+item+job+`), 0, 1;
			INSERT INTO attempts (id, job_id, started, resumed) VALUES ('f', `+job+`, 9600, 9700);
			UPDATE jobs SET state = 'PRINTING' WHERE id = `+job+`;
			INSERT INTO attempts (id, job_id, started) SELECT 'open', j.id, 9700 FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN orders o ON o.id = p.order_id WHERE o.number = 'ORD-1008'`)
		return err
	})
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	got := rowsOf(t, d, "SELECT x.copies, x.good, x.failed, a.ended IS NULL FROM attempts a JOIN attempt_items x ON x.attempt_id = a.id WHERE a.job_id = "+job+" ORDER BY a.started")
	if want := []string{"[10 4 2 0]", "[6 0 0 0]", "[6 3 0 0]", "[4 2 2 0]", "[1 0 1 0]", "[1 0 0 1]"}; !slices.Equal(got, want) {
		t.Errorf("the runs were on %q", got)
	}
	if got := rowsOf(t, d, "SELECT a.ended = j.updated, a.reason, x.copies FROM attempts a JOIN jobs j ON j.id = a.job_id JOIN attempt_items x ON x.attempt_id = a.id WHERE a.id = 'open'"); !slices.Equal(got, []string{"[1 stopped 0]"}) {
		t.Errorf("what was left open is %q", got)
	}
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("afterwards it does not hold: %q, %v", found, err)
	}
}

// No row can say that more came of a run than was on it.
func TestMoreThanWasOnARunIsRefused(t *testing.T) {
	d := openAt(t, aShopOfRelease1(t), "", Options{})
	for _, set := range []string{"good = copies, failed = 1", "failed = copies + 1", "copies = good + failed - 1"} {
		err := d.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.exec(t.Context(), "UPDATE attempt_items SET "+set+" WHERE good > 0")
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "CHECK constraint") {
			t.Errorf("%s: %v", set, err)
		}
	}
}
