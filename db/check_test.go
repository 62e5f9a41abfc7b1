package db

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Check is what other tests rely on: it has to see damage.
func TestCheckFindsDamage(t *testing.T) {
	schema, err := os.ReadFile(filepath.Join("..", "schema.sql"))
	if err != nil {
		t.Fatal(err)
	}
	const blob = `INSERT INTO blobs (id, bucket, size, sha256, created, state, trashed) VALUES ('01a20510-e7ae-7a14-9fac-c560e2c4f495', 'tmp', 1, '` +
		`0000000000000000000000000000000000000000000000000000000000000000', 1, `
	for name, c := range map[string]struct{ damage, finding string }{
		"nothing":               {"SELECT 1", ""},
		"a live blob":           {blob + `'live', NULL)`, ""},
		"trash nobody empties":  {blob + `'trash', 5)`, "is trash, not queued"},
		"a live blob to unlink": {blob + `'live', NULL); INSERT INTO delete_queue (blob_id, not_before) VALUES ('01a20510-e7ae-7a14-9fac-c560e2c4f495', 1)`, "is live, queued"},
		"a broken reference":    {`PRAGMA foreign_keys = 0; INSERT INTO delete_queue (blob_id, not_before) VALUES ('01a20510-e7ae-7a14-9fac-c560e2c4f495', 1)`, "points at a row of blobs that is not there"},
		"a broken check":        {`PRAGMA ignore_check_constraints = 1; ` + blob + `'lost', NULL)`, "CHECK constraint failed in blobs"},
	} {
		d := openAt(t, filepath.Join(t.TempDir(), "shop.db"), string(schema), Options{})
		if _, err := d.writer.Exec(c.damage); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		findings, err := d.Check(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := strings.Join(findings, "; "); (c.finding == "") != (got == "") || !strings.Contains(got, c.finding) {
			t.Errorf("%s: found %q, want %q", name, got, c.finding)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	d, err := Open(b.Context(), filepath.Join(b.TempDir(), "shop.db"), ledger, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := d.Write(b.Context(), func(tx *Tx) error {
				_, err := tx.exec(b.Context(), "INSERT INTO entry (account_id, amount, at) VALUES (1, 1, ?)", tx.Now)
				return err
			}); err != nil {
				b.Error(err)
			}
		}
	})
}
