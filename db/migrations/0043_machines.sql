-- A machine class has its own price of an hour, or the shop's, as all have until somebody says otherwise; and the jobs of those that are
-- interchangeable may run on each other's printers.
ALTER TABLE machine_classes ADD COLUMN rate_per_hour TEXT NOT NULL DEFAULT '';
ALTER TABLE machine_classes ADD COLUMN interchangeable INTEGER NOT NULL DEFAULT 0 CHECK (interchangeable IN (0, 1));
