-- A cart's parts lie on plates as an order's items do: one plate for each, of one copy, run as often as there are copies.
-- Which slice a part waits for is now said by its plate. A shop had one class of machines so far.
INSERT INTO plates (id, cart_id, origin, position, slice_key, runs, created)
  SELECT id, cart_id, 'priced', position, slice_key, max(coalesce(choices ->> 'copies', 1), 1), created FROM parts;
UPDATE plates SET class_id = (SELECT id FROM machine_classes WHERE active ORDER BY created LIMIT 1) WHERE slice_key <> '';
CREATE INDEX plates_slice ON plates (slice_key) WHERE cart_id IS NOT NULL;

-- Whether a slice has begun is known to the queue alone: a part that says so was queued.
CREATE TABLE parts_new (
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
  created INTEGER NOT NULL
) STRICT;
INSERT INTO parts_new (id, cart_id, upload_id, position, name, kind, state, message, raw_blob, mesh_blob, mesh_hash, inspection, choices, unit_answered, created)
  SELECT id, cart_id, upload_id, position, name, kind, iif(state = 'slicing', 'queued', state), message, raw_blob, mesh_blob, mesh_hash, inspection, choices, unit_answered, created FROM parts;
DROP TABLE parts;
ALTER TABLE parts_new RENAME TO parts;
CREATE INDEX parts_cart ON parts (cart_id, position);
CREATE INDEX parts_upload ON parts (upload_id);
CREATE INDEX parts_raw ON parts (raw_blob);
CREATE INDEX parts_mesh ON parts (mesh_blob);
INSERT INTO plate_items (plate_id, part_id, copies) SELECT id, id, 1 FROM parts;
