package db

import (
	"context"
	"slices"

	"buildplate/app/shop"
)

// ahead is what the places of a list's first rows are ahead of those of the others, which are times: a list of two parts goes on
// from either by one cursor.
const ahead = 1 << 50

// UnappliedPage lists a page of what people have to decide about, what counted and a bank took among it, and behind it of what
// belonged to no invoice and was decided; the latest first. Next is where the page after it begins, "" on the last one. Errors: Invalid for an after that is no next.
func (tx *Tx) UnappliedPage(ctx context.Context, after string, limit int) (payments []shop.Payment, next string, err error) {
	const (
		unapplied = `p.state IN ('duplicate', 'needs_review')`
		before    = ` AND (p.created, p.id) < (?1 - ?4, ?2) ORDER BY p.created DESC, p.id DESC LIMIT ?3)`
	)
	pos, id, err := cursorOr(after, latestPlace)
	if err != nil {
		return nil, "", err
	}
	ids, next, err := tx.placed(ctx, limit, `SELECT id, place FROM (
		SELECT * FROM (SELECT p.id, p.created + ?4 AS place FROM payments p WHERE `+unapplied+` AND (p.invoice_id IS NULL OR p.amount > `+sentBack+` + `+lost+`)`+before+`
		UNION ALL SELECT * FROM (SELECT p.id, p.created + ?4 FROM payments p JOIN invoices v ON v.id = p.invoice_id
			WHERE p.id IN (SELECT payment_id FROM disputes WHERE state = 'lost') AND v.state <> 'VOID' AND `+undecided+` > 0`+before+`
		UNION ALL SELECT * FROM (SELECT p.id, p.created FROM payments p WHERE p.invoice_id IS NULL AND NOT `+unapplied+` AND (p.created, p.id) < (?1, ?2) ORDER BY p.created DESC, p.id DESC LIMIT ?3))
		ORDER BY place DESC, id DESC LIMIT ?3`, pos, id, limit+1, ahead)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	payments, err = list(ctx, tx, scanPayment, paymentQuery+"WHERE p.id IN (SELECT value FROM json_each(?))", toJSON(ids))
	slices.SortFunc(payments, func(a, b shop.Payment) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return payments, next, err
}

// RefundsDuePage lists a page of what is to be sent back, the oldest first, and behind it of what was, the latest first. Next is
// where the page after it begins, "" on the last one. Errors: Invalid for an after that is no next.
func (tx *Tx) RefundsDuePage(ctx context.Context, after string, limit int) (dues []shop.RefundDue, next string, err error) {
	pos, id, err := cursorOr(after, -latestPlace)
	if err != nil {
		return nil, "", err
	}
	ids, next, err := tx.placed(ctx, limit, `SELECT id, place FROM (
		SELECT * FROM (SELECT payment_id AS id, created - ?4 AS place FROM refunds_due WHERE state = 'open' AND (created, payment_id) > (?1 + ?4, ?2) ORDER BY created, payment_id LIMIT ?3)
		UNION ALL SELECT * FROM (SELECT payment_id, -done FROM refunds_due WHERE state = 'done' AND done <= -?1 AND (done < -?1 OR payment_id > ?2) ORDER BY done DESC, payment_id LIMIT ?3))
		ORDER BY place, id LIMIT ?3`, pos, id, limit+1, ahead)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	dues, err = list(ctx, tx, scanDue, dueQuery+"WHERE d.payment_id IN (SELECT value FROM json_each(?))", toJSON(ids))
	slices.SortFunc(dues, func(a, b shop.RefundDue) int { return slices.Index(ids, a.PaymentID) - slices.Index(ids, b.PaymentID) })
	return dues, next, err
}
