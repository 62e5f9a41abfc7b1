-- An order is what is to be made, an invoice what is to be paid: what was one row becomes two, which both keep its id.
-- Every number, link and price stays as it was.

CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  cart_id TEXT UNIQUE, -- one order a cart, whatever is clicked twice
  client_id TEXT NOT NULL REFERENCES clients (id),
  source TEXT NOT NULL CHECK (source IN ('web', 'staff')),
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'COMPLETED', 'CANCELLED', 'REFUSED')),
  review TEXT NOT NULL CHECK (review IN ('NONE', 'REQUESTED', 'APPROVED', 'REFUSED')),
  payment TEXT NOT NULL CHECK (payment IN ('card', 'transfer', 'pickup', 'review', 'cash')), -- the way the customer chose
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
  CHECK ((state = 'COMPLETED') = (completed IS NOT NULL)),
  CHECK ((state IN ('CANCELLED', 'REFUSED')) = (closed IS NOT NULL)),
  CHECK ((state = 'REFUSED') = (review = 'REFUSED'))
) STRICT;
CREATE INDEX orders_created ON orders (created, id);
CREATE INDEX orders_client ON orders (client_id);

INSERT INTO orders (id, number, cart_id, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, note, message,
    review_reasons, terms_version, terms_at, promised, hold, created, released, completed, closed, close_reason, updated)
  SELECT id, order_number, cart_id, client_id, CASE source WHEN 'counter' THEN 'staff' ELSE source END,
    CASE WHEN review = 'REFUSED' THEN 'REFUSED' WHEN state = 'VOID' THEN 'CANCELLED' WHEN done IS NOT NULL THEN 'COMPLETED' ELSE 'OPEN' END,
    review, payment, currency, price, total, iif(price ->> 'tax_label' = 'No tax', 0, tax), contact, delivery, note, message, review_reasons, terms_version, terms_at, ready_date, hold,
    created, released, CASE WHEN review <> 'REFUSED' AND state <> 'VOID' THEN done END,
    CASE WHEN review = 'REFUSED' OR state = 'VOID' THEN coalesce(closed, updated) END, close_reason, updated
  -- an order is completed when each of its jobs that was not cancelled is
  FROM (SELECT v.*, (SELECT max(coalesce(j.completed, j.updated)) FROM jobs j WHERE j.invoice_id = v.id
    AND j.state = 'COMPLETED' AND NOT EXISTS (SELECT 1 FROM jobs o WHERE o.invoice_id = v.id AND o.state NOT IN ('COMPLETED', 'CANCELLED'))) AS done
    FROM invoices v);

CREATE TABLE order_items (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'review_file')),
  copies INTEGER NOT NULL CHECK (copies >= 1),
  choices TEXT NOT NULL CHECK (json_valid(choices)), -- shop.Choices with the names they had
  inspection TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(inspection)),
  slice_key TEXT NOT NULL DEFAULT '',
  result TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(result)), -- shop.SliceFacts
  gcode_sha256 TEXT NOT NULL DEFAULT '',
  price TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(price)), -- shop.PartPrice
  total INTEGER NOT NULL CHECK (total >= 0)
) STRICT;
CREATE INDEX order_items_order ON order_items (order_id, position);

INSERT INTO order_items (id, order_id, position, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, total)
  SELECT id, invoice_id, position, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, total FROM invoice_items;

CREATE TABLE order_files_new (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  item_id TEXT REFERENCES order_items (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'mesh', 'gcode', 'settings', 'review_file')),
  name TEXT NOT NULL,
  blob_id TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  FOREIGN KEY (client_id, blob_id) REFERENCES blobs (client_id, id)
) STRICT;
INSERT INTO order_files_new (id, client_id, order_id, item_id, kind, name, blob_id, created)
  SELECT id, client_id, invoice_id, item_id, kind, name, blob_id, created FROM order_files;
DROP TABLE order_files;
ALTER TABLE order_files_new RENAME TO order_files;
CREATE INDEX order_files_order ON order_files (order_id);
CREATE INDEX order_files_item ON order_files (item_id);

