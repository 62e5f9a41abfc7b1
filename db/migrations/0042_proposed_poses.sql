-- The shop proposes how parts may lie, and slices them so while nobody waits. What is here is looked at when its cart changes.
-- How the shop proposes to lay a mesh, best first after how its file has it, with what was found of it as it lies so. The same mesh is
-- looked at once. They go with its last file.
CREATE TABLE proposed_poses (
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'), -- of the mesh
  unit TEXT NOT NULL, -- in which it is drawn: shop.Unit
  support_angle REAL NOT NULL, -- by which it was inspected
  rank INTEGER NOT NULL CHECK (rank >= 0), -- 0 is how its file has it
  pose TEXT NOT NULL, -- as a part's; '' as its file has it
  score REAL NOT NULL, -- less is better
  inspection TEXT NOT NULL CHECK (json_valid(inspection)), -- '{}' where it cannot be said how it may lie
  PRIMARY KEY (sha256, unit, support_angle, rank)
) STRICT;
CREATE TRIGGER proposed_poses_go AFTER UPDATE OF state ON blobs WHEN new.state = 'trash' AND old.state <> 'trash' BEGIN
  DELETE FROM proposed_poses WHERE sha256 = new.sha256 AND NOT EXISTS (SELECT 1 FROM blobs WHERE sha256 = new.sha256 AND state = 'live');
END;

-- One-copy slices that are made of a sliced part in other poses while nobody waits: so that a choice among them has its price.
CREATE TABLE slices_ahead (
  part_id TEXT NOT NULL REFERENCES parts (id) ON DELETE CASCADE,
  pose TEXT NOT NULL, -- as a part's; '' as its file has it
  slice_key TEXT NOT NULL CHECK (slice_key <> ''),
  PRIMARY KEY (part_id, pose)
) STRICT;
CREATE INDEX slices_ahead_slice ON slices_ahead (slice_key);
