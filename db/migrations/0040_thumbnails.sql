-- Pictures of models, drawn by the shop. Those of what is here are drawn in the background.
CREATE TABLE thumbnails (
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'), -- of the mesh
  pose TEXT NOT NULL, -- as a part's; '' as its file has it
  picture BLOB NOT NULL CHECK (length(picture) <= 131072),
  drawn INTEGER NOT NULL,
  PRIMARY KEY (sha256, pose)
) STRICT;
CREATE TRIGGER thumbnails_go AFTER UPDATE OF state ON blobs WHEN new.state = 'trash' AND old.state <> 'trash' BEGIN
  DELETE FROM thumbnails WHERE sha256 = new.sha256 AND NOT EXISTS (SELECT 1 FROM blobs WHERE sha256 = new.sha256 AND state = 'live');
END;
