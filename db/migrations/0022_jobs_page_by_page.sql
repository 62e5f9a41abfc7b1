-- The list of jobs is read page by page: the active ones as they are to be made, the others newest first, of all printers or
-- of one.
DROP INDEX jobs_printer;
CREATE INDEX jobs_printer ON jobs (printer_id, position, id) WHERE printer_id IS NOT NULL;
CREATE INDEX jobs_position ON jobs (position, id);
CREATE INDEX jobs_done ON jobs (position, id) WHERE state IN ('COMPLETED', 'CANCELLED');
CREATE INDEX jobs_active ON jobs ((CASE priority WHEN 'URGENT' THEN 0 WHEN 'FAST_TRACK' THEN 1 ELSE 2 END), position, id) WHERE state NOT IN ('COMPLETED', 'CANCELLED');

-- A job is printed when its good copies are all there: while copies are owed it is back in the queue.
UPDATE jobs SET state = 'IN_QUEUE' WHERE state IN ('PRINTING_COMPLETE', 'POST_PROCESSING', 'PACKAGING') AND EXISTS (
  SELECT 1 FROM plates p JOIN plate_items pi ON pi.plate_id = p.id
  WHERE p.id = jobs.plate_id AND p.runs * pi.copies > coalesce((SELECT sum(good) FROM attempt_items WHERE item_id = pi.item_id), 0));
