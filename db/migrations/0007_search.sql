-- Orders can be searched by number, name, e-mail, phone and file names, and lists begin at once however long they are.
CREATE INDEX orders_state ON orders (state, created, id);
CREATE INDEX orders_review ON orders (created, id) WHERE state = 'OPEN' AND review = 'REQUESTED';
CREATE INDEX invoices_unpaid ON invoices (order_id) WHERE state IN ('DRAFT', 'PENDING');

CREATE TABLE search_docs (
  doc INTEGER PRIMARY KEY, -- the row of the index
  kind TEXT NOT NULL CHECK (kind IN ('order', 'invoice', 'client')),
  id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  name TEXT NOT NULL DEFAULT '' COLLATE NOCASE
) STRICT;
CREATE INDEX search_docs_number ON search_docs (number);
CREATE INDEX search_docs_name ON search_docs (name);

CREATE VIRTUAL TABLE search USING fts5(text, content='', contentless_delete=1, tokenize='trigram remove_diacritics 1');

INSERT INTO search_docs (kind, id, number, name) SELECT 'order', id, number, coalesce(contact ->> 'name', '') FROM orders ORDER BY created, id;
INSERT INTO search (rowid, text)
  SELECT d.doc, concat_ws(' ', o.number, (SELECT group_concat(number, ' ') FROM invoices WHERE order_id = o.id), o.contact ->> 'name', o.contact ->> 'email', o.contact ->> 'phone',
    replace(replace(replace(replace(o.contact ->> 'phone', ' ', ''), '-', ''), '(', ''), ')', ''),
    (SELECT group_concat(DISTINCT name) FROM order_files WHERE order_id = o.id AND kind IN ('model', 'review_file')))
  FROM search_docs d JOIN orders o ON o.id = d.id;
