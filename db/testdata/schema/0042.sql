-- Buildplate: today's whole database. Times are unix milliseconds in UTC (worked_ms is a duration), money is integer cents, ids are UUIDv7 text.
-- A row that people edit has a version, which a save names and each change counts up, with when (updated; 0: never) and by
-- whom (changed_by: a name, '' for the shop itself; of a user's row that user's id, NULL for the shop). Items, files and links go by their order's, plates by their job's.
-- The tables of files, uploads and background work come first: everything else refers to them.
-- A file in a bucket. The row, not the path, knows whose it is and what the
-- customer calls it; size and hash are those of its bytes as they are handed out. Other tables point at (client_id, id), so that no row can
-- refer to another client's file.
CREATE TABLE blobs (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  bucket TEXT NOT NULL CHECK (bucket IN ('tmp', 'order-files', 'attachments', 'pdfs')),
  cart_id TEXT, -- whose it is before an order
  client_id TEXT, -- whose it is after
  name TEXT NOT NULL DEFAULT '', -- as the customer calls it; data, never a path
  mime TEXT NOT NULL DEFAULT 'application/octet-stream',
  size INTEGER NOT NULL CHECK (size >= 0),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  -- live: in use, and its file was whole when it was last looked at; trash: given up, its file goes; missing, damaged: in
  -- use, but no file is there, or another's bytes
  state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'trash', 'missing', 'damaged')),
  created INTEGER NOT NULL,
  expires INTEGER, -- when the file goes by itself; NULL: never
  trashed INTEGER,
  checked INTEGER NOT NULL DEFAULT 0, -- when its bytes were last read and compared
  packed INTEGER CHECK (packed >= 0), -- bytes on the disk where the file is kept compressed; NULL: it is kept as it is
  UNIQUE (client_id, id),
  UNIQUE (cart_id, id),
  CHECK (cart_id IS NULL OR client_id IS NULL),
  CHECK ((state = 'trash') = (trashed IS NOT NULL))
) STRICT;
CREATE INDEX blobs_by_hash ON blobs (sha256) WHERE state = 'live';
CREATE INDEX blobs_by_expiry ON blobs (expires) WHERE state = 'live' AND expires IS NOT NULL;
CREATE INDEX blobs_by_check ON blobs (checked, id) WHERE state = 'live';
CREATE INDEX blobs_broken ON blobs (id) WHERE state IN ('missing', 'damaged');

-- A blob whose file is still to be unlinked. It is written by the transaction
-- that gives the blob up; file and rows go afterwards, in this order.
CREATE TABLE delete_queue (
  blob_id TEXT PRIMARY KEY REFERENCES blobs (id),
  not_before INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX delete_queue_by_time ON delete_queue (not_before);

-- An upload that is still growing. durable is what the customer may rely on.
CREATE TABLE uploads (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  cart_id TEXT,
  client_id TEXT,
  name TEXT NOT NULL DEFAULT '',
  mime TEXT NOT NULL DEFAULT 'application/octet-stream',
  expected INTEGER NOT NULL CHECK (expected >= 0),
  durable INTEGER NOT NULL DEFAULT 0 CHECK (durable BETWEEN 0 AND expected),
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  heard INTEGER NOT NULL DEFAULT 0, -- when its last piece came; its beginning before the first
  user_id TEXT REFERENCES users (id), -- the member of staff who began it
  CHECK (cart_id IS NULL OR client_id IS NULL)
) STRICT;
CREATE INDEX uploads_by_cart ON uploads (cart_id) WHERE cart_id IS NOT NULL;
CREATE INDEX uploads_by_client ON uploads (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX uploads_by_expiry ON uploads (expires);
CREATE INDEX uploads_by_heard ON uploads (heard); -- those that grow

-- How many bytes in tmp are on the disk, those of uploads under way included. It is asked before each piece of an upload, and adding
-- up would take longer the more somebody leaves there: whatever changes a row counts.
CREATE TABLE tmp_bytes (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
INSERT INTO tmp_bytes (id, bytes) VALUES (1, 0);
CREATE TRIGGER blobs_come AFTER INSERT ON blobs WHEN new.bucket = 'tmp' AND new.state <> 'missing' BEGIN
  UPDATE tmp_bytes SET bytes = bytes + coalesce(new.packed, new.size);
END;
CREATE TRIGGER blobs_change AFTER UPDATE OF bucket, size, packed, state ON blobs WHEN 'tmp' IN (old.bucket, new.bucket) BEGIN
  UPDATE tmp_bytes SET bytes = bytes + iif(new.bucket = 'tmp' AND new.state <> 'missing', coalesce(new.packed, new.size), 0)
    - iif(old.bucket = 'tmp' AND old.state <> 'missing', coalesce(old.packed, old.size), 0);
END;
CREATE TRIGGER blobs_go AFTER DELETE ON blobs WHEN old.bucket = 'tmp' AND old.state <> 'missing' BEGIN
  UPDATE tmp_bytes SET bytes = bytes - coalesce(old.packed, old.size);
END;
CREATE TRIGGER uploads_come AFTER INSERT ON uploads WHEN new.durable > 0 BEGIN
  UPDATE tmp_bytes SET bytes = bytes + new.durable;
END;
CREATE TRIGGER uploads_grow AFTER UPDATE OF durable ON uploads BEGIN
  UPDATE tmp_bytes SET bytes = bytes + new.durable - old.durable;
END;
CREATE TRIGGER uploads_go AFTER DELETE ON uploads WHEN old.durable > 0 BEGIN
  UPDATE tmp_bytes SET bytes = bytes - old.durable;
END;

-- A backup in progress: while one is here no file is unlinked.
CREATE TABLE backup_pins (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  at INTEGER NOT NULL
) STRICT;

-- Work to be done outside a transaction, at least once. A (kind, key) happens
-- only once, ever; key is NULL where it may happen again.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  kind TEXT NOT NULL CHECK (kind <> ''),
  key TEXT CHECK (key <> ''),
  payload TEXT NOT NULL CHECK (json_valid(payload)),
  state TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'done', 'dead')),
  run_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  last_error TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  started INTEGER,
  finished INTEGER,
  UNIQUE (kind, key),
  CHECK ((state IN ('done', 'dead')) = (finished IS NOT NULL))
) STRICT;
CREATE INDEX outbox_ready ON outbox (run_at, id) WHERE state = 'ready';
CREATE INDEX outbox_by_kind ON outbox (kind, started);
CREATE INDEX outbox_waiting ON outbox (kind, run_at) WHERE state IN ('ready', 'running');
CREATE INDEX outbox_finished ON outbox (finished) WHERE finished IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (finished, id) WHERE state = 'dead';

