-- Money that was set aside gets a way out: a person accepts it, or says that it was sent back. SQLite cannot change a
-- CHECK, so the table is made anew.
CREATE TABLE payments_new (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL REFERENCES invoices (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('card', 'transfer', 'cash', 'other')),
  processor TEXT NOT NULL DEFAULT '',
  processor_id TEXT,
  session_id TEXT UNIQUE REFERENCES checkout_sessions (id),
  reference TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('settled', 'duplicate', 'needs_review', 'returned')),
  staff_id TEXT REFERENCES staff (id),
  created INTEGER NOT NULL,
  decided INTEGER, -- when a person decided about money that was set aside
  decided_by TEXT REFERENCES staff (id),
  decision TEXT NOT NULL DEFAULT '', -- why, in their words
  UNIQUE (processor, processor_id),
  CHECK (state <> 'returned' OR decided IS NOT NULL)
) STRICT;
INSERT INTO payments_new (id, invoice_id, amount, currency, method, processor, processor_id, session_id, reference, state, staff_id, created)
  SELECT id, invoice_id, amount, currency, method, processor, processor_id, session_id, reference, state, staff_id, created FROM payments;
DROP TABLE payments;
ALTER TABLE payments_new RENAME TO payments;
CREATE INDEX payments_invoice ON payments (invoice_id);

-- Cash is rounded to five cents as an entry of its own, in shops that were open before this too: Australia has no
-- smaller coin.
CREATE TABLE cash_roundings (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL REFERENCES invoices (id),
  payment_id TEXT NOT NULL UNIQUE REFERENCES payments (id),
  amount INTEGER NOT NULL CHECK (amount BETWEEN -2 AND 2 AND amount <> 0),
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX cash_roundings_invoice ON cash_roundings (invoice_id);
UPDATE settings SET doc = json_set(doc, '$.round_cash', json('true')) WHERE doc ->> '$.currency' = 'AUD';

-- What staff refused and destroyed does not come back.
CREATE TABLE banned_files (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'), -- of the file as it was sent
  order_number TEXT NOT NULL,
  reason TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
