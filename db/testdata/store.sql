-- Files and background work: what packages db and storage need of the schema.

-- A file in a bucket. The row, not the path, knows whose it is and what the
-- customer calls it. Other tables point at (client_id, id), so that no row can
-- refer to another client's file.
CREATE TABLE blobs (
  id         TEXT PRIMARY KEY CHECK (length(id) = 36),
  bucket     TEXT NOT NULL CHECK (bucket IN ('tmp', 'order-files', 'attachments', 'pdfs')),
  cart_id    TEXT,                              -- whose it is before an order
  client_id  TEXT,                              -- whose it is after
  name       TEXT NOT NULL DEFAULT '',          -- as the customer calls it; data, never a path
  mime       TEXT NOT NULL DEFAULT 'application/octet-stream',
  size       INTEGER NOT NULL CHECK (size >= 0),
  sha256     TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  state      TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'trash', 'missing')),
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,                           -- when the file goes by itself; NULL: never
  trash_ms   INTEGER,
  checked_ms INTEGER NOT NULL DEFAULT 0,        -- when its bytes were last read and compared
  UNIQUE (client_id, id),
  UNIQUE (cart_id, id),
  CHECK (cart_id IS NULL OR client_id IS NULL),
  CHECK ((state = 'trash') = (trash_ms IS NOT NULL))
) STRICT;
CREATE INDEX blobs_by_hash ON blobs (sha256) WHERE state = 'live';
CREATE INDEX blobs_by_expiry ON blobs (expires_ms) WHERE state = 'live' AND expires_ms IS NOT NULL;
CREATE INDEX blobs_by_check ON blobs (checked_ms) WHERE state = 'live';

-- A blob whose file is still to be unlinked. It is written by the transaction
-- that gives the blob up; file and rows go afterwards, in this order.
CREATE TABLE delete_queue (
  blob_id       TEXT PRIMARY KEY REFERENCES blobs (id),
  not_before_ms INTEGER NOT NULL,
  attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  last_error    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX delete_queue_by_time ON delete_queue (not_before_ms);

-- An upload that is still growing. durable is what the customer may rely on.
CREATE TABLE uploads (
  id         TEXT PRIMARY KEY CHECK (length(id) = 36),
  cart_id    TEXT,
  client_id  TEXT,
  name       TEXT NOT NULL DEFAULT '',
  mime       TEXT NOT NULL DEFAULT 'application/octet-stream',
  expected   INTEGER NOT NULL CHECK (expected >= 0),
  durable    INTEGER NOT NULL DEFAULT 0 CHECK (durable BETWEEN 0 AND expected),
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  CHECK (cart_id IS NULL OR client_id IS NULL)
) STRICT;
CREATE INDEX uploads_by_cart ON uploads (cart_id) WHERE cart_id IS NOT NULL;
CREATE INDEX uploads_by_client ON uploads (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX uploads_by_expiry ON uploads (expires_ms);

-- A backup in progress: while one is here no file is unlinked.
CREATE TABLE backup_pins (
  id    TEXT PRIMARY KEY CHECK (length(id) = 36),
  at_ms INTEGER NOT NULL
) STRICT;

-- Work to be done outside a transaction, at least once. A (kind, key) happens
-- only once, ever; key is NULL where it may happen again.
CREATE TABLE outbox (
  id          TEXT PRIMARY KEY CHECK (length(id) = 36),
  kind        TEXT NOT NULL CHECK (kind <> ''),
  key         TEXT CHECK (key <> ''),
  payload     TEXT NOT NULL CHECK (json_valid(payload)),
  state       TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'done', 'dead')),
  run_at_ms   INTEGER NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  last_error  TEXT NOT NULL DEFAULT '',
  created_ms  INTEGER NOT NULL,
  started_ms  INTEGER,
  finished_ms INTEGER,
  UNIQUE (kind, key),
  CHECK ((state IN ('done', 'dead')) = (finished_ms IS NOT NULL))
) STRICT;
CREATE INDEX outbox_ready ON outbox (run_at_ms, id) WHERE state = 'ready';
CREATE INDEX outbox_finished ON outbox (finished_ms) WHERE finished_ms IS NOT NULL;

-- Each failed attempt at a task, for the person who has to find out why.
CREATE TABLE outbox_failures (
  task_id TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
  at_ms   INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  error   TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_failures_by_task ON outbox_failures (task_id, at_ms);

-- The latest time the shop has seen. A machine that wakes up in another year
-- must not delete what then looks old: held says that a person has to agree.
CREATE TABLE clock (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  highwater_ms INTEGER NOT NULL,
  held         TEXT NOT NULL DEFAULT '' CHECK (held IN ('', 'ahead', 'behind')),
  since_ms     INTEGER NOT NULL DEFAULT 0       -- the time the clock showed when it was held
) STRICT;