-- Each failed attempt at a task, for the person who has to find out why.
CREATE TABLE outbox_failures (
  task_id TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  error TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_failures_by_task ON outbox_failures (task_id, at);

-- The latest time the shop has seen. A machine that wakes up in another year
-- must not delete what then looks old: held says that a person has to agree.
CREATE TABLE clock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  highwater INTEGER NOT NULL,
  held TEXT NOT NULL DEFAULT '' CHECK (held IN ('', 'ahead', 'behind')),
  since INTEGER NOT NULL DEFAULT 0 -- the time the clock showed when it was held
) STRICT;

-- What the shop decides on its settings screen: one row, one JSON document (shop.Settings).
CREATE TABLE settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  answered INTEGER NOT NULL DEFAULT 0 CHECK (answered IN (0, 1)), -- the first-start questions
  updated INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1, -- of everything on the screen: the document, the keys, and the materials' prices
  changed_by TEXT NOT NULL DEFAULT '' -- the name of whoever saved them last
) STRICT;

-- Each version of the terms as customers read it. Orders name the one that was agreed to; none is ever changed.
CREATE TABLE terms (
  version TEXT PRIMARY KEY CHECK (version <> ''),
  title TEXT NOT NULL,
  paragraphs TEXT NOT NULL CHECK (json_valid(paragraphs)), -- with the days in them
  days TEXT NOT NULL CHECK (json_valid(days)), -- the table of retention that it promises: kind to days
  created INTEGER NOT NULL,
  changed_by TEXT NOT NULL DEFAULT '' -- the name of whoever wrote it, '' for the shop itself
) STRICT;

-- Keys that never leave the machine: link signing, Stripe. Never part of a reply.
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated INTEGER NOT NULL
) STRICT;

-- Gap-free series: the next number of each kind, taken in the transaction that uses it.
CREATE TABLE numbers (
  kind TEXT PRIMARY KEY, -- order, invoice, ...
  prefix TEXT NOT NULL,
  next INTEGER NOT NULL CHECK (next >= 1)
) STRICT;

-- A definition with overrides that prices are made for; physical printers belong to one.
CREATE TABLE machine_classes (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  definition TEXT NOT NULL, -- an id of buildplate printers
  overrides TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(overrides)),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  updated INTEGER NOT NULL DEFAULT 0,
  changed_by TEXT NOT NULL DEFAULT ''
) STRICT;

-- A machine on the shop's floor.
CREATE TABLE printers (
  id TEXT PRIMARY KEY,
  class_id TEXT NOT NULL REFERENCES machine_classes (id),
  name TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'MAINTENANCE', 'OFFLINE')),
  created INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  updated INTEGER NOT NULL DEFAULT 0,
  changed_by TEXT NOT NULL DEFAULT ''
) STRICT;

-- What customers choose from. Rates are exact decimals in the shop's currency per gram; what filament costs is apart from what it sells for.
-- The settings screen saves the rates, and what is offered, with everything else on it: one form, whose save names the
-- version of the settings. The version here counts those changes too, for whoever edits a material by itself; and who does
-- that counts the settings' version up, since the rates stand on that screen.
CREATE TABLE materials (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  profile TEXT NOT NULL, -- PLA, PETG, ABS, TPU: the layer of the settings stack
  note TEXT NOT NULL DEFAULT '',
  sell_per_gram TEXT NOT NULL,
  cost_per_gram TEXT NOT NULL,
  position INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INTEGER NOT NULL DEFAULT 1,
  updated INTEGER NOT NULL DEFAULT 0,
  changed_by TEXT NOT NULL DEFAULT ''
) STRICT;

-- Colours a material is offered in.
CREATE TABLE colours (
  id TEXT PRIMARY KEY,
  material_id TEXT NOT NULL REFERENCES materials (id),
  name TEXT NOT NULL,
  hex TEXT NOT NULL CHECK (hex GLOB '#[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]'),
  position INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INTEGER NOT NULL DEFAULT 1,
  updated INTEGER NOT NULL DEFAULT 0,
  changed_by TEXT NOT NULL DEFAULT '',
  UNIQUE (material_id, name)
) STRICT;

-- Whom the shop sells to. A guest's order makes a client of its own; rows merge only when the address is verified.
CREATE TABLE clients (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  verified INTEGER NOT NULL DEFAULT 0 CHECK (verified IN (0, 1)),
  created INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  updated INTEGER NOT NULL DEFAULT 0,
  changed_by TEXT NOT NULL DEFAULT ''
) STRICT;

