-- A file may be kept compressed: name, size and hash are those of what was put in, and what it takes on the disk is apart.
-- Files that are there already stay as they are.
ALTER TABLE blobs ADD COLUMN packed INTEGER CHECK (packed >= 0); -- bytes on the disk where the file is kept compressed; NULL: it is kept as it is
DROP INDEX blobs_in_tmp;
CREATE INDEX blobs_in_tmp ON blobs (state, size, packed) WHERE bucket = 'tmp'; -- summed up for each piece of an upload

-- Which member of staff works on a cart: its parts go first.
ALTER TABLE carts ADD COLUMN user_id TEXT REFERENCES users (id);
