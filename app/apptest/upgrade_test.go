package apptest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// A shop of the first release keeps all its models for the days that count from the upgrade on, and warns before.
func TestAnUpgradedShopKeepsItsModels(t *testing.T) {
	dir := t.TempDir()
	rows, err := os.ReadFile(filepath.Join(dbtest.Root(t), "db", "testdata", "release1.sql"))
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Released(t, filepath.Join(dir, "shop.db"), 3, string(rows)+fmt.Sprintf(`
		; INSERT INTO secrets (name, value, updated) VALUES ('%s', '%s', 1); DELETE FROM secrets WHERE name = 'link_key'; UPDATE disputes SET state = 'won' WHERE state = 'open'; UPDATE invoices SET state = 'PENDING' WHERE state = 'WRITTEN_OFF'; -- which nothing did then
		UPDATE settings SET doc = json_set(doc, '$.terms', json('{"version":"1","title":"Terms of order","paragraphs":["Yours."]}'))`, setting.SecretStripeKey, setting.DemoStripeKey))
	s := apptest.NewScenario(t, apptest.Setup{Dir: dir, Quiet: true, NoDoors: true, Damaged: true})
	count := func() (n int) {
		s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = tx.CountOrderFiles(ctx, "")
			return err
		})
		return n
	}
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		kept, err := tx.Settings(ctx)
		if since := kept.Retention.Since; since == 0 || shop.TimeOf(s.Now()).Sub(since) > time.Minute || kept.Terms.Version != "2" {
			t.Errorf("the table counts from %s, the terms are %s", since, kept.Terms.Version)
		}
		return err
	})
	all := count()
	if all == 0 {
		t.Fatal("the shop has no files")
	}
	for night := range 95 {
		s.Pass(24 * time.Hour)
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			if err := s.Tasks.AcceptClock(ctx, tx); err != nil {
				return err
			}
			return s.Orders.ConfirmDeletion(ctx, tx, all)
		})
		if err := s.Tasks.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(); (night+1 < 90 && n != all) || (night+1 > 91 && n == all) {
			t.Fatalf("on day %d %d of %d files are left", night+1, n, all)
		}
	}
}