-- People who log in: those who work here, and people of clients. Nobody is deleted: payments and the activity log refer
-- to them.
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('ADMIN', 'STAFF', 'CLIENT')),
  client_id TEXT REFERENCES clients (id),
  name TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  password TEXT NOT NULL, -- its hash, as account.passwords writes it; '' while there is none
  state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'INVITED', 'DISABLED', 'REMOVED')),
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), -- of name, role and state, which people edit
  seen INTEGER NOT NULL DEFAULT 0, -- when they last used the shop; 0: never
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL, -- when that was last changed
  changed_by TEXT REFERENCES users (id), -- NULL: the shop itself, or its command line
  CHECK ((role = 'CLIENT') = (client_id IS NOT NULL)),
  CHECK (state <> 'INVITED' OR password = '')
) STRICT;
CREATE UNIQUE INDEX users_email ON users (email) WHERE state <> 'REMOVED';
CREATE INDEX users_client ON users (client_id) WHERE client_id IS NOT NULL;

-- Who is logged in, and at which door: a session of one is none at the other. The token itself is only in the browser.
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  door TEXT NOT NULL CHECK (door IN ('shop', 'public')),
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);

-- From where people logged in with the password that they have, for as long as network addresses are kept.
CREATE TABLE login_addresses (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  address TEXT NOT NULL CHECK (address <> ''), -- as the door vouches for it; of IPv6, its /64
  seen INTEGER NOT NULL, -- when they last logged in from there
  PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX login_addresses_address ON login_addresses (address);
CREATE INDEX login_addresses_seen ON login_addresses (seen);

-- Links that work once and let somebody choose a password: the first admin, who is invited, who forgot it.
CREATE TABLE one_time_links (
  token_hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('set_up', 'invitation', 'reset')),
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE, -- whom it is for; at set-up there is nobody yet
  created_by TEXT REFERENCES users (id), -- NULL: the shop itself, or its command line
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  used INTEGER,
  CHECK ((purpose = 'set_up') = (user_id IS NULL))
) STRICT;
CREATE INDEX one_time_links_user ON one_time_links (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX one_time_links_expiry ON one_time_links (expires);

-- What a visitor has uploaded and not yet ordered.
CREATE TABLE carts (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL DEFAULT 1,
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  address TEXT NOT NULL DEFAULT '', -- where it was begun from, as far as the door vouches for it
  user_id TEXT REFERENCES users (id), -- the member of staff who works on it, if one does: its parts go first
  network48 TEXT NOT NULL DEFAULT '', -- the networks that its address counts by; '' where there are none
  network56 TEXT NOT NULL DEFAULT '',
  holds INTEGER NOT NULL DEFAULT 0 CHECK (holds IN (0, 1)), -- whether uploads, files or parts are in it: the others are not looked at
  replaces TEXT REFERENCES orders (id) ON DELETE SET NULL, -- the order whose parts came back into it, when its customer took that back to change it
  took_back INTEGER -- when; NULL: never
) STRICT;
CREATE INDEX carts_seen ON carts (seen);
CREATE INDEX carts_address ON carts (address) WHERE address <> '';
CREATE INDEX carts_empty ON carts (seen) WHERE holds = 0;
CREATE INDEX carts_of_address ON carts (address) WHERE holds = 1;
CREATE INDEX carts_of_network48 ON carts (network48) WHERE holds = 1;
CREATE INDEX carts_of_network56 ON carts (network56) WHERE holds = 1;
CREATE UNIQUE INDEX carts_replaces ON carts (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX carts_took_back ON carts (took_back) WHERE took_back IS NOT NULL;

-- Results of slicing by cache key: the same mesh with the same settings is sliced once.
CREATE TABLE slices (
  key TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
  result TEXT NOT NULL CHECK (json_valid(result)), -- shop.SliceFacts; for a failure its code and message
  gcode_blob TEXT REFERENCES blobs (id),
  created INTEGER NOT NULL,
  used INTEGER NOT NULL,
  CHECK ((state = 'done') = (gcode_blob IS NOT NULL))
) STRICT;
CREATE INDEX slices_used ON slices (used);
CREATE INDEX slices_blob ON slices (gcode_blob);

-- A model (or a photo, a STEP file) in a cart, with the choices made for it, and its pose: shop.Pose, NULL as its file has it.
-- Its slice is that of one copy, on which estimates rest while its plates are not sliced.
CREATE TABLE parts (
  id TEXT PRIMARY KEY,
  cart_id TEXT NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
  upload_id TEXT, -- the upload it came in with
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'review_file')),
  state TEXT NOT NULL CHECK (state IN ('inspecting', 'needs_units', 'queued', 'sliced', 'failed', 'review')),
  message TEXT NOT NULL DEFAULT '', -- what is wrong and what to do
  raw_blob TEXT NOT NULL REFERENCES blobs (id), -- the file as it came
  mesh_blob TEXT REFERENCES blobs (id), -- the mesh read from it, in the file's own unit
  mesh_hash TEXT NOT NULL DEFAULT '',
  inspection TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(inspection)),
  choices TEXT NOT NULL CHECK (json_valid(choices)),
  unit_answered INTEGER NOT NULL DEFAULT 0 CHECK (unit_answered IN (0, 1)),
  created INTEGER NOT NULL,
  pose TEXT CHECK (json_valid(pose)),
  slice_key TEXT NOT NULL DEFAULT '', -- of one copy; '' until it is known
  most INTEGER NOT NULL DEFAULT 0 CHECK (most >= 0) -- copies that may lie on a plate; 0: as many as fit
) STRICT;
CREATE INDEX parts_cart ON parts (cart_id, position);
CREATE INDEX parts_upload ON parts (upload_id);
CREATE INDEX parts_slice ON parts (slice_key) WHERE slice_key <> '';
CREATE INDEX parts_raw ON parts (raw_blob);
CREATE INDEX parts_mesh ON parts (mesh_blob);

