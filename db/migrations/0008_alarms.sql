-- A file that is not what was stored is a state of its own. SQLite cannot change a CHECK, so the table is made anew.
CREATE TABLE blobs_new (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  bucket TEXT NOT NULL CHECK (bucket IN ('tmp', 'order-files', 'attachments', 'pdfs')),
  cart_id TEXT, -- whose it is before an order
  client_id TEXT, -- whose it is after
  name TEXT NOT NULL DEFAULT '', -- as the customer calls it; data, never a path
  mime TEXT NOT NULL DEFAULT 'application/octet-stream',
  size INTEGER NOT NULL CHECK (size >= 0),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'trash', 'missing', 'damaged')),
  created INTEGER NOT NULL,
  expires INTEGER, -- when the file goes by itself; NULL: never
  trashed INTEGER,
  checked INTEGER NOT NULL DEFAULT 0, -- when its bytes were last read and compared
  UNIQUE (client_id, id),
  UNIQUE (cart_id, id),
  CHECK (cart_id IS NULL OR client_id IS NULL),
  CHECK ((state = 'trash') = (trashed IS NOT NULL))
) STRICT;
INSERT INTO blobs_new SELECT * FROM blobs;
DROP TABLE blobs;
ALTER TABLE blobs_new RENAME TO blobs;
CREATE INDEX blobs_by_hash ON blobs (sha256) WHERE state = 'live';
CREATE INDEX blobs_by_expiry ON blobs (expires) WHERE state = 'live' AND expires IS NOT NULL;
CREATE INDEX blobs_by_check ON blobs (checked, id) WHERE state = 'live';
CREATE INDEX blobs_broken ON blobs (id) WHERE state IN ('missing', 'damaged');

-- The list of background work asks for the latest and the next task of each kind.
CREATE INDEX outbox_by_kind ON outbox (kind, started);
CREATE INDEX outbox_waiting ON outbox (kind, run_at) WHERE state IN ('ready', 'running');

-- What staff must know of until it is over: open exactly while its cause is there.
CREATE TABLE alarms (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind <> ''), -- shop.AlarmKind
  object_kind TEXT NOT NULL CHECK (object_kind IN ('shop', 'file', 'task', 'payment', 'event')),
  object_id TEXT NOT NULL DEFAULT '', -- '' for the shop itself
  params TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(params)), -- shop.AlarmParams: what its message is made of
  raised INTEGER NOT NULL,
  cleared INTEGER,
  CHECK ((object_kind = 'shop') = (object_id = ''))
) STRICT;
CREATE UNIQUE INDEX alarms_open ON alarms (kind, object_kind, object_id) WHERE cleared IS NULL;
CREATE INDEX alarms_cleared ON alarms (cleared) WHERE cleared IS NOT NULL;

-- What is open at the upgrade is an alarm from the start. Its id is its object's.
INSERT INTO alarms (id, kind, object_kind, object_id, params, raised)
  SELECT b.id, 'file_missing', 'file', b.id,
    CASE WHEN o.id IS NULL THEN json_object('name', b.name) ELSE json_object('name', f.name, 'order_id', o.id, 'order', o.number) END, max(b.created, b.checked)
  FROM blobs b LEFT JOIN order_files f ON f.blob_id = b.id LEFT JOIN orders o ON o.id = f.order_id WHERE b.state = 'missing';
INSERT INTO alarms (id, kind, object_kind, object_id, params, raised)
  SELECT id, 'task_failed', 'task', id, json_object('task', kind), finished FROM outbox WHERE state = 'dead';
INSERT INTO alarms (id, kind, object_kind, object_id, params, raised)
  SELECT p.id, 'payment_unapplied', 'payment', p.id,
    json_patch(json_object('amount', p.amount, 'currency', p.currency, 'order_id', o.id, 'order', coalesce(o.number, v.number)),
      CASE p.state WHEN 'duplicate' THEN '{"twice":true}' ELSE '{}' END), p.created
  FROM payments p LEFT JOIN invoices v ON v.id = p.invoice_id LEFT JOIN orders o ON o.id = v.order_id
  WHERE p.state IN ('duplicate', 'needs_review') AND p.amount > coalesce((SELECT sum(r.amount) FROM refunds r WHERE r.payment_id = p.id), 0);
INSERT INTO alarms (id, kind, object_kind, object_id, params, raised)
  SELECT id, 'stripe_event_failed', 'event', id, json_object('task', type), received
  FROM webhook_events WHERE state = 'failed' AND error <> 'its payment is not known yet';
INSERT INTO alarms (id, kind, object_kind, object_id, raised) SELECT 'clock', 'clock_held', 'shop', '', since FROM clock WHERE held <> '';
