-- What waits from a network is found by what it is called, among the carts in which something is. SQL cannot tell the networks of an
-- address: carts that were begun before count by their address alone until they go.
ALTER TABLE carts ADD COLUMN network48 TEXT NOT NULL DEFAULT '';
ALTER TABLE carts ADD COLUMN network56 TEXT NOT NULL DEFAULT '';
ALTER TABLE carts ADD COLUMN holds INTEGER NOT NULL DEFAULT 0 CHECK (holds IN (0, 1));
UPDATE carts SET holds = EXISTS (SELECT 1 FROM uploads u WHERE u.cart_id = carts.id)
  OR EXISTS (SELECT 1 FROM blobs b WHERE b.cart_id = carts.id AND b.state <> 'trash')
  OR EXISTS (SELECT 1 FROM parts p WHERE p.cart_id = carts.id);
CREATE INDEX carts_empty ON carts (seen) WHERE holds = 0;
CREATE INDEX carts_of_address ON carts (address) WHERE holds = 1;
CREATE INDEX carts_of_network48 ON carts (network48) WHERE holds = 1;
CREATE INDEX carts_of_network56 ON carts (network56) WHERE holds = 1;
CREATE INDEX orders_waiting ON orders (cart_id, id) WHERE state = 'OPEN' AND source = 'web' AND released IS NULL AND review <> 'APPROVED';