-- Pictures of models as they lie, drawn by the shop: a PNG of 256 x 256 pixels, '' where there is nothing to see. They go with the last file of their mesh.
CREATE TABLE thumbnails (
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'), -- of the mesh
  pose TEXT NOT NULL, -- as a part's; '' as its file has it
  picture BLOB NOT NULL CHECK (length(picture) <= 131072),
  drawn INTEGER NOT NULL,
  PRIMARY KEY (sha256, pose)
) STRICT;
CREATE TRIGGER thumbnails_go AFTER UPDATE OF state ON blobs WHEN new.state = 'trash' AND old.state <> 'trash' BEGIN
  DELETE FROM thumbnails WHERE sha256 = new.sha256 AND NOT EXISTS (SELECT 1 FROM blobs WHERE sha256 = new.sha256 AND state = 'live');
END;

-- How the shop proposes to lay a mesh, best first after how its file has it, with what was found of it as it lies so. The same mesh is
-- looked at once. They go with its last file.
CREATE TABLE proposed_poses (
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'), -- of the mesh
  unit TEXT NOT NULL, -- in which it is drawn: shop.Unit
  support_angle REAL NOT NULL, -- by which it was inspected
  rank INTEGER NOT NULL CHECK (rank >= 0), -- 0 is how its file has it
  pose TEXT NOT NULL, -- as a part's; '' as its file has it
  score REAL NOT NULL, -- less is better
  inspection TEXT NOT NULL CHECK (json_valid(inspection)), -- '{}' where it cannot be said how it may lie
  PRIMARY KEY (sha256, unit, support_angle, rank)
) STRICT;
CREATE TRIGGER proposed_poses_go AFTER UPDATE OF state ON blobs WHEN new.state = 'trash' AND old.state <> 'trash' BEGIN
  DELETE FROM proposed_poses WHERE sha256 = new.sha256 AND NOT EXISTS (SELECT 1 FROM blobs WHERE sha256 = new.sha256 AND state = 'live');
END;

-- One-copy slices that are made of a sliced part in other poses while nobody waits: so that a choice among them has its price.
CREATE TABLE slices_ahead (
  part_id TEXT NOT NULL REFERENCES parts (id) ON DELETE CASCADE,
  pose TEXT NOT NULL, -- as a part's; '' as its file has it
  slice_key TEXT NOT NULL CHECK (slice_key <> ''),
  PRIMARY KEY (part_id, pose)
) STRICT;
CREATE INDEX slices_ahead_slice ON slices_ahead (slice_key);

-- What is to be made: its parts as they were ordered, where it goes, and the price that was agreed on, frozen.
CREATE TABLE orders (
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
  hold TEXT NOT NULL DEFAULT '', -- why its jobs must wait, in words: the models in held_models, or else its money
  created INTEGER NOT NULL,
  released INTEGER,
  completed INTEGER,
  closed INTEGER, -- cancelled or refused
  close_reason TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  updated INTEGER NOT NULL,
  changed_by TEXT NOT NULL DEFAULT '', -- the name of whoever did, '' for the shop itself and for customers
  keep_files INTEGER NOT NULL DEFAULT 0 CHECK (keep_files IN (0, 1)), -- the customer or staff asked to keep its models
  files_warned INTEGER, -- since when its page says that its models go; NULL: it does not
  files_gone INTEGER, -- when its models went by age; NULL: not yet
  held_models TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(held_models)), -- shop.HeldModel: what it waits for since other orders were refused with it
  money_hold TEXT NOT NULL DEFAULT '', -- what of its money it waits for, while hold says for which models
  replaces TEXT REFERENCES orders (id) ON DELETE SET NULL, -- the order that its customer took back to change it into this one
  CHECK ((state = 'COMPLETED') = (completed IS NOT NULL)),
  CHECK ((state IN ('CANCELLED', 'REFUSED')) = (closed IS NOT NULL)),
  CHECK ((state = 'REFUSED') = (review = 'REFUSED'))
) STRICT;
CREATE INDEX orders_created ON orders (created, id);
CREATE INDEX orders_state ON orders (state, created, id);
CREATE INDEX orders_review ON orders (state, review, created, id) WHERE review = 'REQUESTED';
CREATE INDEX orders_client ON orders (client_id);
CREATE INDEX orders_waiting ON orders (cart_id, id) WHERE state = 'OPEN' AND source = 'web' AND released IS NULL AND review <> 'APPROVED';
CREATE INDEX orders_files_due ON orders (coalesce(completed, closed), id) WHERE state <> 'OPEN' AND files_gone IS NULL AND keep_files = 0;
CREATE UNIQUE INDEX orders_replaces ON orders (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX orders_files_warned ON orders (files_warned, id) WHERE files_warned IS NOT NULL AND files_gone IS NULL;

-- One thing to be made: a part, its copies, its pose (as a part's), its price, and the slice that priced it.
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
  total INTEGER NOT NULL CHECK (total >= 0),
  pose TEXT CHECK (json_valid(pose)),
  mesh_hash TEXT NOT NULL DEFAULT '' -- of its mesh, as a part's; '' where nobody wrote it down
) STRICT;
CREATE INDEX order_items_order ON order_items (order_id, position);

-- The files of an order. The pair of client and blob keeps a row from pointing at another client's file.
CREATE TABLE order_files (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  item_id TEXT REFERENCES order_items (id) ON DELETE CASCADE,
  plate_id TEXT REFERENCES plates (id) ON DELETE CASCADE, -- of G-code
  kind TEXT NOT NULL CHECK (kind IN ('model', 'mesh', 'gcode', 'settings', 'review_file')),
  name TEXT NOT NULL,
  blob_id TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  remade INTEGER NOT NULL DEFAULT 0 CHECK (remade IN (0, 1)), -- by staff, in the place of what came with the order
  sent TEXT NOT NULL DEFAULT '' CHECK (sent = '' OR kind = 'mesh' AND length(sent) = 64 AND sent NOT GLOB '*[^0-9a-f]*'), -- SHA-256 of the file that a mesh was read from; '' where nobody wrote it down
  sent_as TEXT NOT NULL DEFAULT '', -- of what staff put in the place of another: how they called the file; '' of all else
  FOREIGN KEY (client_id, blob_id) REFERENCES blobs (client_id, id)
) STRICT;
CREATE INDEX order_files_order ON order_files (order_id);
CREATE INDEX order_files_item ON order_files (item_id);
CREATE INDEX order_files_plate ON order_files (plate_id) WHERE plate_id IS NOT NULL;

-- What was a file of an order, and was deleted by age or by staff: its name and hash stay.
CREATE TABLE deleted_files (
  id TEXT PRIMARY KEY, -- that it had among the order's files
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  item_id TEXT REFERENCES order_items (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind <> ''),
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  size INTEGER NOT NULL CHECK (size >= 0),
  deleted INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''), -- shop.DeletionReason
  sent_as TEXT NOT NULL DEFAULT '' -- as a file's
) STRICT;
CREATE INDEX deleted_files_order ON deleted_files (order_id);

