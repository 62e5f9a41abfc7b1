-- Which kinds of things are searched for, told of and acted on is the program's to say: its next kind needs no new table.
CREATE TABLE activity_new (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  user_id TEXT REFERENCES users (id),
  who TEXT NOT NULL, -- their name at the time
  verb TEXT NOT NULL CHECK (verb <> ''), -- shop.Verb
  object_kind TEXT NOT NULL CHECK (object_kind <> ''), -- shop.ObjectKind
  object_id TEXT NOT NULL DEFAULT '', -- '' for the shop itself
  order_id TEXT, -- the order whose page shows it
  params TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(params)), -- shop.ActivityParams: what its sentence is made of
  address TEXT NOT NULL DEFAULT '', -- where it was asked for, as far as the door vouches for it; '' after 90 days
  CHECK ((object_kind = 'shop') = (object_id = ''))
) STRICT;
INSERT INTO activity_new (id, at, user_id, who, verb, object_kind, object_id, order_id, params, address)
  SELECT id, at, user_id, who, verb, object_kind, object_id, order_id, params, address FROM activity;
DROP TABLE activity;
ALTER TABLE activity_new RENAME TO activity;
CREATE INDEX activity_order ON activity (order_id, at);
CREATE INDEX activity_at ON activity (at, id);
CREATE INDEX activity_address ON activity (at) WHERE address <> '';

CREATE TABLE search_docs_new (
  doc INTEGER PRIMARY KEY, -- the row of the index
  kind TEXT NOT NULL CHECK (kind <> ''), -- order, ...
  id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  name TEXT NOT NULL DEFAULT '' COLLATE NOCASE
) STRICT;
INSERT INTO search_docs_new (doc, kind, id, number, name) SELECT doc, kind, id, number, name FROM search_docs;
DROP TABLE search_docs;
ALTER TABLE search_docs_new RENAME TO search_docs;
CREATE INDEX search_docs_number ON search_docs (number);
CREATE INDEX search_docs_name ON search_docs (name);

CREATE TABLE alarms_new (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind <> ''), -- shop.AlarmKind
  object_kind TEXT NOT NULL CHECK (object_kind <> ''), -- shop.ObjectKind
  object_id TEXT NOT NULL DEFAULT '', -- '' for the shop itself
  params TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(params)), -- shop.AlarmParams: what its message is made of
  raised INTEGER NOT NULL,
  cleared INTEGER,
  CHECK ((object_kind = 'shop') = (object_id = ''))
) STRICT;
INSERT INTO alarms_new (id, kind, object_kind, object_id, params, raised, cleared) SELECT id, kind, object_kind, object_id, params, raised, cleared FROM alarms;
DROP TABLE alarms;
ALTER TABLE alarms_new RENAME TO alarms;
CREATE UNIQUE INDEX alarms_open ON alarms (kind, object_kind, object_id) WHERE cleared IS NULL;
CREATE INDEX alarms_cleared ON alarms (cleared) WHERE cleared IS NOT NULL;
