-- Invoices and clients can be searched for as orders can, two letters find what numbers and names begin with, and a search
-- goes by tabs in the index itself: it holds marks of both (char(1) and char(2) with two more characters). Its rows are made
-- anew, each kind in a range of its own, in the order in which its things came.
DROP INDEX invoices_created;
CREATE INDEX invoices_listed ON invoices (created, id) WHERE (number IS NOT NULL OR state = 'DRAFT');
CREATE INDEX invoices_state ON invoices (state, created, id) WHERE (number IS NOT NULL OR state = 'DRAFT');

-- The other lists begin at once, too.
DROP INDEX orders_review;
CREATE INDEX orders_review ON orders (state, review, created, id) WHERE review = 'REQUESTED';
CREATE INDEX uploads_heard ON uploads (heard, id);
DROP INDEX refunds_due_open;
CREATE INDEX refunds_due_open ON refunds_due (created, payment_id) WHERE state = 'open';
CREATE INDEX refunds_due_done ON refunds_due (done DESC, payment_id) WHERE state = 'done';
DROP INDEX payments_unapplied;
CREATE INDEX payments_unapplied ON payments (created, id) WHERE state IN ('duplicate', 'needs_review');
DROP INDEX payments_invoice;
CREATE INDEX payments_invoice ON payments (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_without_invoice ON payments (created, id) WHERE invoice_id IS NULL;
CREATE INDEX disputes_payment ON disputes (payment_id);

DROP TABLE search;
DROP TABLE search_docs;
CREATE TABLE search_docs (
  doc INTEGER PRIMARY KEY, -- the row of the index
  kind TEXT NOT NULL CHECK (kind <> ''), -- order, invoice, client, ...
  id TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE VIRTUAL TABLE search USING fts5(text, content='', contentless_delete=1, tokenize='trigram remove_diacritics 1');

INSERT INTO search_docs (doc, kind, id, text)
  SELECT 0 + row_number() OVER (ORDER BY created, id), 'order', id, concat_ws(' ', words, more,
    (SELECT group_concat(char(1) || substr(value, 1, 2) || char(1) || substr(value, 1, 1) || char(1), '') FROM json_each('[' || replace(json_quote(words), ' ', '","') || ']')) || tabs)
  FROM (SELECT o.id AS id, o.created AS created,
      replace(replace(concat_ws(' ', o.number || ' ' || substr(o.number, length(rtrim(o.number, '0123456789')) + 1) || ' ' || ltrim(substr(o.number, length(rtrim(o.number, '0123456789')) + 1), '0'), o.contact ->> 'name', (SELECT group_concat(number || ' ' || substr(number, length(rtrim(number, '0123456789')) + 1) || ' ' || ltrim(substr(number, length(rtrim(number, '0123456789')) + 1), '0'), ' ' ORDER BY created, id) FROM invoices WHERE order_id = o.id), (SELECT group_concat(j.shelf, ' ' ORDER BY j.shelf) FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state = 'READY_TO_COLLECT')), char(1), ''), char(2), '') AS words,
      replace(replace(concat_ws(' ', o.contact ->> 'email', o.contact ->> 'phone', replace(replace(replace(replace(replace(replace(replace(o.contact ->> 'phone', ' ', ''), '+', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', ''), (SELECT group_concat(tracking_number, ' ' ORDER BY at, id) FROM handovers WHERE order_id = o.id AND undone IS NULL), (SELECT group_concat(DISTINCT name ORDER BY name) FROM order_files WHERE order_id = o.id AND kind IN ('model', 'review_file'))), char(1), ''), char(2), '') AS more,
      ''
        || iif(o.state <> 'OPEN', char(2) || 'do', '')
        || iif(o.state = 'OPEN', char(2) || 'op', '')
        || iif(EXISTS (SELECT 1 FROM invoices v WHERE v.order_id = o.id AND v.state = 'PAID'), char(2) || 'pa', '')
        || iif(o.state = 'OPEN' AND o.review = 'REQUESTED', char(2) || 're', '')
        || iif(o.id IN (SELECT order_id FROM invoices WHERE state IN ('DRAFT', 'PENDING')) AND +o.state IN ('OPEN', 'COMPLETED'), char(2) || 'un', '') AS tabs
    FROM orders o  WHERE 1) ORDER BY created, id;
INSERT INTO search_docs (doc, kind, id, text)
  SELECT 1099511627776 + row_number() OVER (ORDER BY created, id), 'invoice', id, concat_ws(' ', words, more,
    (SELECT group_concat(char(1) || substr(value, 1, 2) || char(1) || substr(value, 1, 1) || char(1), '') FROM json_each('[' || replace(json_quote(words), ' ', '","') || ']')) || tabs)
  FROM (SELECT v.id AS id, v.created AS created,
      replace(replace(concat_ws(' ', v.number || ' ' || substr(v.number, length(rtrim(v.number, '0123456789')) + 1) || ' ' || ltrim(substr(v.number, length(rtrim(v.number, '0123456789')) + 1), '0'), o.number || ' ' || substr(o.number, length(rtrim(o.number, '0123456789')) + 1) || ' ' || ltrim(substr(o.number, length(rtrim(o.number, '0123456789')) + 1), '0'), c.name, iif(o.contact ->> 'name' <> c.name, o.contact ->> 'name', NULL)), char(1), ''), char(2), '') AS words,
      replace(replace(concat_ws(' ', v.po_number, coalesce(o.contact ->> 'email', c.email), coalesce(o.contact ->> 'phone', c.phone), replace(replace(replace(replace(replace(replace(replace(coalesce(o.contact ->> 'phone', c.phone), ' ', ''), '+', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', '')), char(1), ''), char(2), '') AS more,
      ''
        || iif(v.state = 'DRAFT', char(2) || 'dr', '')
        || iif(v.state = 'PAID', char(2) || 'pa', '')
        || iif(v.state = 'PENDING', char(2) || 'un', '')
        || iif(v.state = 'VOID', char(2) || 'vo', '')
        || iif(v.state = 'WRITTEN_OFF', char(2) || 'wr', '') AS tabs
    FROM invoices v JOIN clients c ON c.id = v.client_id LEFT JOIN orders o ON o.id = v.order_id WHERE (v.number IS NOT NULL OR v.state = 'DRAFT')) ORDER BY created, id;
INSERT INTO search_docs (doc, kind, id, text)
  SELECT 2199023255552 + row_number() OVER (ORDER BY created, id), 'client', id, concat_ws(' ', words, more,
    (SELECT group_concat(char(1) || substr(value, 1, 2) || char(1) || substr(value, 1, 1) || char(1), '') FROM json_each('[' || replace(json_quote(words), ' ', '","') || ']')) || tabs)
  FROM (SELECT c.id AS id, c.created AS created,
      replace(replace(c.name, char(1), ''), char(2), '') AS words,
      replace(replace(concat_ws(' ', c.email, c.phone, replace(replace(replace(replace(replace(replace(replace(c.phone, ' ', ''), '+', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', '')), char(1), ''), char(2), '') AS more,
      '' AS tabs
    FROM clients c  WHERE 1) ORDER BY created, id;
INSERT INTO search (rowid, text) SELECT doc, text FROM search_docs ORDER BY doc;
