package db

import (
	"context"
	"regexp"
	"strings"

	"buildplate/app/shop"
)

// stripeID is an id of Stripe's of what a payment is made of: a payment, a page, a charge, a refund, a dispute.
var stripeID = regexp.MustCompile(`\b(pi|cs|ch|py|re|pyr|du|dp)_[A-Za-z0-9_]{6,}`)

// matching is what the index is asked for a text, under a tab or with "" under all of them; "" where the text has no word. An id
// of Stripe's stands for the order or the invoice whose money it is about.
func (tx *Tx) matching(ctx context.Context, n searched, tab, text string) (string, error) {
	if text = shop.Composed(text); strings.TrimSpace(text) == "" {
		return "", nil
	}
	if id := stripeID.FindString(text); id != "" {
		number, err := tx.numberByStripe(ctx, n, id)
		if err != nil {
			return "", err
		}
		if number != "" {
			return n.under(tab, phrase(number+" ")), nil // the index has more of a number after it
		}
	}
	country := ""
	if digits := phoneDigits(text); len(digits) >= shortest && (digits[0] == '0' || strings.HasPrefix(strings.TrimSpace(text), "+")) {
		if err := tx.one(ctx, `SELECT coalesce((SELECT doc ->> '$.country' FROM settings), '')`, nil, &country); err != nil {
			return "", err
		}
	}
	return n.under(tab, matching(text, country)), nil
}

// numberByStripe is the number by which the index knows the thing of a kind whose money an id of Stripe's is about; "" where
// nothing is known of it. Charges and refunds have no row of their own: what Stripe told of payments names them.
func (tx *Tx) numberByStripe(ctx context.Context, n searched, id string) (number string, err error) {
	which := "coalesce(o.number, '')"
	if n.kind == searchedInvoices.kind {
		which = "coalesce(v.number, o.number, '')"
	}
	err = tx.one(ctx, `
		WITH paid (payment, invoice) AS (
			SELECT id, invoice_id FROM payments WHERE processor = 'stripe' AND processor_id = ?1
			UNION ALL SELECT id, invoice_id FROM payments WHERE processor = 'stripe' AND processor_id = (SELECT intent FROM stripe_ids WHERE id = ?1)
			UNION ALL SELECT p.id, p.invoice_id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.processor = 'stripe' AND r.processor_id = ?1
			UNION ALL SELECT p.id, p.invoice_id FROM disputes d JOIN payments p ON p.id = d.payment_id WHERE d.id = ?1
			UNION ALL SELECT '', invoice_id FROM checkout_sessions WHERE stripe_id = ?1
			UNION ALL SELECT '', invoice_id FROM checkout_sessions WHERE payment_intent = ?1)
		SELECT `+which+` FROM paid JOIN invoices v ON v.id = paid.invoice LEFT JOIN orders o ON o.id = v.order_id LIMIT 1`, []any{id}, &number)
	if shop.IsKind(err, shop.NotFound) {
		return "", nil
	}
	return number, err
}

// under narrows what the index is asked to a tab, "" for all of them.
func (n searched) under(tab, match string) string {
	if tab == "" || n.tabs[tab] == everything {
		return match
	}
	return phrase(tabOf(tab)) + " AND (" + match + ")"
}