-- Links for people: whoever holds the token sees the order. Only hashes are kept.
CREATE TABLE order_links (
  token_hash TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL, -- as long as the order's papers are kept
  revoked INTEGER,
  revoked_by TEXT NOT NULL DEFAULT '' -- the name of whoever revoked it
) STRICT;
CREATE INDEX order_links_order ON order_links (order_id);
CREATE INDEX order_links_expiry ON order_links (expires);

-- What is to be paid. A DRAFT has no number; payment or release issues it with the next one, and from then on it keeps
-- it. Most are for an order; an order may have one that counts and any number that are void.
CREATE TABLE invoices (
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
  changed_by TEXT NOT NULL DEFAULT '',
  CHECK ((number IS NULL) = (issued IS NULL)),
  CHECK (state NOT IN ('PENDING', 'PAID', 'WRITTEN_OFF') OR issued IS NOT NULL),
  CHECK (state <> 'DRAFT' OR issued IS NULL),
  CHECK ((state = 'VOID') = (voided IS NOT NULL)),
  CHECK ((tax_mode = 'NONE') <= (tax = 0))
) STRICT;
CREATE UNIQUE INDEX invoices_order ON invoices (order_id) WHERE state <> 'VOID';
CREATE INDEX invoices_of_order ON invoices (order_id, created);
CREATE INDEX invoices_client ON invoices (client_id);
CREATE INDEX invoices_unpaid ON invoices (order_id) WHERE state IN ('DRAFT', 'PENDING');
CREATE INDEX invoices_listed ON invoices (created, id) WHERE (number IS NOT NULL OR state = 'DRAFT');
CREATE INDEX invoices_state ON invoices (state, created, id) WHERE (number IS NOT NULL OR state = 'DRAFT');

-- What an invoice asks money for, in whole cents. A PRINT line is an item of the order at its price.
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

-- What an issued invoice was lowered by since: parts that were cancelled. Its lines and its total stay as they were; it asks for the
-- total without these, which never exceed it. One that was agreed on as copies left has their handover's id, and goes when that is undone.
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

-- What was owed for an invoice and given up: it is not asked for any more. One that was undone counts no more; an invoice has one at
-- most that stands.
CREATE TABLE write_offs (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  invoice_id TEXT NOT NULL REFERENCES invoices (id),
  amount INTEGER NOT NULL CHECK (amount >= 0), -- what was owed then
  reason TEXT NOT NULL CHECK (reason <> ''),
  user_id TEXT REFERENCES users (id),
  created INTEGER NOT NULL,
  undone INTEGER,
  undone_by TEXT REFERENCES users (id),
  undo_reason TEXT NOT NULL DEFAULT '',
  CHECK ((undone IS NULL) = (undo_reason = ''))
) STRICT;
CREATE INDEX write_offs_invoice ON write_offs (invoice_id, created);
CREATE UNIQUE INDEX write_offs_standing ON write_offs (invoice_id) WHERE undone IS NULL;

