-- When the last piece of an upload came (its beginning, before the first), and which member of staff began it. Until now an
-- upload was given up a day after its last piece.
ALTER TABLE uploads ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
ALTER TABLE uploads ADD COLUMN user_id TEXT REFERENCES users (id);
UPDATE uploads SET heard = max(created, expires - 86400000);

-- Where a cart was begun from, as far as the door vouches for it: visitors have their shares by it.
ALTER TABLE carts ADD COLUMN address TEXT NOT NULL DEFAULT '';
CREATE INDEX carts_address ON carts (address) WHERE address <> '';

-- What lies in tmp is summed up for each piece of an upload.
CREATE INDEX blobs_in_tmp ON blobs (state, size) WHERE bucket = 'tmp';
