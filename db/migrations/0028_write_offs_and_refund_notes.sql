-- What was owed for an invoice and given up: it is not asked for any more. One that was undone counts no more; an invoice has one at
-- most that stands.
CREATE TABLE write_offs (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  invoice_id TEXT NOT NULL REFERENCES invoices (id),
  amount INTEGER NOT NULL CHECK (amount >= 0), -- what was owed then
  reason TEXT NOT NULL CHECK (reason <> ''),
  user_id TEXT REFERENCES users (id),
  created INTEGER NOT NULL,
  undone INTEGER,
  undone_by TEXT REFERENCES users (id),
  undo_reason TEXT NOT NULL DEFAULT '',
  CHECK ((undone IS NULL) = (undo_reason = ''))
) STRICT;
CREATE INDEX write_offs_invoice ON write_offs (invoice_id, created);
CREATE UNIQUE INDEX write_offs_standing ON write_offs (invoice_id) WHERE undone IS NULL;
INSERT INTO write_offs (id, invoice_id, amount, reason, created)
  SELECT id, id, max(total
      - (SELECT coalesce(sum(amount), 0) FROM invoice_adjustments WHERE invoice_id = v.id)
      + (SELECT coalesce(sum(r.amount), 0) FROM cash_roundings r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled')
      - (SELECT coalesce(sum(amount), 0) FROM payments WHERE invoice_id = v.id AND state = 'settled')
      + (SELECT coalesce(sum(r.owed), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled'), 0),
    'before the upgrade', updated
  FROM invoices v WHERE state = 'WRITTEN_OFF';

-- Each time that staff noted something of a payment as sent back: how much, how, and who did. Their refund has the sum, unless a
-- processor told of the same money since.
CREATE TABLE refund_notes (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payments (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  reference TEXT NOT NULL,
  user_id TEXT REFERENCES users (id), -- NULL: nobody wrote it down
  created INTEGER NOT NULL,
  undone INTEGER -- when it was taken back
) STRICT;
CREATE INDEX refund_notes_payment ON refund_notes (payment_id, created);
INSERT INTO refund_notes (id, payment_id, amount, reference, user_id, created)
  SELECT r.id, r.payment_id, r.amount, r.reason, (SELECT user_id FROM refunds_due d WHERE d.payment_id = r.payment_id), r.created
  FROM refunds r WHERE r.processor = 'hand' AND r.amount > 0;
