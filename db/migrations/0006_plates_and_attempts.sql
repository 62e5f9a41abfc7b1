-- A plate is what is sliced and made in one run, a job a plate on its way through the shop, an attempt one time that it
-- was made. An item of before is one plate of one copy, to be run as often as there are copies.

CREATE TABLE plates (
  id TEXT PRIMARY KEY,
  cart_id TEXT REFERENCES carts (id) ON DELETE CASCADE,
  order_id TEXT REFERENCES orders (id) ON DELETE CASCADE, -- NULL also where copies of several orders share it
  origin TEXT NOT NULL CHECK (origin IN ('priced', 'floor')),
  position INTEGER NOT NULL, -- its number in the order
  class_id TEXT REFERENCES machine_classes (id),
  slice_key TEXT NOT NULL DEFAULT '',
  runs INTEGER NOT NULL CHECK (runs >= 1), -- how often it is to be made
  created INTEGER NOT NULL,
  CHECK (cart_id IS NULL OR order_id IS NULL)
) STRICT;
CREATE INDEX plates_order ON plates (order_id, position);
CREATE INDEX plates_cart ON plates (cart_id, position);

CREATE TABLE plate_items (
  plate_id TEXT NOT NULL REFERENCES plates (id) ON DELETE CASCADE,
  item_id TEXT REFERENCES order_items (id) ON DELETE CASCADE,
  part_id TEXT REFERENCES parts (id) ON DELETE CASCADE,
  copies INTEGER NOT NULL CHECK (copies >= 1), -- in one run
  placements TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(placements)), -- where each copy lies on the bed; empty: not laid out
  UNIQUE (plate_id, item_id),
  UNIQUE (plate_id, part_id),
  CHECK ((item_id IS NULL) <> (part_id IS NULL))
) STRICT;
CREATE INDEX plate_items_item ON plate_items (item_id);
CREATE INDEX plate_items_part ON plate_items (part_id);

INSERT INTO plates (id, order_id, origin, position, slice_key, runs, created)
  SELECT i.id, i.order_id, 'priced', i.position, iif(i.gcode_sha256 = '', '', i.slice_key), i.copies, o.created FROM order_items i JOIN orders o ON o.id = i.order_id;
INSERT INTO plate_items (plate_id, item_id, copies) SELECT id, id, 1 FROM order_items;

CREATE TABLE order_files_new (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  item_id TEXT REFERENCES order_items (id) ON DELETE CASCADE,
  plate_id TEXT REFERENCES plates (id) ON DELETE CASCADE, -- of G-code
  kind TEXT NOT NULL CHECK (kind IN ('model', 'mesh', 'gcode', 'settings', 'review_file')),
  name TEXT NOT NULL,
  blob_id TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  FOREIGN KEY (client_id, blob_id) REFERENCES blobs (client_id, id)
) STRICT;
INSERT INTO order_files_new (id, client_id, order_id, item_id, plate_id, kind, name, blob_id, created)
  SELECT id, client_id, order_id, item_id, iif(kind IN ('gcode', 'settings'), item_id, NULL), kind, name, blob_id, created FROM order_files;
DROP TABLE order_files;
ALTER TABLE order_files_new RENAME TO order_files;
CREATE INDEX order_files_order ON order_files (order_id);
CREATE INDEX order_files_item ON order_files (item_id);

CREATE TABLE jobs_new (
  id TEXT PRIMARY KEY,
  plate_id TEXT NOT NULL UNIQUE REFERENCES plates (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('QUEUED', 'PRE_PROCESSING', 'IN_QUEUE', 'PRINTING', 'PAUSED', 'PRINTING_COMPLETE', 'POST_PROCESSING', 'PACKAGING', 'READY_TO_COLLECT', 'SHIPPED', 'COMPLETED', 'CANCELLED')),
  priority TEXT NOT NULL DEFAULT 'NORMAL' CHECK (priority IN ('NORMAL', 'FAST_TRACK', 'URGENT')),
  printer_id TEXT REFERENCES printers (id),
  position INTEGER NOT NULL,
  notes TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  started INTEGER,
  completed INTEGER,
  version INTEGER NOT NULL DEFAULT 1,
  changed_by TEXT NOT NULL DEFAULT '', -- the name of whoever moved it last
  updated INTEGER NOT NULL
) STRICT;
INSERT INTO jobs_new (id, plate_id, title, state, priority, printer_id, position, notes, created, started, completed, updated)
  SELECT id, item_id, title, state, priority, printer_id, position, notes, created, started, completed, updated FROM jobs;
