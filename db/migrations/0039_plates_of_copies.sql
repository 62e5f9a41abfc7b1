-- Copies are laid out and sliced together. A part keeps what one copy of it is sliced as, on which estimates rest, and how many copies
-- may lie on a plate where fewer have to than fit; a plate of an order keeps what one run of it takes. What was ordered before has one
-- copy's slice on its plate, which is run for each copy.
ALTER TABLE parts ADD COLUMN slice_key TEXT NOT NULL DEFAULT '';
ALTER TABLE parts ADD COLUMN most INTEGER NOT NULL DEFAULT 0 CHECK (most >= 0);
UPDATE parts SET slice_key = coalesce((SELECT l.slice_key FROM plate_items pi JOIN plates l ON l.id = pi.plate_id WHERE pi.part_id = parts.id), '');
CREATE INDEX parts_slice ON parts (slice_key) WHERE slice_key <> '';

-- What waits in carts is laid out anew.
UPDATE parts SET state = 'queued' WHERE state = 'sliced' AND choices ->> 'copies' > 1 AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = parts.cart_id);

ALTER TABLE plates ADD COLUMN seconds REAL NOT NULL DEFAULT 0 CHECK (seconds >= 0);
ALTER TABLE plates ADD COLUMN grams REAL NOT NULL DEFAULT 0 CHECK (grams >= 0);
ALTER TABLE plates ADD COLUMN support_grams REAL NOT NULL DEFAULT 0 CHECK (support_grams >= 0);
ALTER TABLE plates ADD COLUMN layers INTEGER NOT NULL DEFAULT 0 CHECK (layers >= 0);
ALTER TABLE plates ADD COLUMN gcode_sha256 TEXT NOT NULL DEFAULT '';
UPDATE plates SET seconds = max(coalesce(i.result ->> 'seconds', 0), 0), grams = max(coalesce(i.result ->> 'grams', 0), 0), support_grams = max(coalesce(i.result ->> 'support_grams', 0), 0),
  layers = max(coalesce(i.result ->> 'layers', 0), 0), gcode_sha256 = i.gcode_sha256
  FROM plate_items pi JOIN order_items i ON i.id = pi.item_id WHERE pi.plate_id = plates.id;

-- The limit of hours was of a whole order; now it is of a run, and all runs of an order have another.
UPDATE settings SET doc = json_set(doc, '$.pay_limit_all_hours', max(100, coalesce(doc ->> 'pay_limit_hours', 0)));