-- Each time that staff noted something of a payment as sent back: how much, how, and who did. Their refund has the sum, unless a
-- processor told of the same money since.
CREATE TABLE refund_notes (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payments (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  reference TEXT NOT NULL,
  user_id TEXT REFERENCES users (id), -- NULL: nobody wrote it down
  created INTEGER NOT NULL,
  undone INTEGER -- when it was taken back
) STRICT;
CREATE INDEX refund_notes_payment ON refund_notes (payment_id, created);

-- Intent to be paid by card: written before Stripe is called, so that a crash repeats the same call and never a second one.
CREATE TABLE checkout_sessions (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL REFERENCES invoices (id),
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  idem_key TEXT NOT NULL UNIQUE,
  params TEXT NOT NULL CHECK (json_valid(params)),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  livemode INTEGER CHECK (livemode IN (0, 1)),
  expires INTEGER NOT NULL,
  stripe_id TEXT UNIQUE,
  url TEXT NOT NULL DEFAULT '',
  payment_intent TEXT UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('intent', 'open', 'processing', 'paid', 'expired', 'failed')),
  checked INTEGER NOT NULL DEFAULT 0, -- when Stripe was last asked
  created INTEGER NOT NULL,
  UNIQUE (invoice_id, attempt)
) STRICT;
CREATE UNIQUE INDEX checkout_sessions_active ON checkout_sessions (invoice_id) WHERE state IN ('intent', 'open', 'processing');

