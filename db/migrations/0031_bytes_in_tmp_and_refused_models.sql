-- What is in tmp as a whole is counted as it changes: adding it up before each piece of an upload took longer the more was there.
DROP INDEX blobs_in_tmp;
CREATE INDEX uploads_by_heard ON uploads (heard);
CREATE TABLE tmp_bytes (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
INSERT INTO tmp_bytes (id, bytes) SELECT 1,
  coalesce((SELECT sum(coalesce(packed, size)) FROM blobs WHERE bucket = 'tmp' AND state <> 'missing'), 0) + coalesce((SELECT sum(durable) FROM uploads), 0);
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
-- The list of refused models is read page by page, and a model with what came with it.
CREATE INDEX banned_files_created ON banned_files (created, sha256);
CREATE INDEX banned_files_order ON banned_files (order_number, sha256);