-- What was ordered and is not printed here is work, too: released orders get a job for it, done where the rest of them is.
INSERT INTO jobs_new (id, plate_id, title, state, position, created, started, completed, updated)
  SELECT '00000004' || substr(i.id, 9), i.id, i.name, iif(o.completed IS NULL, 'QUEUED', 'COMPLETED'),
    (SELECT coalesce(max(position), 0) FROM jobs) + row_number() OVER (ORDER BY i.id), o.released, o.completed, o.completed, o.updated
  FROM order_items i JOIN orders o ON o.id = i.order_id
  WHERE o.released IS NOT NULL AND o.closed IS NULL AND NOT EXISTS (SELECT 1 FROM jobs WHERE item_id = i.id);

CREATE TABLE attempts (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  printer_id TEXT REFERENCES printers (id), -- NULL: made elsewhere, or nobody wrote it down
  started INTEGER NOT NULL,
  resumed INTEGER, -- while it runs: since when
  worked_ms INTEGER NOT NULL DEFAULT 0 CHECK (worked_ms >= 0), -- up to then, pauses left out
  ended INTEGER,
  reason TEXT NOT NULL DEFAULT '', -- why copies failed or it was broken off
  grams REAL CHECK (grams >= 0), -- as measured
  photo_blob TEXT REFERENCES blobs (id),
  CHECK (ended IS NULL OR resumed IS NULL)
) STRICT;
CREATE INDEX attempts_job ON attempts (job_id, started);

CREATE TABLE attempt_items (
  attempt_id TEXT NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  item_id TEXT NOT NULL REFERENCES order_items (id) ON DELETE CASCADE,
  good INTEGER NOT NULL DEFAULT 0 CHECK (good >= 0),
  failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
  PRIMARY KEY (attempt_id, item_id)
) STRICT;
CREATE INDEX attempt_items_item ON attempt_items (item_id);

-- The attempt before the upgrade: good and failed copies, together at most those ordered. Release 1 counted every copy
-- of a finished run as done and the failed ones besides; only what left the shop was surely good.
INSERT INTO attempts (id, job_id, printer_id, started, worked_ms, ended, reason)
  SELECT '00000001' || substr(id, 9), id, printer_id, coalesce(started, created), iif(state IN ('PRINTING', 'PAUSED'), 0, worked_ms), coalesce(completed, updated), 'before the upgrade'
  FROM jobs WHERE done > 0 OR failed > 0 OR (worked_ms > 0 AND state NOT IN ('PRINTING', 'PAUSED'));
INSERT INTO attempt_items (attempt_id, item_id, good, failed)
  SELECT '00000001' || substr(id, 9), item_id, iif(gone, done, min(done, copies - min(failed, copies))), iif(gone, min(failed, copies - done), min(failed, copies))
  FROM (SELECT *, state IN ('READY_TO_COLLECT', 'SHIPPED', 'COMPLETED') AS gone FROM jobs WHERE done > 0 OR failed > 0);
INSERT INTO attempts (id, job_id, printer_id, started, resumed, worked_ms)
  SELECT '00000002' || substr(id, 9), id, printer_id, coalesce(started, created), iif(state = 'PRINTING', coalesce(run_started, updated), NULL), worked_ms
  FROM jobs WHERE state IN ('PRINTING', 'PAUSED');
-- What left the shop was made, whatever was counted.
INSERT INTO attempts (id, job_id, started, ended, reason)
  SELECT '00000003' || substr(j.id, 9), j.id, coalesce(j.started, j.created), coalesce(j.completed, j.updated), 'before the upgrade' FROM jobs_new j JOIN plates p ON p.id = j.plate_id
  WHERE j.state IN ('READY_TO_COLLECT', 'SHIPPED', 'COMPLETED') AND p.runs > coalesce((SELECT sum(good) FROM attempt_items WHERE item_id = j.plate_id), 0);
INSERT INTO attempt_items (attempt_id, item_id, good)
  SELECT a.id, p.id, p.runs - coalesce((SELECT sum(good) FROM attempt_items WHERE item_id = p.id), 0)
  FROM attempts a JOIN jobs_new j ON j.id = a.job_id JOIN plates p ON p.id = j.plate_id WHERE a.id LIKE '00000003%';
DROP TABLE jobs;
ALTER TABLE jobs_new RENAME TO jobs;
CREATE INDEX jobs_state ON jobs (state, position);
CREATE INDEX jobs_printer ON jobs (printer_id) WHERE printer_id IS NOT NULL;
