-- What had been paid too much when a customer was asked again for what a bank took: it is not paid again by that.
ALTER TABLE dispute_answers ADD COLUMN surplus INTEGER NOT NULL DEFAULT 0 CHECK (surplus >= 0);
ALTER TABLE dispute_answers ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0);

-- What was paid too much for an order is due back, of the latest payments first, as that of a lowered one was all along.
CREATE TABLE new_dues AS
  WITH money AS (
    SELECT p.id, p.invoice_id, p.created, p.amount, p.currency,
      coalesce((SELECT sum(r.amount) FROM refunds r WHERE r.payment_id = p.id), 0) AS back,
      coalesce((SELECT sum(d.amount) FROM disputes d WHERE d.payment_id = p.id AND d.state IN ('open', 'lost')), 0) AS disputed
    FROM payments p WHERE p.state = 'settled'
  ), invoice AS (
    SELECT v.id, v.order_id,
      (SELECT sum(m.amount - m.back - min(m.disputed, max(m.amount - m.back, 0))) FROM money m WHERE m.invoice_id = v.id)
        - coalesce((SELECT sum(r.amount) FROM cash_roundings r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled'), 0)
        - v.total AS surplus
    FROM invoices v JOIN orders o ON o.id = v.order_id
    WHERE o.closed IS NULL AND v.state <> 'VOID' AND NOT EXISTS (SELECT 1 FROM invoice_adjustments a WHERE a.invoice_id = v.id)
  ), share AS (
    SELECT m.id, i.order_id, m.currency, max(m.amount - m.back - m.disputed, 0) AS held, i.surplus, m.created,
      coalesce(sum(max(m.amount - m.back - m.disputed, 0)) OVER (PARTITION BY i.id ORDER BY m.created DESC, m.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS later
    FROM money m JOIN invoice i ON i.id = m.invoice_id WHERE i.surplus > 0
  )
  SELECT id, order_id, currency, created, min(held, surplus - later) AS amount, held - min(held, surplus - later) AS keeps FROM share WHERE min(held, surplus - later) > 0;
INSERT INTO refunds_due (payment_id, order_id, amount, keeps, state, created) SELECT id, order_id, amount, keeps, 'open', created FROM new_dues WHERE true
  ON CONFLICT (payment_id) DO UPDATE SET state = 'open', amount = excluded.amount, keeps = excluded.keeps, done = NULL, user_id = NULL, reference = '';
UPDATE payments SET undone = undone + 2 WHERE id IN (SELECT id FROM new_dues);

-- Its alarm is another.
DELETE FROM alarms WHERE cleared IS NULL AND kind = 'overpaid' AND object_id IN (SELECT p.id FROM payments p JOIN invoices v ON v.id = p.invoice_id WHERE v.order_id IS NOT NULL);
INSERT INTO alarms (id, kind, object_kind, object_id, params, raised)
  SELECT 'due-' || n.id, 'refund_due', 'payment', n.id, json_object('amount', n.amount, 'currency', n.currency, 'order', o.number, 'order_id', o.id), n.created
  FROM new_dues n JOIN orders o ON o.id = n.order_id;
DROP TABLE new_dues;
