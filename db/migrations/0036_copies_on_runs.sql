-- A run keeps how many copies of an item were on it, also where none came of it. Until now that was worked out: what the good
-- copies of the runs that ended before had left to make, and never less than what came of it.

-- A run under way of a job that is not at a printer: it was recorded while nothing was owed, which left it open.
UPDATE attempts SET ended = (SELECT updated FROM jobs WHERE id = job_id), reason = 'stopped', resumed = NULL
  WHERE ended IS NULL AND (SELECT state FROM jobs WHERE id = job_id) NOT IN ('PRINTING', 'PAUSED');

CREATE TABLE attempt_items_new (
  attempt_id TEXT NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  item_id TEXT NOT NULL REFERENCES order_items (id) ON DELETE CASCADE,
  copies INTEGER NOT NULL, -- that were on it: what was owed when it began
  good INTEGER NOT NULL DEFAULT 0 CHECK (good >= 0),
  failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
  PRIMARY KEY (attempt_id, item_id),
  CHECK (good + failed <= copies)
) STRICT;
INSERT INTO attempt_items_new (attempt_id, item_id, copies, good, failed)
  SELECT attempt_id, item_id, max(ordered - good_before, good + failed), good, failed FROM (
    SELECT a.id AS attempt_id, pi.item_id, p.runs * pi.copies AS ordered, coalesce(x.good, 0) AS good, coalesce(x.failed, 0) AS failed,
      coalesce(sum(x.good) OVER (PARTITION BY a.job_id, pi.item_id ORDER BY a.ended IS NULL, a.ended, a.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS good_before
    FROM attempts a JOIN jobs j ON j.id = a.job_id JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id
    LEFT JOIN attempt_items x ON x.attempt_id = a.id AND x.item_id = pi.item_id);
DROP TABLE attempt_items;
ALTER TABLE attempt_items_new RENAME TO attempt_items;
CREATE INDEX attempt_items_item ON attempt_items (item_id);
