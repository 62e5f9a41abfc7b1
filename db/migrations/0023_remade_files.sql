-- Which files of an order staff put in the place of what came with it. Until now that was read from their times.
ALTER TABLE order_files ADD COLUMN remade INTEGER NOT NULL DEFAULT 0 CHECK (remade IN (0, 1));
UPDATE order_files SET remade = 1 WHERE created <> (SELECT o.created FROM orders o WHERE o.id = order_files.order_id);
