-- Every version of the terms stays readable. The first is what the settings had.
CREATE TABLE terms (
  version TEXT PRIMARY KEY CHECK (version <> ''),
  title TEXT NOT NULL,
  paragraphs TEXT NOT NULL CHECK (json_valid(paragraphs)), -- with the days in them
  created INTEGER NOT NULL,
  changed_by TEXT NOT NULL DEFAULT '' -- the name of whoever wrote it, '' for the shop itself
) STRICT;
INSERT INTO terms (version, title, paragraphs, created)
  SELECT doc ->> '$.terms.version', coalesce(doc ->> '$.terms.title', ''), coalesce(doc -> '$.terms.paragraphs', '[]'), updated FROM settings WHERE coalesce(doc ->> '$.terms.version', '') <> '';

-- The files of orders go by age from now on. Nobody asked to keep any so far, and nobody was told of it: the program counts
-- the days from when it first sees this database.
ALTER TABLE orders ADD COLUMN keep_files INTEGER NOT NULL DEFAULT 0 CHECK (keep_files IN (0, 1));
ALTER TABLE orders ADD COLUMN files_warned INTEGER;
ALTER TABLE orders ADD COLUMN files_gone INTEGER;
CREATE INDEX orders_files_due ON orders (coalesce(completed, closed), id) WHERE state <> 'OPEN' AND files_gone IS NULL AND keep_files = 0;
CREATE INDEX orders_files_warned ON orders (files_warned, id) WHERE files_warned IS NOT NULL AND files_gone IS NULL;

CREATE TABLE deleted_files (
  id TEXT PRIMARY KEY, -- that it had among the order's files
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  item_id TEXT REFERENCES order_items (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind <> ''),
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  size INTEGER NOT NULL CHECK (size >= 0),
  deleted INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> '') -- shop.DeletionReason
) STRICT;
CREATE INDEX deleted_files_order ON deleted_files (order_id);
