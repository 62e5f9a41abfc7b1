-- Wrong passwords are counted by where they come from, and no longer against the account.
ALTER TABLE users DROP COLUMN failures;
ALTER TABLE users DROP COLUMN locked_until;

-- A link to an order works as long as the order's papers are kept: those of before, too.
CREATE TABLE order_links_new (
  token_hash TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  revoked INTEGER
) STRICT;
INSERT INTO order_links_new (token_hash, order_id, created, expires, revoked)
  SELECT token_hash, order_id, created, coalesce(expires, created + 7 * 366 * 86400000), revoked FROM order_links ORDER BY rowid;
DROP TABLE order_links;
ALTER TABLE order_links_new RENAME TO order_links;
CREATE INDEX order_links_order ON order_links (order_id);
CREATE INDEX order_links_expiry ON order_links (expires);