-- Everything Stripe told us, once per event id.
CREATE TABLE webhook_events (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  created INTEGER NOT NULL,
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  api_version TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('applied', 'ignored', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 1,
  error TEXT NOT NULL DEFAULT '',
  received INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_events_failed ON webhook_events (received, id) WHERE state = 'failed';
CREATE INDEX webhook_events_for_people ON webhook_events (received, id) WHERE state = 'failed' AND error <> 'its payment is not known yet';

-- What Stripe calls charges, refunds and whatever else it told of, and the payment intent that each is of: people search for them.
CREATE TABLE stripe_ids (
  id TEXT PRIMARY KEY,
  intent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER webhook_events_name AFTER INSERT ON webhook_events WHEN json_valid(new.payload) BEGIN
  INSERT INTO stripe_ids (id, intent) SELECT n.id, n.intent FROM (
    SELECT x.value AS id, coalesce(new.payload ->> '$.data.object.payment_intent.id', new.payload ->> '$.data.object.payment_intent', new.payload ->> '$.data.object.id') AS intent FROM (
      SELECT value FROM json_each(json_array(new.payload ->> '$.data.object.id', coalesce(new.payload ->> '$.data.object.charge.id', new.payload ->> '$.data.object.charge'),
        coalesce(new.payload ->> '$.data.object.latest_charge.id', new.payload ->> '$.data.object.latest_charge')))
      UNION SELECT new.payload ->> (fullkey || '.id') FROM json_each(new.payload, '$.data.object.refunds.data')) x) n
    WHERE n.id <> n.intent ON CONFLICT DO NOTHING;
END;

-- Money received. Counts toward the balance when settled; a duplicate, a mismatch, or money that fits no invoice is
-- unapplied until a person accepts it or says that it was sent back. What was entered by mistake is reversed.
CREATE TABLE payments (
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
  undone INTEGER NOT NULL DEFAULT 0 CHECK (undone >= 0), -- what its version keeps of what is undone
  UNIQUE (processor, processor_id),
  CHECK (state <> 'settled' OR invoice_id IS NOT NULL),
  CHECK (state <> 'returned' OR decided IS NOT NULL)
) STRICT;
CREATE INDEX payments_invoice ON payments (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_unapplied ON payments (created, id) WHERE state IN ('duplicate', 'needs_review');
CREATE INDEX payments_without_invoice ON payments (created, id) WHERE invoice_id IS NULL;

-- What rounding to the smallest coin added to an invoice, or took from it, when it was paid off in cash.
CREATE TABLE cash_roundings (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL REFERENCES invoices (id),
  payment_id TEXT NOT NULL UNIQUE REFERENCES payments (id),
  amount INTEGER NOT NULL CHECK (amount BETWEEN -2 AND 2 AND amount <> 0),
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX cash_roundings_invoice ON cash_roundings (invoice_id);

-- A payment that was entered by mistake: it counts no more, and keeps its row.
CREATE TABLE payment_reversals (
  payment_id TEXT PRIMARY KEY REFERENCES payments (id),
  reason TEXT NOT NULL CHECK (reason <> ''),
  user_id TEXT REFERENCES users (id),
  created INTEGER NOT NULL
) STRICT;

-- Money sent back: as Stripe's cumulative figure says it, of which the newest stands without what failed since, or as staff
-- noted it (processor 'hand', for a payment once). What of it gave back more than a surplus is a question to staff until it is
-- lowered (the order costs less) or owed (the customer is to pay it again).
CREATE TABLE refunds (
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
  seen INTEGER NOT NULL DEFAULT 0, -- when the processor said the amount; 0: it is staff's
  UNIQUE (processor, processor_id),
  CHECK (lowered + owed <= amount)
) STRICT;
CREATE INDEX refunds_invoice ON refunds (invoice_id);
CREATE INDEX refunds_payment ON refunds (payment_id);
CREATE INDEX refunds_open ON refunds (invoice_id) WHERE amount > lowered + owed;

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

-- What is to be sent back of a payment: all of it, because its order was closed after it was paid, or what of it is more than its
-- order's invoice asks.
CREATE TABLE refunds_due (
  payment_id TEXT PRIMARY KEY REFERENCES payments (id),
  order_id TEXT NOT NULL REFERENCES orders (id),
  amount INTEGER NOT NULL CHECK (amount > 0), -- when it became due
  state TEXT NOT NULL CHECK (state IN ('open', 'done')),
  reference TEXT NOT NULL DEFAULT '', -- how it was sent back, in staff's words
  user_id TEXT REFERENCES users (id), -- who noted it; NULL: the shop itself
  created INTEGER NOT NULL,
  done INTEGER,
  keeps INTEGER NOT NULL DEFAULT 0 CHECK (keeps >= 0), -- what of the payment is not to be sent back
  CHECK ((state = 'done') = (done IS NOT NULL))
) STRICT;
CREATE INDEX refunds_due_order ON refunds_due (order_id);
CREATE INDEX refunds_due_open ON refunds_due (created, payment_id) WHERE state = 'open';
CREATE INDEX refunds_due_done ON refunds_due (done DESC, payment_id) WHERE state = 'done';

-- A cardholder disputes a payment: its jobs wait.
CREATE TABLE disputes (
  id TEXT PRIMARY KEY, -- Stripe's
  payment_id TEXT REFERENCES payments (id),
  invoice_id TEXT REFERENCES invoices (id),
  amount INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'won', 'lost')),
  funds_withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (funds_withdrawn IN (0, 1)),
  seen INTEGER NOT NULL, -- created time of the newest event applied
  created INTEGER NOT NULL
, evidence_due INTEGER) STRICT;
CREATE INDEX disputes_invoice ON disputes (invoice_id);
CREATE INDEX disputes_payment ON disputes (payment_id);

-- What an admin decided about money that counted and that a cardholder's bank took back for good: the customer is asked for it again,
-- or the shop carries the loss. One that was undone counts no more; a dispute has one at most that stands.
CREATE TABLE dispute_answers (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  answer TEXT NOT NULL CHECK (answer IN ('owed', 'borne')),
  amount INTEGER NOT NULL CHECK (amount >= 0), -- of the dispute's, what had not been sent back otherwise
  reason TEXT NOT NULL CHECK (reason <> ''),
  user_id TEXT REFERENCES users (id), -- NULL: nobody wrote it down
  created INTEGER NOT NULL,
  undone INTEGER,
  undone_by TEXT REFERENCES users (id), -- NULL: the bank, which thought again
  undo_reason TEXT NOT NULL DEFAULT '',
  surplus INTEGER NOT NULL DEFAULT 0 CHECK (surplus >= 0), -- asked for again: what had been paid too much then, and was still to go back
  refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0), -- and what had gone back of too much, which is owed again with it
  CHECK ((undone IS NULL) = (undo_reason = ''))
) STRICT;
CREATE INDEX disputes_lost ON disputes (payment_id) WHERE state = 'lost';
CREATE INDEX dispute_answers_dispute ON dispute_answers (dispute_id, created);
CREATE UNIQUE INDEX dispute_answers_standing ON dispute_answers (dispute_id) WHERE undone IS NULL;

-- How far a reading has come: that of Stripe's event list; and when the search was last made to be written anew, for what is found since.
CREATE TABLE cursors (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;

-- Copies that are made in one run: sliced together and priced, or laid out by staff. In a cart its rows name parts, in an
-- order items. One without a slice is made elsewhere; in a cart it may yet get one.
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
  -- What one run takes, of a plate of an order: as sliced, or as G-code says that staff attached.
  seconds REAL NOT NULL DEFAULT 0 CHECK (seconds >= 0),
  grams REAL NOT NULL DEFAULT 0 CHECK (grams >= 0), -- of the models
  support_grams REAL NOT NULL DEFAULT 0 CHECK (support_grams >= 0),
  layers INTEGER NOT NULL DEFAULT 0 CHECK (layers >= 0),
  gcode_sha256 TEXT NOT NULL DEFAULT '',
  CHECK (cart_id IS NULL OR order_id IS NULL)
) STRICT;
CREATE INDEX plates_order ON plates (order_id, position);
CREATE INDEX plates_cart ON plates (cart_id, position);
CREATE INDEX plates_slice ON plates (slice_key) WHERE cart_id IS NOT NULL;

-- What lies on a plate, and where.
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

-- A plate on its way through the shop. What of it is done, failed and owed are sums over its attempts. It is completed when all
-- copies of its items have left; SHIPPED is of before there were handovers, and no job's any more.
CREATE TABLE jobs (
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
  updated INTEGER NOT NULL,
  shelf TEXT NOT NULL DEFAULT '' -- where its copies lie, once they are packed
) STRICT;
CREATE INDEX jobs_state ON jobs (state, position);
CREATE INDEX jobs_printer ON jobs (printer_id, position, id) WHERE printer_id IS NOT NULL;
CREATE INDEX jobs_shelf ON jobs (shelf) WHERE shelf <> '';
CREATE INDEX jobs_position ON jobs (position, id);
CREATE INDEX jobs_done ON jobs (position, id) WHERE state IN ('COMPLETED', 'CANCELLED');
CREATE INDEX jobs_active ON jobs ((CASE priority WHEN 'URGENT' THEN 0 WHEN 'FAST_TRACK' THEN 1 ELSE 2 END), position, id) WHERE state NOT IN ('COMPLETED', 'CANCELLED');

-- One time that a job was made, or was tried to be.
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

-- What was on an attempt and what came of it, item by item. What is neither good nor failed is still to be made.
CREATE TABLE attempt_items (
  attempt_id TEXT NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  item_id TEXT NOT NULL REFERENCES order_items (id) ON DELETE CASCADE,
  copies INTEGER NOT NULL, -- that were on it: what was owed when it began
  good INTEGER NOT NULL DEFAULT 0 CHECK (good >= 0),
  failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
  PRIMARY KEY (attempt_id, item_id),
  CHECK (good + failed <= copies)
) STRICT;
CREATE INDEX attempt_items_item ON attempt_items (item_id);

-- Copies that left the shop together: somebody collected them, or they went as one parcel. An order has as many as it needs.
-- One that was noted by mistake is undone, and counts no more.
CREATE TABLE handovers (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('COLLECTED', 'SENT')),
  collected_by TEXT NOT NULL DEFAULT '',
  carrier TEXT NOT NULL DEFAULT '',
  tracking_number TEXT NOT NULL DEFAULT '',
  unpaid_reason TEXT NOT NULL DEFAULT '', -- why it left before it was paid, in an admin's words
  note TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  user_id TEXT REFERENCES users (id), -- who gave it away; NULL: nobody wrote it down
  handed_by TEXT NOT NULL DEFAULT '', -- their name at the time
  undone INTEGER,
  undone_by TEXT NOT NULL DEFAULT '',
  undo_reason TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  changed_by TEXT NOT NULL DEFAULT '',
  updated INTEGER NOT NULL,
  CHECK (kind = 'SENT' OR carrier = '' AND tracking_number = ''),
  CHECK (kind = 'COLLECTED' OR collected_by = ''),
  CHECK ((undone IS NULL) = (undo_reason = ''))
) STRICT;
CREATE INDEX handovers_order ON handovers (order_id, at);

-- How many copies of an item a handover holds.
CREATE TABLE handover_items (
  handover_id TEXT NOT NULL REFERENCES handovers (id) ON DELETE CASCADE,
  item_id TEXT NOT NULL REFERENCES order_items (id) ON DELETE CASCADE,
  copies INTEGER NOT NULL CHECK (copies >= 1),
  PRIMARY KEY (handover_id, item_id)
) STRICT;
CREATE INDEX handover_items_item ON handover_items (item_id);

-- What staff refused and deleted does not come back: by each order that was refused with it, whose refusal outlives it. A model is
-- refused while one of them stands.
CREATE TABLE refused_models (
  order_number TEXT NOT NULL,
  file_sha256 TEXT NOT NULL CHECK (length(file_sha256) = 64 AND file_sha256 NOT GLOB '*[^0-9a-f]*'), -- of the file as it was sent, with which it is accepted again; of a mesh of which that is not known, its own
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'), -- of that file, or of a mesh read from it
  name TEXT NOT NULL, -- as the customer called it; '' where nobody knows any more what of the order came together
  reason TEXT NOT NULL,
  refused_by TEXT NOT NULL DEFAULT '', -- their name at the time; '' where nobody wrote it down
  created INTEGER NOT NULL,
  PRIMARY KEY (sha256, file_sha256, order_number)
) STRICT;
CREATE INDEX refused_models_order ON refused_models (order_number);
CREATE INDEX refused_models_file ON refused_models (file_sha256);
CREATE INDEX refused_models_listed ON refused_models (created, sha256, order_number) WHERE sha256 = file_sha256;

-- Who did what to what; the sentence is made when it is read. Outlives what it tells of.
CREATE TABLE activity (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  user_id TEXT REFERENCES users (id),
  who TEXT NOT NULL, -- their name at the time
  verb TEXT NOT NULL CHECK (verb <> ''), -- shop.Verb
  object_kind TEXT NOT NULL CHECK (object_kind <> ''), -- shop.ObjectKind
  object_id TEXT NOT NULL DEFAULT '', -- '' for the shop itself
  order_id TEXT, -- the order whose page shows it
  params TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(params)), -- shop.ActivityParams: what its sentence is made of
  address TEXT NOT NULL DEFAULT '', -- where it was asked for, as far as the door vouches for it; '' once it is older than the settings say
  CHECK ((object_kind = 'shop') = (object_id = ''))
) STRICT;
CREATE INDEX activity_order ON activity (order_id, at);
CREATE INDEX activity_at ON activity (at, id);
CREATE INDEX activity_address ON activity (at) WHERE address <> '';

