-- A customer takes an order back to change it: its parts come back into a cart, which remembers the order, as does the one that it becomes.
-- An item remembers the hash of its mesh, so that its slice is found again.
ALTER TABLE carts ADD COLUMN replaces TEXT REFERENCES orders (id) ON DELETE SET NULL;
CREATE UNIQUE INDEX carts_replaces ON carts (replaces) WHERE replaces IS NOT NULL;
ALTER TABLE carts ADD COLUMN took_back INTEGER;
CREATE INDEX carts_took_back ON carts (took_back) WHERE took_back IS NOT NULL;
ALTER TABLE orders ADD COLUMN replaces TEXT REFERENCES orders (id) ON DELETE SET NULL;
CREATE UNIQUE INDEX orders_replaces ON orders (replaces) WHERE replaces IS NOT NULL;
ALTER TABLE order_items ADD COLUMN mesh_hash TEXT NOT NULL DEFAULT '';
