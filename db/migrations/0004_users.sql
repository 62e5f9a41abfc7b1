-- People who log in are users: those who work here and, from now on, people of clients. Nobody is ever deleted, since
-- payments and the activity log refer to them. SQLite cannot change a CHECK, so the tables are made anew.
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('ADMIN', 'STAFF', 'CLIENT')),
  client_id TEXT REFERENCES clients (id),
  name TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  password TEXT NOT NULL, -- its hash, as account.passwords writes it; '' while there is none
  state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'INVITED', 'DISABLED', 'REMOVED')),
  failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0), -- wrong passwords in a row
  locked_until INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), -- of name, role and state, which people edit
  seen INTEGER NOT NULL DEFAULT 0, -- when they last used the shop; 0: never
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL, -- when that was last changed
  changed_by TEXT REFERENCES users (id), -- NULL: the shop itself, or its command line
  CHECK ((role = 'CLIENT') = (client_id IS NOT NULL)),
  CHECK (state <> 'INVITED' OR password = '')
) STRICT;
CREATE UNIQUE INDEX users_email ON users (email) WHERE state <> 'REMOVED';
CREATE INDEX users_client ON users (client_id) WHERE client_id IS NOT NULL;
INSERT INTO users (id, role, name, email, password, state, failures, locked_until, seen, created, updated)
  SELECT id, role, name, email, password, 'ACTIVE', failures, locked_until,
    coalesce((SELECT max(seen) FROM sessions WHERE staff_id = staff.id), 0), created, created FROM staff;

-- Sessions say at which door they were begun; there has been one so far.
CREATE TABLE sessions_new (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  door TEXT NOT NULL CHECK (door IN ('shop', 'public')),
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;
INSERT INTO sessions_new (token_hash, user_id, door, created, seen, expires)
  SELECT token_hash, staff_id, 'shop', created, seen, expires FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_new RENAME TO sessions;
CREATE INDEX sessions_user ON sessions (user_id);

-- The link that sets up the first admin is one of several kinds now. It lives for a day, as before.
CREATE TABLE one_time_links (
  token_hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('set_up', 'invitation', 'reset')),
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE, -- whom it is for; at set-up there is nobody yet
  created_by TEXT REFERENCES users (id), -- NULL: the shop itself, or its command line
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  used INTEGER,
  CHECK ((purpose = 'set_up') = (user_id IS NULL))
) STRICT;
CREATE INDEX one_time_links_user ON one_time_links (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX one_time_links_expiry ON one_time_links (expires);
INSERT INTO one_time_links (token_hash, purpose, created, expires, used)
  SELECT token_hash, 'set_up', created, created + 86400000, used FROM setup_links;
DROP TABLE setup_links;

CREATE TABLE payments_new (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL REFERENCES invoices (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('card', 'transfer', 'cash', 'other')),
  processor TEXT NOT NULL DEFAULT '',
  processor_id TEXT,
  session_id TEXT UNIQUE REFERENCES checkout_sessions (id),
  reference TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('settled', 'duplicate', 'needs_review', 'returned')),
  user_id TEXT REFERENCES users (id),
  created INTEGER NOT NULL,
  decided INTEGER, -- when a person decided about an unapplied payment
  decided_by TEXT REFERENCES users (id),
  decision TEXT NOT NULL DEFAULT '', -- why, in their words
  UNIQUE (processor, processor_id),
  CHECK (state <> 'returned' OR decided IS NOT NULL)
) STRICT;
INSERT INTO payments_new (id, invoice_id, amount, currency, method, processor, processor_id, session_id, reference, state, user_id, created, decided, decided_by, decision)
  SELECT id, invoice_id, amount, currency, method, processor, processor_id, session_id, reference, state, staff_id, created, decided, decided_by, decision FROM payments;
DROP TABLE payments;
ALTER TABLE payments_new RENAME TO payments;
CREATE INDEX payments_invoice ON payments (invoice_id);

CREATE TABLE activity_new (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  user_id TEXT REFERENCES users (id),
  who TEXT NOT NULL,
  invoice_id TEXT,
  job_id TEXT,
  sentence TEXT NOT NULL
) STRICT;
INSERT INTO activity_new (id, at, user_id, who, invoice_id, job_id, sentence)
  SELECT id, at, (SELECT id FROM users WHERE users.id = staff_id), who, invoice_id, job_id, sentence FROM activity;
DROP TABLE activity;
ALTER TABLE activity_new RENAME TO activity;
CREATE INDEX activity_invoice ON activity (invoice_id, at);

DROP TABLE staff;
