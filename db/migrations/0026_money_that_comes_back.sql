-- A refund that failed gave the shop its money again: each is kept once, and taken off what Stripe said before that it sent back.
CREATE TABLE refund_failures (
  id TEXT PRIMARY KEY, -- the refund's, as the processor calls it
  payment_id TEXT NOT NULL REFERENCES payments (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  state TEXT NOT NULL CHECK (state IN ('failed', 'canceled')),
  seen INTEGER NOT NULL, -- when the processor said it
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX refund_failures_payment ON refund_failures (payment_id);
ALTER TABLE refunds ADD COLUMN seen INTEGER NOT NULL DEFAULT 0; -- when the processor said the amount; 0: it is staff's
UPDATE refunds SET seen = created WHERE processor <> 'hand';

-- What was noted of a payment can be undone; its version grows all the same.
ALTER TABLE payments ADD COLUMN undone INTEGER NOT NULL DEFAULT 0 CHECK (undone >= 0); -- what its version keeps of what is undone