-- What can be searched for: a row for each thing that has a place in the index, and what the index has of it. Each kind has
-- a range of rows of its own, in the order in which its things came.
CREATE TABLE search_docs (
  doc INTEGER PRIMARY KEY, -- the row of the index
  kind TEXT NOT NULL CHECK (kind <> ''), -- order, invoice, client, ...
  id TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;

-- The index itself: any three letters in a row, of numbers, names, addresses, phones and files, and marks of three characters
-- each: of what numbers and names begin with, and of the tabs of a list.
CREATE VIRTUAL TABLE search USING fts5(text, content='', contentless_delete=1, tokenize='trigram remove_diacritics 1');

-- What staff must know of until it is over: open exactly while its cause is there.
CREATE TABLE alarms (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind <> ''), -- shop.AlarmKind
  object_kind TEXT NOT NULL CHECK (object_kind <> ''), -- shop.ObjectKind
  object_id TEXT NOT NULL DEFAULT '', -- '' for the shop itself
  params TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(params)), -- shop.AlarmParams: what its message is made of
  raised INTEGER NOT NULL,
  cleared INTEGER,
  CHECK ((object_kind = 'shop') = (object_id = ''))
) STRICT;
CREATE UNIQUE INDEX alarms_open ON alarms (kind, object_kind, object_id) WHERE cleared IS NULL;
CREATE INDEX alarms_of_the_shop ON alarms (raised, id) WHERE cleared IS NULL AND object_kind = 'shop';
CREATE INDEX alarms_of_objects ON alarms (raised, id) WHERE cleared IS NULL AND object_kind <> 'shop';
CREATE INDEX alarms_cleared ON alarms (cleared) WHERE cleared IS NOT NULL;
