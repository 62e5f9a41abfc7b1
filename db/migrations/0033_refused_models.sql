-- Which file a mesh of an order was read from is kept with it: the models of an archive are items of their own, its file is one's.
ALTER TABLE order_files ADD COLUMN sent TEXT NOT NULL DEFAULT '' CHECK (sent = '' OR kind = 'mesh' AND length(sent) = 64 AND sent NOT GLOB '*[^0-9a-f]*');

-- A model is refused by each order that was refused with it, under the name that it had there.
CREATE TABLE refused_models (
  order_number TEXT NOT NULL,
  file_sha256 TEXT NOT NULL CHECK (length(file_sha256) = 64 AND file_sha256 NOT GLOB '*[^0-9a-f]*'),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  name TEXT NOT NULL,
  reason TEXT NOT NULL,
  refused_by TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  PRIMARY KEY (sha256, file_sha256, order_number)
) STRICT;
CREATE INDEX refused_models_file ON refused_models (file_sha256);
CREATE INDEX refused_models_listed ON refused_models (created, sha256, order_number) WHERE sha256 = file_sha256;

-- What is refused today and came with an order that was refused with its files, in whichever of them it was noted; and of an order of
-- which the deletion of files goes on, what was still to be noted then.
CREATE TABLE refused_files AS
  SELECT o.id AS order_id, o.number, f.item_id, f.kind, coalesce(nullif(iif(f.kind = 'mesh', i.name, f.name), ''), f.name) AS name, f.sha256,
    coalesce(x.reason, o.close_reason) AS reason, coalesce(x.created, o.closed, o.updated) AS created,
    coalesce((SELECT a.who FROM activity a WHERE a.order_id = o.id AND a.verb = 'order_refused' ORDER BY a.at DESC LIMIT 1), '') AS refused_by
  FROM (
    SELECT f.order_id, f.item_id, f.kind, f.name, b.sha256, 'refused' AS reason FROM order_files f JOIN blobs b ON b.id = f.blob_id
      WHERE f.remade = 0 AND f.order_id IN (SELECT key FROM outbox WHERE kind = 'delete.refused' AND state <> 'done')
    UNION ALL SELECT order_id, item_id, kind, name, sha256, reason FROM deleted_files
  ) f JOIN orders o ON o.id = f.order_id LEFT JOIN order_items i ON i.id = f.item_id LEFT JOIN banned_files x ON x.sha256 = f.sha256 AND x.order_number = o.number
  WHERE f.kind IN ('model', 'review_file', 'mesh') AND (x.sha256 IS NOT NULL OR f.reason = 'refused' AND o.state = 'REFUSED' AND (
    EXISTS (SELECT 1 FROM banned_files y WHERE y.sha256 = f.sha256 AND y.created <= coalesce(o.closed, o.updated)) -- noted later: that of before had been lifted
    OR EXISTS (SELECT 1 FROM outbox t WHERE t.kind = 'delete.refused' AND t.key = o.id AND t.state <> 'done' AND coalesce(t.payload ->> 'ban', '') <> ''
      AND EXISTS (SELECT 1 FROM order_files l JOIN blobs b ON b.id = l.blob_id WHERE l.order_id = o.id AND b.sha256 = f.sha256))));
CREATE INDEX refused_files_by_item ON refused_files (item_id);
INSERT INTO refused_models (order_number, file_sha256, sha256, name, reason, refused_by, created)
  SELECT number, sha256, sha256, min(name), reason, refused_by, created FROM refused_files WHERE kind <> 'mesh' GROUP BY number, sha256;
INSERT INTO refused_models (order_number, file_sha256, sha256, name, reason, refused_by, created)
  SELECT m.number, coalesce((SELECT min(f.sha256) FROM refused_files f WHERE f.item_id = m.item_id AND f.kind <> 'mesh'), m.sha256) AS file, m.sha256, min(m.name), m.reason, m.refused_by, m.created
  FROM refused_files m WHERE m.kind = 'mesh' GROUP BY m.number, file, m.sha256 ON CONFLICT DO NOTHING;

-- Of what is left nobody knows any more what it was called, or what of its order came together: that is accepted again together.
INSERT INTO refused_models (order_number, file_sha256, sha256, name, reason, created)
  SELECT order_number, min(sha256) OVER (PARTITION BY order_number), sha256, '', reason, created FROM banned_files x
  WHERE NOT EXISTS (SELECT 1 FROM refused_models y WHERE y.sha256 = x.sha256 AND y.order_number = x.order_number);
DROP TABLE refused_files;
DROP TABLE banned_files;

-- Those deletions only delete from now on.
UPDATE outbox SET payload = json_remove(payload, '$.ban') WHERE kind = 'delete.refused' AND state <> 'done';
