-- Money that belongs to no invoice: who sent it, and which order its payment page was for, as the processor says it.
ALTER TABLE payments ADD COLUMN payer TEXT NOT NULL DEFAULT '';
ALTER TABLE payments ADD COLUMN meant_for TEXT NOT NULL DEFAULT '';

-- What was sent back of a payment is asked for with every one of them.
CREATE INDEX refunds_payment ON refunds (payment_id);
