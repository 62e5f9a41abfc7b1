-- What release 1 promised of its rows: each query finds the rows for which it does not hold.

-- a blob is in the trash exactly while its file waits to be unlinked
SELECT 'blob ' || b.id || ' is ' || b.state || CASE WHEN q.blob_id IS NULL THEN ', not queued' ELSE ', queued' END
  FROM blobs b LEFT JOIN delete_queue q ON q.blob_id = b.id
  WHERE (b.state = 'trash') <> (q.blob_id IS NOT NULL);

-- an invoice's rows sum to its total
SELECT v.order_number || ': rows ' || s.sum || ', total ' || v.total FROM invoices v, (
  SELECT v2.id, (SELECT coalesce(sum(r.value ->> 'amount'), 0) FROM json_each(v2.price, '$.rows') r WHERE coalesce(r.value ->> 'included', 0) = 0) AS sum FROM invoices v2) s
  WHERE s.id = v.id AND s.sum <> v.total;

-- a paid invoice is covered by its payments
SELECT v.order_number FROM invoices v WHERE v.state = 'PAID'
  AND (SELECT coalesce(sum(amount), 0) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled')
  - (SELECT coalesce(sum(amount), 0) FROM cash_roundings r WHERE r.invoice_id = v.id) < v.total;

-- a released order has a job for each of its models
SELECT v.order_number FROM invoices v WHERE v.released IS NOT NULL AND v.state <> 'VOID'
  AND EXISTS (SELECT 1 FROM invoice_items i WHERE i.invoice_id = v.id AND i.kind = 'model' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.item_id = i.id));

-- a paid session has its payment
SELECT c.id FROM checkout_sessions c
  WHERE c.state = 'paid' AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.session_id = c.id);

-- a payment by session belongs to a paid one of its order
SELECT p.id FROM payments p JOIN checkout_sessions c ON c.id = p.session_id
  WHERE c.state <> 'paid' OR c.invoice_id <> p.invoice_id;

-- a settled payment has the amount and currency that were asked for
SELECT p.id FROM payments p JOIN checkout_sessions c ON c.id = p.session_id
  WHERE p.state = 'settled' AND p.decided IS NULL AND (p.amount <> c.amount OR p.currency <> c.currency);

-- money that counts is in its order's currency
SELECT p.id FROM payments p JOIN invoices v ON v.id = p.invoice_id
  WHERE p.state = 'settled' AND p.currency <> v.currency;

-- cash is rounded to five cents, for a payment in cash of the same order
SELECT r.id FROM cash_roundings r JOIN payments p ON p.id = r.payment_id
  WHERE p.method <> 'cash' OR p.state <> 'settled' OR p.invoice_id <> r.invoice_id OR p.amount % 5 <> 0;

-- refunds do not exceed their payment
SELECT r.payment_id FROM refunds r JOIN payments p ON p.id = r.payment_id
  GROUP BY r.payment_id HAVING sum(r.amount) > max(p.amount);

-- invoice numbers have no gaps
SELECT 'the series stands at ' || next || ' after ' || (SELECT count(*) FROM invoices WHERE invoice_number IS NOT NULL) || ' invoices'
  FROM numbers WHERE kind = 'invoice' AND next - 1 <> (SELECT count(*) FROM invoices WHERE invoice_number IS NOT NULL);
