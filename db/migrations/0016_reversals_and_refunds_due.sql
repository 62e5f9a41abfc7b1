-- A card is taken at the counter's terminal, too. A payment that was entered by mistake can be reversed. The tables are made
-- anew, since SQLite cannot change a CHECK.
CREATE TABLE orders_new (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  cart_id TEXT UNIQUE, -- one order a cart, whatever is clicked twice
  client_id TEXT NOT NULL REFERENCES clients (id),
  source TEXT NOT NULL CHECK (source IN ('web', 'staff')),
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'COMPLETED', 'CANCELLED', 'REFUSED')),
  review TEXT NOT NULL CHECK (review IN ('NONE', 'REQUESTED', 'APPROVED', 'REFUSED')),
  payment TEXT NOT NULL CHECK (payment <> ''), -- shop.PaymentMethod: the way the customer chose
  currency TEXT NOT NULL,
  price TEXT NOT NULL CHECK (json_valid(price)), -- shop.Price: its rows sum to total
  total INTEGER NOT NULL CHECK (total >= 0),
  tax INTEGER NOT NULL CHECK (tax >= 0),
  contact TEXT NOT NULL CHECK (json_valid(contact)),
  delivery TEXT NOT NULL CHECK (json_valid(delivery)),
  note TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '', -- the shop's words to the customer
  review_reasons TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(review_reasons)),
  terms_version TEXT NOT NULL,
  terms_at INTEGER NOT NULL,
  promised TEXT NOT NULL DEFAULT '', -- the day it is to be ready, in the shop's time zone
  hold TEXT NOT NULL DEFAULT '', -- why its jobs must wait: a refund, a dispute
  created INTEGER NOT NULL,
  released INTEGER,
  completed INTEGER,
  closed INTEGER, -- cancelled or refused
  close_reason TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  updated INTEGER NOT NULL,
  changed_by TEXT NOT NULL DEFAULT '', -- the name of whoever did, '' for the shop itself and for customers
  CHECK ((state = 'COMPLETED') = (completed IS NOT NULL)),
  CHECK ((state IN ('CANCELLED', 'REFUSED')) = (closed IS NOT NULL)),
  CHECK ((state = 'REFUSED') = (review = 'REFUSED'))
) STRICT;
INSERT INTO orders_new (id, number, cart_id, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, note, message, review_reasons, terms_version, terms_at, promised, hold, created, released, completed, closed, close_reason, version, updated, changed_by) SELECT id, number, cart_id, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, note, message, review_reasons, terms_version, terms_at, promised, hold, created, released, completed, closed, close_reason, version, updated, changed_by FROM orders;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;
CREATE INDEX orders_created ON orders (created, id);
CREATE INDEX orders_state ON orders (state, created, id);
CREATE INDEX orders_review ON orders (created, id) WHERE state = 'OPEN' AND review = 'REQUESTED';
CREATE INDEX orders_client ON orders (client_id);
CREATE TABLE payments_new (
  id TEXT PRIMARY KEY,
  invoice_id TEXT REFERENCES invoices (id),
  client_id TEXT REFERENCES clients (id), -- whose money it is, if known
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method <> ''), -- shop.PaymentMethod; terminal: a card at the counter
  processor TEXT NOT NULL DEFAULT '',
  processor_id TEXT,
  session_id TEXT UNIQUE REFERENCES checkout_sessions (id),
  reference TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('settled', 'duplicate', 'needs_review', 'returned', 'reversed')),
  user_id TEXT REFERENCES users (id),
  created INTEGER NOT NULL,
  decided INTEGER, -- when a person decided about an unapplied payment
  decided_by TEXT REFERENCES users (id),
  decision TEXT NOT NULL DEFAULT '', -- why, in their words
  payer TEXT NOT NULL DEFAULT '', -- e-mail address or name, as the processor says it
  meant_for TEXT NOT NULL DEFAULT '', -- number of the order that its payment page was for, as the processor says it
  UNIQUE (processor, processor_id),
  CHECK (state <> 'settled' OR invoice_id IS NOT NULL),
  CHECK (state <> 'returned' OR decided IS NOT NULL)
) STRICT;
INSERT INTO payments_new (id, invoice_id, client_id, amount, currency, method, processor, processor_id, session_id, reference, state, user_id, created, decided, decided_by, decision, payer, meant_for) SELECT id, invoice_id, client_id, amount, currency, method, processor, processor_id, session_id, reference, state, user_id, created, decided, decided_by, decision, payer, meant_for FROM payments;
DROP TABLE payments;
ALTER TABLE payments_new RENAME TO payments;
CREATE INDEX payments_invoice ON payments (invoice_id);
CREATE INDEX payments_unapplied ON payments (created) WHERE state IN ('duplicate', 'needs_review');