CREATE TABLE order_links_new (
  token_hash TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  created INTEGER NOT NULL,
  expires INTEGER, -- NULL: as long as the order's papers are kept
  revoked INTEGER
) STRICT;
INSERT INTO order_links_new (token_hash, order_id, created)
  SELECT token_hash, invoice_id, created FROM order_links;
DROP TABLE order_links;
ALTER TABLE order_links_new RENAME TO order_links;
CREATE INDEX order_links_order ON order_links (order_id);

-- An order in review has no invoice until it is priced, unless money or a payment page refers to it: that one is void,
-- without a number. The label of a price ends in its rate: "Includes GST 10 %". A price that was set anew after the shop had
-- left the tax register can hold the tax of before under the label "No tax": it is none.
CREATE TABLE invoices_new (
  id TEXT PRIMARY KEY,
  order_id TEXT REFERENCES orders (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id),
  number TEXT UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('DRAFT', 'PENDING', 'PAID', 'VOID', 'WRITTEN_OFF')),
  currency TEXT NOT NULL,
  tax_mode TEXT NOT NULL CHECK (tax_mode IN ('INCLUSIVE', 'EXCLUSIVE', 'NONE')),
  tax_name TEXT NOT NULL DEFAULT '',
  tax_rate TEXT NOT NULL DEFAULT '0', -- percent, an exact decimal
  total INTEGER NOT NULL CHECK (total >= 0), -- what the lines sum to, and the tax where it is added
  tax INTEGER NOT NULL CHECK (tax >= 0),
  po_number TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  due TEXT NOT NULL DEFAULT '', -- the day it is to be paid, in the shop's time zone; '': at once
  created INTEGER NOT NULL,
  issued INTEGER,
  paid_at INTEGER,
  voided INTEGER,
  void_reason TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  updated INTEGER NOT NULL,
  CHECK ((number IS NULL) = (issued IS NULL)),
  CHECK (state NOT IN ('PENDING', 'PAID', 'WRITTEN_OFF') OR issued IS NOT NULL),
  CHECK (state <> 'DRAFT' OR issued IS NULL),
  CHECK ((state = 'VOID') = (voided IS NOT NULL)),
  CHECK ((tax_mode = 'NONE') <= (tax = 0))
) STRICT;
INSERT INTO invoices_new (id, order_id, client_id, number, state, currency, tax_mode, tax_name, tax_rate, total, tax, created, issued, paid_at, voided, void_reason, updated)
  SELECT id, id, client_id, invoice_number, CASE WHEN review IN ('REQUESTED', 'REFUSED') THEN 'VOID' ELSE state END, currency, tax_mode,
    CASE WHEN tax_mode = 'NONE' THEN '' ELSE rtrim(substr(label, 1, length(label) - length(rate))) END,
    CASE WHEN tax_mode = 'NONE' THEN '0' ELSE rate END, total, iif(tax_mode = 'NONE', 0, tax), created, issued, paid_at,
    CASE WHEN review IN ('REQUESTED', 'REFUSED') OR state = 'VOID' THEN coalesce(closed, updated) END, close_reason, updated
  FROM (SELECT *, substr(label, length(rtrim(label, replace(label, ' ', ''))) + 1) AS rate
    FROM (SELECT *, CASE WHEN price ->> 'tax_label' LIKE 'Includes %' THEN 'INCLUSIVE' WHEN price ->> 'tax_label' LIKE '% %!%' ESCAPE '!' THEN 'EXCLUSIVE' ELSE 'NONE' END AS tax_mode,
      rtrim(rtrim(CASE WHEN price ->> 'tax_label' LIKE 'Includes %' THEN substr(price ->> 'tax_label', 10) ELSE coalesce(price ->> 'tax_label', '') END, '%')) AS label
      FROM invoices v
      WHERE review IN ('NONE', 'APPROVED') OR EXISTS (SELECT 1 FROM payments WHERE invoice_id = v.id) OR EXISTS (SELECT 1 FROM checkout_sessions WHERE invoice_id = v.id)));

