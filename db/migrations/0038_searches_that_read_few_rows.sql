-- Searches read few rows: what Stripe told of gets a table by its ids, jobs are found by themselves, refused models by their order, and refunds by whether they wait for an answer.
CREATE INDEX refused_models_order ON refused_models (order_number);
CREATE INDEX refunds_open ON refunds (invoice_id) WHERE amount > lowered + owed;

CREATE TABLE stripe_ids (
  id TEXT PRIMARY KEY,
  intent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
DROP INDEX webhook_events_object;
CREATE TRIGGER webhook_events_name AFTER INSERT ON webhook_events WHEN json_valid(new.payload) BEGIN
  INSERT INTO stripe_ids (id, intent) SELECT n.id, n.intent FROM (
    SELECT x.value AS id, coalesce(new.payload ->> '$.data.object.payment_intent.id', new.payload ->> '$.data.object.payment_intent', new.payload ->> '$.data.object.id') AS intent FROM (
      SELECT value FROM json_each(json_array(new.payload ->> '$.data.object.id', coalesce(new.payload ->> '$.data.object.charge.id', new.payload ->> '$.data.object.charge'),
        coalesce(new.payload ->> '$.data.object.latest_charge.id', new.payload ->> '$.data.object.latest_charge')))
      UNION SELECT new.payload ->> (fullkey || '.id') FROM json_each(new.payload, '$.data.object.refunds.data')) x) n
    WHERE n.id <> n.intent ON CONFLICT DO NOTHING;
END;
INSERT INTO stripe_ids (id, intent) SELECT n.id, n.intent FROM (
  SELECT x.value AS id, coalesce(e.payload ->> '$.data.object.payment_intent.id', e.payload ->> '$.data.object.payment_intent', e.payload ->> '$.data.object.id') AS intent
  FROM (SELECT payload FROM webhook_events WHERE json_valid(payload) ORDER BY received, id) e, json_each(json_array(e.payload ->> '$.data.object.id', coalesce(e.payload ->> '$.data.object.charge.id', e.payload ->> '$.data.object.charge'),
    coalesce(e.payload ->> '$.data.object.latest_charge.id', e.payload ->> '$.data.object.latest_charge'))) x
  UNION ALL SELECT e.payload ->> (x.fullkey || '.id'), coalesce(e.payload ->> '$.data.object.payment_intent.id', e.payload ->> '$.data.object.payment_intent', e.payload ->> '$.data.object.id')
  FROM (SELECT payload FROM webhook_events WHERE json_valid(payload)) e, json_each(e.payload, '$.data.object.refunds.data') x) n
  WHERE n.id <> n.intent ON CONFLICT DO NOTHING;

-- What staff put in the place of another was called something before it became the item's: what they did says it, of each file that
-- was here when they had done it. One that was replaced since was made up to some minutes before (its id says when).
ALTER TABLE order_files ADD COLUMN sent_as TEXT NOT NULL DEFAULT '';
ALTER TABLE deleted_files ADD COLUMN sent_as TEXT NOT NULL DEFAULT '';
CREATE TEMP TABLE put AS SELECT a.order_id, i.id AS item_id, a.at, iif(a.verb = 'item_model_replaced', 'mesh', 'gcode') AS kind, a.params ->> 'was' AS name
  FROM activity a JOIN order_items i ON i.order_id = a.order_id AND i.name = a.params ->> 'name'
  WHERE a.verb IN ('item_model_replaced', 'item_gcode_attached') AND a.params ->> 'was' <> '';
UPDATE order_files SET sent_as = p.name FROM put p WHERE p.order_id = order_files.order_id AND p.item_id = order_files.item_id AND p.kind = order_files.kind AND p.at = order_files.created AND order_files.remade;
UPDATE deleted_files SET sent_as = coalesce((SELECT p.name FROM put p WHERE p.order_id = deleted_files.order_id AND p.item_id = deleted_files.item_id AND p.kind = deleted_files.kind
    AND p.at >= d.made AND p.at < d.made + 600000 AND p.at <= deleted_files.deleted ORDER BY p.at LIMIT 1), '')
  FROM (SELECT id, CAST(('0x' || substr(id, 1, 8) || substr(id, 10, 4)) ->> '$' AS INTEGER) AS made FROM deleted_files) d WHERE d.id = deleted_files.id AND deleted_files.order_id IN (SELECT order_id FROM put);
DROP TABLE put;

-- Whether somebody chose how a part is printed is kept with it. Of what is here nobody wrote that down: it was chosen where it is not
-- what is usual in the shop today, and what is usual from now on changes nothing.
CREATE TEMP TABLE usual AS SELECT doc ->> '$.defaults.material_id' AS material, doc ->> '$.defaults.colour_id' AS colour, doc ->> '$.defaults.quality' AS quality, doc ->> '$.defaults.infill' AS infill, doc ->> '$.defaults.supports' AS supports FROM settings;
UPDATE order_items SET choices = json_set(choices, '$.chosen', json('true')) FROM usual u WHERE inspection = '{}' AND (choices ->> '$.material_id' <> u.material
  OR choices ->> '$.colour_id' <> u.colour OR choices ->> '$.quality' <> u.quality OR choices ->> '$.infill' <> u.infill OR choices ->> '$.supports' <> u.supports);
UPDATE parts SET choices = json_set(choices, '$.print_chosen', json('true')) FROM usual u WHERE choices ->> '$.version' > 0 AND (choices ->> '$.material_id' <> u.material
  OR choices ->> '$.colour_id' <> u.colour OR choices ->> '$.quality' <> u.quality OR choices ->> '$.infill' <> u.infill OR choices ->> '$.supports' <> u.supports);
DROP TABLE usual;

-- The search has the names of parts, too, and each job by itself.
CREATE TEMP TABLE found AS SELECT id, concat_ws(' ', words, more, (SELECT group_concat(char(1) || substr(value, 1, 2) || char(1) || substr(value, 1, 1) || char(1), '') FROM json_each('[' || replace(json_quote(words), ' ', '","') || ']')) || tabs) AS text FROM (SELECT o.id AS id, composed(replace(replace(concat_ws(' ', o.number || ' ' || substr(o.number, length(rtrim(o.number, '0123456789')) + 1) || ' ' || ltrim(substr(o.number, length(rtrim(o.number, '0123456789')) + 1), '0') || ' ' || substr(substr(o.number, length(rtrim(o.number, '0123456789')) + 1), -2), o.contact ->> 'name', (SELECT group_concat(number || ' ' || substr(number, length(rtrim(number, '0123456789')) + 1) || ' ' || ltrim(substr(number, length(rtrim(number, '0123456789')) + 1), '0') || ' ' || substr(substr(number, length(rtrim(number, '0123456789')) + 1), -2), ' ' ORDER BY created, id) FROM invoices WHERE order_id = o.id),
			(SELECT group_concat(j.shelf, ' ' ORDER BY j.shelf) FROM plates p CROSS JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state = 'READY_TO_COLLECT')), char(1), ''), char(2), '')) AS words, composed(replace(replace(concat_ws(' ', o.contact ->> 'email', o.contact ->> 'phone', replace(replace(replace(replace(replace(replace(replace(o.contact ->> 'phone', ' ', ''), '+', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', ''),
			(SELECT group_concat('shelf ' || j.shelf, ' ' ORDER BY j.shelf) FROM plates p CROSS JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state = 'READY_TO_COLLECT' AND j.shelf <> ''),
			(SELECT group_concat(tracking_number, ' ' ORDER BY at, id) FROM handovers WHERE order_id = o.id AND undone IS NULL),
			(SELECT group_concat(name, ',' ORDER BY name) FROM (SELECT name FROM order_items WHERE order_id = o.id
			UNION SELECT name FROM order_files WHERE order_id = o.id AND kind IN ('model', 'review_file')
			UNION SELECT name FROM deleted_files WHERE order_id = o.id AND kind IN ('model', 'review_file')
			UNION SELECT sent_as FROM order_files WHERE order_id = o.id AND sent_as <> ''
			UNION SELECT sent_as FROM deleted_files WHERE order_id = o.id AND sent_as <> ''))), char(1), ''), char(2), '')) AS more, '' || iif(o.state <> 'OPEN', char(2) || 'do', '') || iif(o.state = 'OPEN' AND (o.hold <> ''
	OR EXISTS (SELECT 1 FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id)
	AND NOT EXISTS (SELECT 1 FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state <> 'CANCELLED')), char(2) || 'he', '') || iif(o.state = 'OPEN', char(2) || 'op', '') || iif(EXISTS (SELECT 1 FROM invoices v WHERE v.order_id = o.id AND v.state = 'PAID'), char(2) || 'pa', '') || iif(o.state = 'OPEN' AND o.review = 'REQUESTED', char(2) || 're', '') || iif(o.id IN (SELECT order_id FROM invoices WHERE state IN ('DRAFT', 'PENDING')) AND +o.state IN ('OPEN', 'COMPLETED'), char(2) || 'un', '') AS tabs FROM orders o  WHERE 1 AND 1);
CREATE TEMP TABLE stale AS SELECT d.doc, f.text FROM found f JOIN search_docs d ON d.kind = 'order' AND d.id = f.id WHERE d.text <> f.text;
UPDATE search_docs SET text = s.text FROM stale s WHERE s.doc = search_docs.doc;
INSERT INTO search (search, rank) VALUES ('hashsize', 67108864);
INSERT INTO search (search, rank) VALUES ('automerge', 0);
DELETE FROM search WHERE rowid IN (SELECT doc FROM stale);
INSERT INTO search (rowid, text) SELECT doc, text FROM stale ORDER BY doc;
DROP TABLE stale;
DROP TABLE found;
INSERT INTO search_docs (doc, kind, id, text) SELECT 3298534883328 + row_number() OVER (ORDER BY j.created, j.position, j.id), 'job', j.id, t.text FROM (SELECT id, concat_ws(' ', words, more, (SELECT group_concat(char(1) || substr(value, 1, 2) || char(1) || substr(value, 1, 1) || char(1), '') FROM json_each('[' || replace(json_quote(words), ' ', '","') || ']')) || tabs) AS text FROM (SELECT j.id AS id, composed(replace(replace(concat_ws(' ', o.number || ' ' || substr(o.number, length(rtrim(o.number, '0123456789')) + 1) || ' ' || ltrim(substr(o.number, length(rtrim(o.number, '0123456789')) + 1), '0') || ' ' || substr(substr(o.number, length(rtrim(o.number, '0123456789')) + 1), -2), o.contact ->> 'name', (SELECT group_concat(number || ' ' || substr(number, length(rtrim(number, '0123456789')) + 1) || ' ' || ltrim(substr(number, length(rtrim(number, '0123456789')) + 1), '0') || ' ' || substr(substr(number, length(rtrim(number, '0123456789')) + 1), -2), ' ' ORDER BY created, id) FROM invoices WHERE order_id = o.id), iif(j.state = 'READY_TO_COLLECT', j.shelf, '')), char(1), ''), char(2), '')) AS words, composed(replace(replace(concat_ws(' ', o.contact ->> 'email', o.contact ->> 'phone', replace(replace(replace(replace(replace(replace(replace(o.contact ->> 'phone', ' ', ''), '+', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', ''), iif(j.state = 'READY_TO_COLLECT' AND j.shelf <> '', 'shelf ' || j.shelf, NULL),
			(SELECT group_concat(tracking_number, ' ' ORDER BY at, id) FROM handovers WHERE order_id = o.id AND undone IS NULL), j.title, (SELECT group_concat(name, ',' ORDER BY name) FROM (SELECT i.name FROM plate_items pi JOIN order_items i ON i.id = pi.item_id WHERE pi.plate_id = p.id
			UNION SELECT name FROM order_files f WHERE f.order_id = o.id AND f.kind IN ('model', 'review_file') AND (f.item_id IN (SELECT item_id FROM plate_items WHERE plate_id = p.id) OR NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.name = f.name))
			UNION SELECT name FROM deleted_files f WHERE f.order_id = o.id AND f.kind IN ('model', 'review_file') AND (f.item_id IN (SELECT item_id FROM plate_items WHERE plate_id = p.id) OR NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.name = f.name))
			UNION SELECT sent_as FROM order_files f WHERE f.order_id = o.id AND f.sent_as <> '' AND f.item_id IN (SELECT item_id FROM plate_items WHERE plate_id = p.id)
			UNION SELECT sent_as FROM deleted_files f WHERE f.order_id = o.id AND f.sent_as <> '' AND f.item_id IN (SELECT item_id FROM plate_items WHERE plate_id = p.id)))), char(1), ''), char(2), '')) AS more, '' AS tabs FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN orders o ON o.id = p.order_id WHERE 1 AND 1)) t JOIN jobs j ON j.id = t.id;
INSERT INTO search (rowid, text) SELECT doc, text FROM search_docs WHERE kind = 'job' ORDER BY doc;
INSERT INTO search (search, rank) VALUES ('hashsize', 1048576);
INSERT INTO search (search, rank) VALUES ('automerge', 4);
-- All of it is written: nothing is left for the shop to write anew by itself.
INSERT INTO cursors (name, at) VALUES ('search.rebuild for names of parts and of what staff put in their place; jobs by themselves', 1);
