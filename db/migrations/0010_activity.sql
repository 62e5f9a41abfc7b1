-- What was done is a verb with what its sentence is made of, about an object; the sentence is made when it is read. What
-- was written down before has a sentence and no verb: it is "noted", and keeps its sentence word for word.
CREATE TABLE activity_new (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  user_id TEXT REFERENCES users (id),
  who TEXT NOT NULL, -- their name at the time
  verb TEXT NOT NULL CHECK (verb <> ''), -- shop.Verb
  object_kind TEXT NOT NULL CHECK (object_kind IN ('shop', 'order', 'invoice', 'payment', 'job', 'file', 'user', 'task', 'event')),
  object_id TEXT NOT NULL DEFAULT '', -- '' for the shop itself
  order_id TEXT, -- the order whose page shows it
  params TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(params)), -- shop.ActivityParams: what its sentence is made of
  address TEXT NOT NULL DEFAULT '', -- where it was asked for, as far as the door vouches for it; '' after 90 days
  CHECK ((object_kind = 'shop') = (object_id = ''))
) STRICT;
INSERT INTO activity_new (id, at, user_id, who, verb, object_kind, object_id, order_id, params)
  SELECT id, at, user_id, who, 'noted', CASE WHEN job_id IS NOT NULL THEN 'job' WHEN order_id IS NOT NULL THEN 'order' ELSE 'shop' END,
    coalesce(job_id, order_id, ''), order_id, json_object('message', message)
  FROM activity;
DROP TABLE activity;
ALTER TABLE activity_new RENAME TO activity;
CREATE INDEX activity_order ON activity (order_id, at);
CREATE INDEX activity_at ON activity (at, id);
CREATE INDEX activity_address ON activity (at) WHERE address <> '';
