import { describe, expect, it } from 'vitest';

import { outcomeOf, paidWords } from './paid';

describe('paidWords', () => {
  it('says how far the order is that was paid', () => {
    const words = (order_status?: Parameters<typeof paidWords>[0]['order_status']): string =>
      paidWords({ order_number: 'ORD-1', ...(order_status ? { order_status } : {}) });
    expect(words('paid')).toBe('Order ORD-1 is in our print queue.');
    expect(words('in_production')).toBe('Order ORD-1 is being made.');
    expect(words('completed')).toBe('Order ORD-1 is done.');
    expect(words('on_hold')).toBe('We have your payment for order ORD-1.');
    expect(words()).toBe('We have your payment for order ORD-1.');
  });
});

describe('outcomeOf', () => {
  const back = { cancelled: false, waiting: false, missing: false };

  it('says that no card was charged only where that is known', () => {
    expect(outcomeOf({ ...back, state: 'expired' })).toBe('not_charged');
    expect(outcomeOf({ ...back, state: 'open', cancelled: true })).toBe('not_charged');
    expect(outcomeOf({ ...back, state: 'open' })).toBe('unconfirmed');
    expect(outcomeOf(back)).toBe('unreachable');
  });

  it('goes on waiting until something is known', () => {
    expect(outcomeOf({ ...back, state: 'open', waiting: true })).toBe('waiting');
    expect(outcomeOf({ ...back, state: 'paid', waiting: true })).toBe('paid');
    expect(outcomeOf({ ...back, state: 'processing', cancelled: true })).toBe('processing');
    expect(outcomeOf({ ...back, missing: true })).toBe('missing');
  });
});
