import { expect, it } from 'vitest';

import type { RefundDue } from '../../api/types';
import { nextDue, refundPage, sendBackFirst } from './back';

it('leads to what is still to be sent back, at Stripe where it came from there', () => {
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

it('says how a payment goes back by how it came', () => {
  expect(sendBackFirst('card')).toBe('Refund it in Stripe first.');
  expect(sendBackFirst('transfer')).not.toMatch(/Stripe/);
  expect(sendBackFirst('cash')).toBe('Give it back first.');
});
