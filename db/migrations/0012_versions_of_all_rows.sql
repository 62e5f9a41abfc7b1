-- Every row that people edit has a version, so that a save can name the one that it was made from, and who was quicker is
-- told by name. What is there is version 1, and nobody is known to have changed it.
ALTER TABLE machine_classes ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE machine_classes ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machine_classes ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE printers ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE printers ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE printers ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE materials ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE materials ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE materials ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE colours ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE colours ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE colours ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE clients ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE invoices ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
