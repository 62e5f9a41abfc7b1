-- What an issued invoice was lowered by since: parts that were cancelled. Its lines and its total stay as they were; it asks for the
-- total without these, which never exceed it.
CREATE TABLE invoice_adjustments (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  invoice_id TEXT NOT NULL REFERENCES invoices (id),
  order_id TEXT NOT NULL REFERENCES orders (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  reason TEXT NOT NULL CHECK (reason <> ''),
  user_id TEXT REFERENCES users (id),
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX invoice_adjustments_invoice ON invoice_adjustments (invoice_id, created);
CREATE INDEX invoice_adjustments_order ON invoice_adjustments (order_id);

-- What is to be sent back of a payment may be a part of it: the rest is kept.
ALTER TABLE refunds_due ADD COLUMN keeps INTEGER NOT NULL DEFAULT 0 CHECK (keeps >= 0); -- what of the payment is not to be sent back
