-- How a model is turned from how its file has it: shop.Pose. What came before lies as its file has it.
ALTER TABLE parts ADD COLUMN pose TEXT CHECK (json_valid(pose));
ALTER TABLE order_items ADD COLUMN pose TEXT CHECK (json_valid(pose));
