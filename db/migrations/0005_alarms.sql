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
