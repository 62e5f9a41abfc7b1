package db

// kept are the fields that release 1 had, as it called them, and where they are now.
var kept = map[string][2]string{
	// The upgrade writes the search anew, and says so.
	"cursors": {"SELECT * FROM cursors ORDER BY 1", "SELECT * FROM cursors WHERE name NOT LIKE 'search.%' ORDER BY 1"},
	"orders": {
		`SELECT id, order_number, cart_id, client_id, replace(source, 'counter', 'staff'), review, payment, currency, price, total, tax, contact, delivery, note, message,
			review_reasons, terms_version, terms_at, ready_date, hold, created, released, (SELECT max(completed) FROM jobs WHERE invoice_id = v.id), closed, close_reason, updated
			FROM invoices v ORDER BY id`,
		`SELECT id, number, cart_id, client_id, source, review, payment, currency, price, total, tax, contact, delivery, note, message,
			review_reasons, terms_version, terms_at, promised, hold, created, released, completed, closed, close_reason, updated FROM orders
			WHERE keep_files = 0 AND files_warned IS NULL AND files_gone IS NULL ORDER BY id`,
	},
	"invoices": {
		`SELECT id, client_id, invoice_number, currency, total, tax, created, issued, paid_at, iif(review = 'REQUESTED', updated, closed), updated, close_reason FROM invoices v
			WHERE review IN ('NONE', 'APPROVED') OR id IN (SELECT invoice_id FROM payments UNION SELECT invoice_id FROM checkout_sessions) ORDER BY id`,
		`SELECT id, client_id, number, currency, total, tax, created, issued, paid_at, voided, updated, void_reason FROM invoices ORDER BY id`,
	},
	"items": {
		`SELECT id, invoice_id, position, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, total FROM invoice_items ORDER BY id`,
		`SELECT id, order_id, position, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, total FROM order_items WHERE pose IS NULL ORDER BY id`,
	},
	"files": {
		`SELECT id, client_id, invoice_id, item_id, kind, name, blob_id, created FROM order_files ORDER BY id`,
		`SELECT id, client_id, order_id, item_id, kind, name, blob_id, created FROM order_files WHERE sent = '' ORDER BY id`,
	},
	"refused models": { // of which it was not kept how they came: all of an order's are one
		`SELECT order_number, min(sha256) OVER (PARTITION BY order_number), sha256, reason, created FROM banned_files ORDER BY sha256`,
		`SELECT order_number, file_sha256, sha256, reason, created FROM refused_models WHERE name = '' AND refused_by = '' ORDER BY sha256`,
	},
	"links": {`SELECT token_hash, invoice_id, created FROM order_links ORDER BY 1`, `SELECT token_hash, order_id, created FROM order_links WHERE revoked IS NULL AND revoked_by = '' AND expires = created + 7 * 366 * 86400000 ORDER BY 1`},
	"payments": {
		`SELECT id, invoice_id, (SELECT client_id FROM invoices WHERE id = invoice_id), amount, currency, method, processor, processor_id, session_id, reference, state, staff_id, created, decided, decided_by, decision, '', '' FROM payments ORDER BY id`,
		`SELECT id, invoice_id, client_id, amount, currency, method, processor, processor_id, session_id, reference, state, user_id, created, decided, decided_by, decision, payer, meant_for FROM payments WHERE undone = 0 ORDER BY id`,
	},
	"refunds": {
		`SELECT * FROM refunds ORDER BY id`,
		`SELECT id, payment_id, invoice_id, processor, processor_id, amount, reason, created, updated FROM refunds WHERE lowered = 0 AND owed = 0 AND seen = created ORDER BY id`,
	},
	"disputes": {`SELECT * FROM disputes ORDER BY id`, `SELECT id, payment_id, invoice_id, amount, state, funds_withdrawn, seen, created FROM disputes WHERE evidence_due IS NULL ORDER BY id`},
	"activity": {
		`SELECT id, at, staff_id, who, invoice_id, job_id, sentence FROM activity ORDER BY id`,
		`SELECT id, at, user_id, who, order_id, iif(object_kind = 'job', object_id, NULL), params ->> 'message' FROM activity WHERE verb = 'noted' AND address = '' ORDER BY id`,
	},
	"jobs": { // what was shipped has left, as what is completed now; what is owed is in the queue
		`SELECT id, invoice_id, item_id, title, CASE WHEN state = 'SHIPPED' THEN 'COMPLETED' WHEN state IN ('PRINTING_COMPLETE', 'POST_PROCESSING', 'PACKAGING') AND min(done, copies - failed) < copies THEN 'IN_QUEUE' ELSE state END,
			priority, printer_id, position, copies, notes, created, started, iif(state = 'SHIPPED', updated, completed), updated,
			CASE WHEN state = 'PRINTING' THEN run_started END, worked_ms FROM jobs ORDER BY id`,
		`SELECT j.id, p.order_id, pi.item_id, title, state, priority, printer_id, j.position, p.runs * pi.copies, notes, j.created, started, completed, updated,
			(SELECT resumed FROM attempts WHERE job_id = j.id AND ended IS NULL), (SELECT coalesce(sum(worked_ms), 0) FROM attempts WHERE job_id = j.id)
			FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id WHERE j.id NOT LIKE '00000004%' ORDER BY j.id`,
	},
	"copies that left": {
		`SELECT invoice_id, invoice_id, iif((SELECT delivery ->> 'method' FROM invoices WHERE id = invoice_id) = 'ship', 'SENT', 'COLLECTED'), max(coalesce(completed, updated)) OVER (PARTITION BY invoice_id), item_id, copies
			FROM jobs WHERE state IN ('SHIPPED', 'COMPLETED') ORDER BY item_id`,
		`SELECT h.id, order_id, kind, at, item_id, copies FROM handovers h JOIN handover_items ON handover_id = h.id
			WHERE note = 'before the upgrade' AND collected_by || carrier || tracking_number || unpaid_reason || handed_by = '' AND undone IS NULL ORDER BY item_id`,
	},
	"attempts": { // each job that was begun had one, with all its copies on it
		`SELECT id, copies, printer_id, started, worked_ms, iif(state IN ('PRINTING', 'PAUSED'), NULL, coalesce(completed, updated)), iif(state IN ('PRINTING', 'PAUSED'), '', 'before the upgrade')
			FROM jobs WHERE started IS NOT NULL ORDER BY id`,
		`SELECT job_id, (SELECT copies FROM attempt_items WHERE attempt_id = attempts.id), printer_id, started, worked_ms, ended, reason FROM attempts WHERE job_id NOT LIKE '00000004%' ORDER BY job_id`,
	},
	"plates": {
		`SELECT id, invoice_id, position, iif(gcode_sha256 = '', '', slice_key), copies, 'priced',
			iif(gcode_sha256 = '', NULL, (SELECT id FROM machine_classes WHERE active ORDER BY created LIMIT 1)), (SELECT created FROM invoices WHERE id = invoice_id) FROM invoice_items ORDER BY id`,
		`SELECT pi.item_id, order_id, position, slice_key, runs * copies, origin, class_id, created FROM plates p JOIN plate_items pi ON pi.plate_id = p.id WHERE order_id IS NOT NULL ORDER BY 1`,
	},
	"files of plates": {
		`SELECT id, item_id FROM order_files WHERE kind IN ('gcode', 'settings') ORDER BY id`,
		`SELECT id, plate_id FROM order_files WHERE plate_id IS NOT NULL ORDER BY id`,
	},
	"settings": {`SELECT id, doc, answered, updated FROM settings`, `SELECT id, json_remove(doc, '$.pay_limit_all_hours'), answered, updated FROM settings WHERE version = 1 AND doc ->> 'pay_limit_all_hours' = 100`},
	"machine classes": {
		`SELECT id, name, definition, overrides, active, created FROM machine_classes ORDER BY id`,
		`SELECT id, name, definition, overrides, active, created FROM machine_classes WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"printers": {
		`SELECT id, class_id, name, status, created FROM printers ORDER BY id`,
		`SELECT id, class_id, name, status, created FROM printers WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"materials": {
		`SELECT id, name, profile, note, sell_per_gram, cost_per_gram, position, active FROM materials ORDER BY id`,
		`SELECT id, name, profile, note, sell_per_gram, cost_per_gram, position, active FROM materials WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"colours": {
		`SELECT id, material_id, name, hex, position, active FROM colours ORDER BY id`,
		`SELECT id, material_id, name, hex, position, active FROM colours WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"clients": {
		`SELECT id, name, email, phone, verified, created FROM clients ORDER BY id`,
		`SELECT id, name, email, phone, verified, created FROM clients WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"users": {
		`SELECT id, email, name, role, password, created FROM staff ORDER BY id`,
		`SELECT id, email, name, role, password, created FROM users WHERE state = 'ACTIVE' AND client_id IS NULL ORDER BY id`,
	},
	"sessions": {
		`SELECT token_hash, staff_id, created, seen, expires FROM sessions ORDER BY 1`,
		`SELECT token_hash, user_id, created, seen, expires FROM sessions WHERE door = 'shop' ORDER BY 1`,
	},
	"set-up links": {
		`SELECT token_hash, created, used FROM setup_links ORDER BY 1`,
		`SELECT token_hash, created, used FROM one_time_links WHERE purpose = 'set_up' ORDER BY 1`,
	},
	"parts": {
		`SELECT id, cart_id, upload_id, position, name, kind, iif(state = 'slicing' OR state = 'sliced' AND choices ->> 'copies' > 1, 'queued', state), sentence, raw_blob, mesh_blob, mesh_hash, inspection, choices, unit_answered, slice_key, created,
			created, max(coalesce(choices ->> 'copies', 1), 1), iif(slice_key = '', NULL, (SELECT id FROM machine_classes WHERE active ORDER BY created LIMIT 1)) FROM parts ORDER BY id`,
		`SELECT p.id, p.cart_id, upload_id, p.position, name, kind, state, message, raw_blob, mesh_blob, mesh_hash, inspection, choices, unit_answered, l.slice_key, p.created, l.created, l.runs * pi.copies, l.class_id
			FROM parts p JOIN plate_items pi ON pi.part_id = p.id JOIN plates l ON l.id = pi.plate_id AND l.cart_id = p.cart_id AND l.position = p.position WHERE p.pose IS NULL ORDER BY p.id`,
	},
	"carts": {
		`SELECT id, token_hash, version, created, seen, id IN (SELECT cart_id FROM parts UNION SELECT coalesce(cart_id, '') FROM uploads UNION SELECT coalesce(cart_id, '') FROM blobs WHERE state <> 'trash') FROM carts ORDER BY id`,
		`SELECT id, token_hash, version, created, seen, holds FROM carts WHERE address = '' AND user_id IS NULL AND network48 = '' AND network56 = '' ORDER BY id`,
	},
	"blobs": {
		`SELECT id, bucket, cart_id, client_id, name, mime, size, sha256, state, created, expires, trashed, checked FROM blobs ORDER BY id`,
		`SELECT id, bucket, cart_id, client_id, name, mime, size, sha256, state, created, expires, trashed, checked FROM blobs WHERE packed IS NULL ORDER BY id`,
	},
	"uploads": {
		`SELECT id, cart_id, client_id, name, mime, expected, durable, created, expires, max(created, expires - 86400000) FROM uploads ORDER BY id`,
		`SELECT id, cart_id, client_id, name, mime, expected, durable, created, expires, heard FROM uploads WHERE user_id IS NULL ORDER BY id`,
	},
	"slices": {
		`SELECT key, state, json(replace(result, '"sentence"', '"message"')), gcode_blob, created, used FROM slices WHERE state = 'done' ORDER BY key`,
		`SELECT key, state, json(result), gcode_blob, created, used FROM slices WHERE state = 'done' ORDER BY key`,
	},
	"failed slices": {
		`SELECT key, result ->> 'code', result ->> 'sentence' FROM slices WHERE state = 'failed'`,
		`SELECT key, result ->> 'code', result ->> 'message' FROM slices WHERE state = 'failed' AND result ->> 'sentence' IS NULL`,
	},
}

// untouched tables are the same before and after, all of them.
var untouched = []string{
	"delete_queue", "backup_pins", "outbox", "outbox_failures", "clock", "secrets", "numbers", "checkout_sessions", "webhook_events", "cash_roundings",
}