CREATE TABLE payment_reversals (
  payment_id TEXT PRIMARY KEY REFERENCES payments (id),
  reason TEXT NOT NULL CHECK (reason <> ''),
  user_id TEXT REFERENCES users (id),
  created INTEGER NOT NULL
) STRICT;

-- What a refund means for its order is a question to staff; nobody has answered it so far.
CREATE TABLE refunds_new (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payments (id),
  invoice_id TEXT REFERENCES invoices (id),
  processor TEXT NOT NULL,
  processor_id TEXT NOT NULL, -- the charge; the payment where staff noted it
  amount INTEGER NOT NULL CHECK (amount >= 0),
  reason TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  lowered INTEGER NOT NULL DEFAULT 0 CHECK (lowered >= 0),
  owed INTEGER NOT NULL DEFAULT 0 CHECK (owed >= 0),
  UNIQUE (processor, processor_id),
  CHECK (lowered + owed <= amount)
) STRICT;
INSERT INTO refunds_new (id, payment_id, invoice_id, processor, processor_id, amount, reason, created, updated) SELECT id, payment_id, invoice_id, processor, processor_id, amount, reason, created, updated FROM refunds;
DROP TABLE refunds;
ALTER TABLE refunds_new RENAME TO refunds;
CREATE INDEX refunds_invoice ON refunds (invoice_id);
CREATE INDEX refunds_payment ON refunds (payment_id);

CREATE TABLE refunds_due (
  payment_id TEXT PRIMARY KEY REFERENCES payments (id),
  order_id TEXT NOT NULL REFERENCES orders (id),
  amount INTEGER NOT NULL CHECK (amount > 0), -- when it became due
  state TEXT NOT NULL CHECK (state IN ('open', 'done')),
  reference TEXT NOT NULL DEFAULT '', -- how it was sent back, in staff's words
  user_id TEXT REFERENCES users (id), -- who noted it; NULL: the shop itself
  created INTEGER NOT NULL,
  done INTEGER,
  CHECK ((state = 'done') = (done IS NOT NULL))
) STRICT;
CREATE INDEX refunds_due_order ON refunds_due (order_id);
CREATE INDEX refunds_due_open ON refunds_due (created) WHERE state = 'open';
-- An order could be cancelled only when its money was sent back; what is there all the same is due.
INSERT INTO refunds_due (payment_id, order_id, amount, state, created)
  SELECT p.id, o.id, p.amount - coalesce((SELECT sum(amount) FROM refunds WHERE payment_id = p.id), 0) - coalesce((SELECT sum(amount) FROM disputes WHERE payment_id = p.id AND state = 'lost'), 0), 'open', o.closed
  FROM payments p JOIN invoices v ON v.id = p.invoice_id JOIN orders o ON o.id = v.order_id WHERE p.state = 'settled' AND o.closed IS NOT NULL
  AND p.amount > coalesce((SELECT sum(amount) FROM refunds WHERE payment_id = p.id), 0) + coalesce((SELECT sum(amount) FROM disputes WHERE payment_id = p.id AND state = 'lost'), 0);
