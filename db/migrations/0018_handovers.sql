-- What leaves the shop is copies, in as many handovers as an order needs; a job is completed when all its copies have left.
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

ALTER TABLE jobs ADD COLUMN shelf TEXT NOT NULL DEFAULT ''; -- where its copies lie, once they are packed
CREATE INDEX jobs_shelf ON jobs (shelf) WHERE shelf <> '';

-- What was shipped or completed has left, all of it; to whom, and with which number, nobody wrote down.
INSERT INTO handovers (id, order_id, kind, note, at, updated)
  SELECT o.id, o.id, iif(o.delivery ->> 'method' = 'ship', 'SENT', 'COLLECTED'), 'before the upgrade', max(coalesce(j.completed, j.updated)), max(j.updated)
  FROM orders o JOIN plates p ON p.order_id = o.id JOIN jobs j ON j.plate_id = p.id WHERE j.state IN ('SHIPPED', 'COMPLETED') GROUP BY o.id;
INSERT INTO handover_items (handover_id, item_id, copies)
  SELECT i.order_id, i.id, sum(p.runs * pi.copies) FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id JOIN order_items i ON i.id = pi.item_id
  WHERE j.state IN ('SHIPPED', 'COMPLETED') GROUP BY i.id;
UPDATE jobs SET state = 'COMPLETED', completed = updated WHERE state = 'SHIPPED';
UPDATE orders SET state = 'COMPLETED', completed = (SELECT max(j.completed) FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = orders.id)
  WHERE state = 'OPEN' AND EXISTS (SELECT 1 FROM handovers WHERE order_id = orders.id)
  AND NOT EXISTS (SELECT 1 FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = orders.id AND j.state NOT IN ('COMPLETED', 'CANCELLED'));