CREATE TABLE invoice_lines (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('PRINT', 'MODELLING', 'OTHER', 'DELIVERY')),
  item_id TEXT REFERENCES order_items (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  quantity TEXT NOT NULL DEFAULT '1', -- an exact decimal
  unit TEXT NOT NULL DEFAULT '',
  unit_price TEXT NOT NULL, -- an exact decimal in the invoice's currency
  discount TEXT NOT NULL DEFAULT '0', -- percent, an exact decimal
  amount INTEGER NOT NULL, -- below zero for what is taken off
  CHECK (item_id IS NULL OR kind = 'PRINT'),
  UNIQUE (invoice_id, position)
) STRICT;
CREATE INDEX invoice_lines_item ON invoice_lines (item_id);

-- The lines of what was one row: each item at its price, then what else the price consists of, its tax aside.
INSERT INTO invoice_lines (id, invoice_id, position, kind, item_id, name, unit_price, amount)
  SELECT id, invoice_id, row_number() OVER (PARTITION BY invoice_id ORDER BY rank, position), kind, item_id, name,
    printf('%s%d.%02d', iif(amount < 0, '-', ''), abs(amount) / 100, abs(amount) % 100), amount
  FROM (
    SELECT i.id, i.invoice_id, 1 AS rank, i.position, 'PRINT' AS kind, i.id AS item_id, iif(i.copies > 1, i.name || ' × ' || i.copies, i.name) AS name, i.total AS amount
      FROM invoice_items i JOIN invoices_new n ON n.id = i.invoice_id
    UNION ALL
    SELECT printf('%08x', r.key) || substr(v.id, 9), v.id, 2, r.key, iif(r.value ->> 'kind' = 'shipping', 'DELIVERY', 'OTHER'), NULL, coalesce(r.value ->> 'label', 'Other'), r.value ->> 'amount'
      FROM invoices v JOIN invoices_new n ON n.id = v.id, json_each(v.price, '$.rows') r WHERE coalesce(r.value ->> 'kind', '') NOT IN ('part', 'tax'));
-- Should a price have been put together in another way, what is missing is a line, too.
INSERT INTO invoice_lines (id, invoice_id, position, kind, name, unit_price, amount)
  SELECT printf('%08x', 4095) || substr(id, 9), id, 4095, 'OTHER', 'Other', printf('%s%d.%02d', iif(rest < 0, '-', ''), abs(rest) / 100, abs(rest) % 100), rest
  FROM (SELECT n.id, n.total - iif(n.tax_mode = 'EXCLUSIVE', n.tax, 0) - coalesce((SELECT sum(amount) FROM invoice_lines WHERE invoice_id = n.id), 0) AS rest FROM invoices_new n)
  WHERE rest <> 0;
DROP TABLE invoices;
ALTER TABLE invoices_new RENAME TO invoices;
CREATE UNIQUE INDEX invoices_order ON invoices (order_id) WHERE state <> 'VOID';
CREATE INDEX invoices_of_order ON invoices (order_id, created);
CREATE INDEX invoices_client ON invoices (client_id);
CREATE INDEX invoices_created ON invoices (created, id);
DROP TABLE invoice_items;

-- Money that fits no invoice may have none.
CREATE TABLE payments_new (
  id TEXT PRIMARY KEY,
  invoice_id TEXT REFERENCES invoices (id),
  client_id TEXT REFERENCES clients (id), -- whose money it is, if known
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('card', 'transfer', 'cash', 'other')),
  processor TEXT NOT NULL DEFAULT '',
  processor_id TEXT,
  session_id TEXT UNIQUE REFERENCES checkout_sessions (id),
  reference TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('settled', 'duplicate', 'needs_review', 'returned')),
  user_id TEXT REFERENCES users (id),
  created INTEGER NOT NULL,
  decided INTEGER, -- when a person decided about an unapplied payment
  decided_by TEXT REFERENCES users (id),
  decision TEXT NOT NULL DEFAULT '', -- why, in their words
  UNIQUE (processor, processor_id),
  CHECK (state <> 'settled' OR invoice_id IS NOT NULL),
  CHECK (state <> 'returned' OR decided IS NOT NULL)
) STRICT;
INSERT INTO payments_new (id, invoice_id, client_id, amount, currency, method, processor, processor_id, session_id, reference, state, user_id, created, decided, decided_by, decision)
  SELECT id, invoice_id, (SELECT client_id FROM invoices WHERE id = invoice_id), amount, currency, method, processor, processor_id, session_id, reference, state, user_id, created, decided, decided_by, decision FROM payments;
