package db

import (
	"context"
	"slices"
	"testing"

	"buildplate/app/shop"
)

// Page by page each row of the lists of two parts comes once, in the order of the whole, however many share a moment.
func TestPagesOfTwoPartsReachEachRowOnce(t *testing.T) {
	d := manyRows(t, 600)
	err := d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			UPDATE payments SET created = created / 7, decided = decided / 7;
			UPDATE payments SET state = 'needs_review', decided = NULL WHERE invoice_id IS NULL AND rowid % 3 = 0;
			UPDATE refunds_due SET created = created / 7, done = iif(rowid % 3, done / 7, NULL), state = iif(rowid % 3, state, 'open');
			UPDATE alarms SET raised = raised / 7;
			INSERT INTO alarms (id, kind, object_kind, raised) SELECT 'own' || value, value, 'shop', 1 FROM json_each('["clock_held", "disk_low"]');
			UPDATE outbox SET finished = finished / 7;
			UPDATE webhook_events SET received = received / 7;
			UPDATE activity SET at = at / 7`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]struct {
		whole string
		page  func(ctx context.Context, tx *Tx, after string, limit int) (ids []string, next string, err error)
	}{
		"unapplied payments": {
			`SELECT id FROM payments p WHERE invoice_id IS NULL ORDER BY state IN ('duplicate', 'needs_review') DESC, created DESC, id DESC`,
			func(ctx context.Context, tx *Tx, after string, limit int) ([]string, string, error) {
				page, next, err := tx.UnappliedPage(ctx, after, limit)
				return idsOf(page, func(p shop.Payment) string { return p.ID }), next, err
			},
		},
		"refunds due": {
			`SELECT payment_id FROM refunds_due ORDER BY state = 'done', iif(state = 'done', -done, created), payment_id`,
			func(ctx context.Context, tx *Tx, after string, limit int) ([]string, string, error) {
				page, next, err := tx.RefundsDuePage(ctx, after, limit)
				return idsOf(page, func(d shop.RefundDue) string { return d.PaymentID }), next, err
			},
		},
		"alarms": {
			`SELECT id FROM alarms ORDER BY object_kind = 'shop' DESC, raised DESC, id DESC`,
			func(ctx context.Context, tx *Tx, after string, limit int) ([]string, string, error) {
				page, next, err := tx.AlarmPage(ctx, after, limit)
				return idsOf(page, func(a shop.Alarm) string { return a.ID }), next, err
			},
		},
		"what failed": {
			`SELECT id FROM (SELECT id, finished AS at FROM outbox WHERE state = 'dead' UNION ALL SELECT id, received FROM webhook_events WHERE error = 'no such invoice') ORDER BY at DESC, id DESC`,
			func(ctx context.Context, tx *Tx, after string, limit int) ([]string, string, error) {
				page, next, err := tx.FailedPage(ctx, after, limit)
				return idsOf(page, Failed.id), next, err
			},
		},
		"an order's activity": {
			`SELECT id FROM activity WHERE order_id = 'o0000001' ORDER BY at DESC, id DESC`,
			func(ctx context.Context, tx *Tx, after string, limit int) ([]string, string, error) {
				page, next, err := tx.ActivityPage(ctx, "o0000001", after, limit)
				return idsOf(page, func(a shop.Activity) string { return a.ID }), next, err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := d.Read(t.Context(), func(tx *Tx) error {
				whole, err := list(t.Context(), tx, scanText, l.whole)
				if err != nil {
					return err
				}
				if len(whole) < 100 {
					t.Errorf("the list has %d rows only", len(whole))
				}
				for _, limit := range []int{1, 7, 50, len(whole), len(whole) + 1} {
					var got []string
					for after, pages := "", 0; pages == 0 || after != ""; pages++ {
						ids, next, err := l.page(t.Context(), tx, after, limit)
						if err != nil {
							return err
						}
						if len(ids) > limit || next != "" && len(ids) < limit || pages > 0 && len(ids) == 0 {
							t.Fatalf("a page of %d has %d rows, the next begins at %q", limit, len(ids), next)
						}
						got, after = append(got, ids...), next
					}
					if !slices.Equal(got, whole) {
						t.Errorf("pages of %d have %d rows in another order than the %d of the list", limit, len(got), len(whole))
					}
				}
				if _, _, err := l.page(t.Context(), tx, "nowhere", 7); !shop.IsCode(err, "cursor_malformed") {
					t.Errorf("after nowhere: %v", err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func idsOf[T any](rows []T, id func(T) string) (ids []string) {
	for _, r := range rows {
		ids = append(ids, id(r))
	}
	return ids
}
