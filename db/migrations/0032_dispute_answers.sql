-- By when Stripe has to have the shop's evidence, as its events say.
ALTER TABLE disputes ADD COLUMN evidence_due INTEGER;
UPDATE disputes SET evidence_due = (
  SELECT max(e.payload ->> '$.data.object.evidence_details.due_by') * 1000 FROM webhook_events e
  WHERE CASE WHEN json_valid(e.payload) THEN e.payload ->> '$.data.object.id' END = disputes.id AND e.type LIKE 'charge.dispute.%'
    AND json_type(e.payload, '$.data.object.evidence_details.due_by') = 'integer');

-- What an admin decided about money that counted and that a cardholder's bank took back for good: the customer is asked for it again,
-- or the shop carries the loss. One that was undone counts no more; a dispute has one at most that stands.
CREATE TABLE dispute_answers (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  answer TEXT NOT NULL CHECK (answer IN ('owed', 'borne')),
  amount INTEGER NOT NULL CHECK (amount >= 0), -- of the dispute's, what had not been sent back otherwise
  reason TEXT NOT NULL CHECK (reason <> ''),
  user_id TEXT REFERENCES users (id), -- NULL: nobody wrote it down
  created INTEGER NOT NULL,
  undone INTEGER,
  undone_by TEXT REFERENCES users (id), -- NULL: the bank, which thought again
  undo_reason TEXT NOT NULL DEFAULT '',
  CHECK ((undone IS NULL) = (undo_reason = ''))
) STRICT;
CREATE INDEX disputes_lost ON disputes (payment_id) WHERE state = 'lost';
CREATE INDEX dispute_answers_dispute ON dispute_answers (dispute_id, created);
CREATE UNIQUE INDEX dispute_answers_standing ON dispute_answers (dispute_id) WHERE undone IS NULL;

-- Whoever let an order go on whose money was lost decided that the shop carries the loss.
INSERT INTO dispute_answers (id, dispute_id, answer, amount, reason, created)
  SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(6))), d.id, 'borne',
    min(d.amount, max(p.amount - coalesce((SELECT sum(r.amount) FROM refunds r WHERE r.payment_id = p.id), 0), 0)), 'before the upgrade', d.seen
  FROM disputes d JOIN payments p ON p.id = d.payment_id JOIN invoices v ON v.id = d.invoice_id JOIN orders o ON o.id = v.order_id
  WHERE d.state = 'lost' AND p.state = 'settled' AND v.state <> 'VOID' AND o.hold = '';

-- What nobody decided about is an alarm from the start.
INSERT INTO alarms (id, kind, object_kind, object_id, params, raised)
  SELECT 'lost-' || p.id, 'dispute_lost', 'payment', p.id,
    json_patch(json_object('amount', min(sum(d.amount), p.amount), 'currency', p.currency, 'order', coalesce(o.number, v.number)), json_object('order_id', o.id)), max(d.seen)
  FROM disputes d JOIN payments p ON p.id = d.payment_id JOIN invoices v ON v.id = p.invoice_id LEFT JOIN orders o ON o.id = v.order_id
  WHERE d.state = 'lost' AND d.invoice_id IS NOT NULL AND p.state = 'settled' AND v.state <> 'VOID'
    AND NOT EXISTS (SELECT 1 FROM dispute_answers a WHERE a.dispute_id = d.id)
  GROUP BY p.id;
