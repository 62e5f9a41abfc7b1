-- A cart's parts lie on plates as an order's items do: one plate for each, of one copy, run as often as there are copies.
-- Which slice a part waits for is now said by its plate. A shop had one class of machines so far.
INSERT INTO plates (id, cart_id, origin, position, slice_key, runs, created)
  SELECT id, cart_id, 'priced', position, slice_key, max(coalesce(choices ->> 'copies', 1), 1), created FROM parts;
INSERT INTO plate_items (plate_id, part_id, copies) SELECT id, id, 1 FROM parts;
UPDATE plates SET class_id = (SELECT id FROM machine_classes WHERE active ORDER BY created LIMIT 1) WHERE slice_key <> '';
ALTER TABLE parts DROP COLUMN slice_key;
CREATE INDEX plates_slice ON plates (slice_key) WHERE cart_id IS NOT NULL;
