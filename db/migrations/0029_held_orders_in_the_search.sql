-- Staff's list of orders has a tab for those whose customer waits to hear from the shop: on hold, and not only until it is paid, or
-- all of its jobs cancelled. The search marks them, before their mark of being open.
CREATE TEMP TABLE held AS SELECT o.id FROM orders o
  WHERE o.state = 'OPEN' AND (o.hold NOT IN ('', 'It was paid, and is not any more.')
    OR EXISTS (SELECT 1 FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state <> 'CANCELLED'));
UPDATE search_docs SET text = replace(text, char(2) || 'op', char(2) || 'he' || char(2) || 'op') WHERE kind = 'order' AND id IN (SELECT id FROM held);
DELETE FROM search WHERE rowid IN (SELECT doc FROM search_docs WHERE kind = 'order' AND id IN (SELECT id FROM held));
INSERT INTO search (rowid, text) SELECT doc, text FROM search_docs WHERE kind = 'order' AND id IN (SELECT id FROM held);
DROP TABLE held;