DROP TABLE payments;
ALTER TABLE payments_new RENAME TO payments;
CREATE INDEX payments_invoice ON payments (invoice_id);
CREATE INDEX payments_unapplied ON payments (created) WHERE state IN ('duplicate', 'needs_review');

CREATE TABLE refunds_new (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payments (id),
  invoice_id TEXT REFERENCES invoices (id),
  processor TEXT NOT NULL,
  processor_id TEXT NOT NULL, -- the charge
  amount INTEGER NOT NULL CHECK (amount >= 0),
  reason TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  UNIQUE (processor, processor_id)
) STRICT;
INSERT INTO refunds_new SELECT * FROM refunds;
DROP TABLE refunds;
ALTER TABLE refunds_new RENAME TO refunds;
CREATE INDEX refunds_invoice ON refunds (invoice_id);

CREATE TABLE jobs_new (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  item_id TEXT NOT NULL UNIQUE REFERENCES order_items (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('QUEUED', 'PRE_PROCESSING', 'IN_QUEUE', 'PRINTING', 'PAUSED', 'PRINTING_COMPLETE', 'POST_PROCESSING', 'PACKAGING', 'READY_TO_COLLECT', 'SHIPPED', 'COMPLETED', 'CANCELLED')),
  priority TEXT NOT NULL DEFAULT 'NORMAL' CHECK (priority IN ('NORMAL', 'FAST_TRACK', 'URGENT')),
  printer_id TEXT REFERENCES printers (id),
  position INTEGER NOT NULL,
  copies INTEGER NOT NULL CHECK (copies >= 1),
  done INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0 AND done <= copies),
  failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
  notes TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  started INTEGER,
  run_started INTEGER,
  worked_ms INTEGER NOT NULL DEFAULT 0 CHECK (worked_ms >= 0),
  completed INTEGER,
  updated INTEGER NOT NULL
) STRICT;
INSERT INTO jobs_new SELECT * FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_new RENAME TO jobs;
CREATE INDEX jobs_order ON jobs (order_id);
CREATE INDEX jobs_state ON jobs (state, position);

-- Series to come have kinds of their own.
CREATE TABLE numbers_new (
  kind TEXT PRIMARY KEY, -- order, invoice, ...
  prefix TEXT NOT NULL,
  next INTEGER NOT NULL CHECK (next >= 1)
) STRICT;
INSERT INTO numbers_new SELECT * FROM numbers;
DROP TABLE numbers;
ALTER TABLE numbers_new RENAME TO numbers;

-- One name for one thing: a message is what people read, a session that may bring money is active.
ALTER TABLE activity RENAME COLUMN invoice_id TO order_id;
ALTER TABLE activity RENAME COLUMN sentence TO message;
DROP INDEX activity_invoice;
CREATE INDEX activity_order ON activity (order_id, at);
ALTER TABLE parts RENAME COLUMN sentence TO message;
UPDATE slices SET result = json_remove(json_set(result, '$.message', result ->> 'sentence'), '$.sentence') WHERE result ->> 'sentence' IS NOT NULL;
UPDATE order_items SET result = json_remove(json_set(result, '$.message', result ->> 'sentence'), '$.sentence') WHERE result ->> 'sentence' IS NOT NULL;
UPDATE parts SET inspection = json_set(inspection, '$.mesh.findings', json((
    SELECT json_group_array(json_remove(json_set(f.value, '$.message', f.value ->> 'sentence'), '$.sentence') ORDER BY f.key)
    FROM json_each(inspection, '$.mesh.findings') f)))
  WHERE inspection ->> '$.mesh.findings[0].sentence' IS NOT NULL;
UPDATE order_items SET inspection = json_set(inspection, '$.mesh.findings', json((
    SELECT json_group_array(json_remove(json_set(f.value, '$.message', f.value ->> 'sentence'), '$.sentence') ORDER BY f.key)
    FROM json_each(inspection, '$.mesh.findings') f)))
  WHERE inspection ->> '$.mesh.findings[0].sentence' IS NOT NULL;
DROP INDEX checkout_sessions_live;
CREATE UNIQUE INDEX checkout_sessions_active ON checkout_sessions (invoice_id) WHERE state IN ('intent', 'open', 'processing');
