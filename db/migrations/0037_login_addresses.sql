-- From where people logged in, for as long as network addresses are kept. Nobody knows where they did before.
CREATE TABLE login_addresses (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  address TEXT NOT NULL CHECK (address <> ''), -- as the door vouches for it; of IPv6, its /64
  seen INTEGER NOT NULL, -- when they last logged in from there
  PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX login_addresses_address ON login_addresses (address);
CREATE INDEX login_addresses_seen ON login_addresses (seen);
