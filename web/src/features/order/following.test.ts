import { expect, it } from 'vitest';

import { askAgainAfter } from './following';

const order = { status: 'in_review', due_back: 0, payment_coming: false };

it('asks soon while somebody looks and something is to come', () => {
  for (const status of ['in_review', 'awaiting_payment', 'awaiting_release', 'on_hold', 'in_production'])
    expect(askAgainAfter({ ...order, status }, 0)).toBeLessThan(3000);
});

it('asks calmly once nothing happened for long, and of what is over', () => {
  expect(askAgainAfter(order, 11 * 60_000)).toBe(10_000);
  expect(askAgainAfter({ ...order, status: 'completed' }, 0)).toBe(20_000);
  expect(askAgainAfter(undefined, 0)).toBe(20_000);
});

it('waits for the money of an order that is over', () => {
  expect(askAgainAfter({ ...order, status: 'cancelled', due_back: 1200 }, 0)).toBe(2000);
  expect(askAgainAfter({ ...order, status: 'completed', payment_coming: true }, 0)).toBe(2000);
});
