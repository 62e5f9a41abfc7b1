-- Each version of the terms holds the days that it promises, so that an order keeps them when the shop keeps things for less
-- time later. What was agreed before is held to the days that stand now.
CREATE TABLE terms_with_days (
  version TEXT PRIMARY KEY CHECK (version <> ''),
  title TEXT NOT NULL,
  paragraphs TEXT NOT NULL CHECK (json_valid(paragraphs)), -- with the days in them
  days TEXT NOT NULL CHECK (json_valid(days)), -- the table of retention that it promises: kind to days
  created INTEGER NOT NULL,
  changed_by TEXT NOT NULL DEFAULT '' -- the name of whoever wrote it, '' for the shop itself
) STRICT;
INSERT INTO terms_with_days (version, title, paragraphs, days, created, changed_by)
  SELECT version, title, paragraphs,
    (SELECT json_object('tmp', coalesce(doc ->> '$.retention.tmp', 30), 'guest', coalesce(doc ->> '$.retention.guest', 90), 'account', coalesce(doc ->> '$.retention.account', 731),
      'on_account', coalesce(doc ->> '$.retention.on_account', 0), 'documents', coalesce(doc ->> '$.retention.documents', 2557), 'addresses', coalesce(doc ->> '$.retention.addresses', 90)) FROM settings),
    created, changed_by FROM terms;
DROP TABLE terms;
ALTER TABLE terms_with_days RENAME TO terms;
