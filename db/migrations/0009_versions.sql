-- What people save names the version that it was made from, and who was quicker is told by name.
ALTER TABLE settings ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE settings ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';

-- The board asks each plate for its G-code.
CREATE INDEX order_files_plate ON order_files (plate_id) WHERE plate_id IS NOT NULL;
