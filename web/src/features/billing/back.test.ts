import { expect, it } from 'vitest';

import type { RefundDue } from '../../api/types';
import { backButtons, backHint, backLabel, nextDue, refundPage, sameDue, sendBackFirst } from './back';
import { reversalMeans } from './reversal';

it('leads to what is still to be refunded, at Stripe where it came from there', () => {
  const due = (payment_id: string, of: Partial<RefundDue>): RefundDue =>
    ({ payment_id, actions: [], ...of }) as RefundDue;
  const sent = due('sent', { actions: ['undo'], stripe_url: 'https://dashboard.stripe.com/payments/pi_1' });
  const card = due('card', { actions: ['note'], stripe_url: 'https://dashboard.stripe.com/payments/pi_2' });
  const cash = due('cash', { actions: ['note'] });
  expect(nextDue({ refunds_due: [sent, cash, card] })).toBe(cash);
  expect(refundPage({ refunds_due: [sent, cash, card] })).toBeUndefined();
  expect(refundPage({ refunds_due: [sent, card, cash] })).toBe(card.stripe_url);
  expect(nextDue({ refunds_due: [sent, due('other', {})] })).toBeUndefined(); // an admin's
});

it('stays with the payment that was asked about once a colleague settled it', () => {
  const due = (payment_id: string, actions: RefundDue['actions']): RefundDue => ({ payment_id, actions }) as RefundDue;
  const asked = due('first', ['note']);
  const now = { refunds_due: [due('second', ['note']), due('first', ['undo'])] };
  expect(nextDue(now)?.payment_id).toBe('second');
  expect(sameDue(now, asked)).toBe(now.refunds_due[1]);
  expect(sameDue({ refunds_due: [] }, asked)).toBe(asked);
});

it('names its buttons by what they do, and by their payment beside others', () => {
  expect(backLabel(backButtons.note, '$15.00', 'terminal')).toBe('Mark as refunded: $15.00, card terminal…');
  expect(backLabel(backButtons.stripe, '$15.00', 'card')).toBe('Refund it in Stripe: $15.00, card');
  expect(backHint({ processor: 'stripe', actions: [] })).toMatch(/admin/);
  expect(backHint({ processor: 'stripe', actions: ['note'] })).toMatch(/automatically/);
  expect(backHint({ processor: '', actions: ['note'] })).toMatch(/note it here/);
});

it('says what reversing a payment means', () => {
  const order = { status: 'in_queue', invoice_number: 'INV-7' } as const;
  expect(reversalMeans(order, 'settled')).toMatch(/^Invoice INV-7 has to be paid again/);
  expect(reversalMeans(order, 'duplicate')).toMatch(/stays the same/);
  expect(reversalMeans({ ...order, status: 'cancelled' }, 'settled')).toMatch(/^None of it/);
});

it('says how a payment goes back by how it came', () => {
  expect(sendBackFirst('card')).toBe('Refund it in Stripe first.');
  expect(sendBackFirst('transfer')).not.toMatch(/Stripe/);
  expect(sendBackFirst('cash')).toBe('Give it back first.');
});
