-- Times had two ways to be named. They are milliseconds in every table, so no name has to say it.
ALTER TABLE blobs RENAME COLUMN created_ms TO created;
ALTER TABLE blobs RENAME COLUMN expires_ms TO expires;
ALTER TABLE blobs RENAME COLUMN trash_ms TO trashed;
ALTER TABLE blobs RENAME COLUMN checked_ms TO checked;
ALTER TABLE delete_queue RENAME COLUMN not_before_ms TO not_before;
ALTER TABLE uploads RENAME COLUMN created_ms TO created;
ALTER TABLE uploads RENAME COLUMN expires_ms TO expires;
ALTER TABLE backup_pins RENAME COLUMN at_ms TO at;
ALTER TABLE outbox RENAME COLUMN run_at_ms TO run_at;
ALTER TABLE outbox RENAME COLUMN created_ms TO created;
ALTER TABLE outbox RENAME COLUMN started_ms TO started;
ALTER TABLE outbox RENAME COLUMN finished_ms TO finished;
ALTER TABLE outbox_failures RENAME COLUMN at_ms TO at;
ALTER TABLE clock RENAME COLUMN highwater_ms TO highwater;
ALTER TABLE clock RENAME COLUMN since_ms TO since;
