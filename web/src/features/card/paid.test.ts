import { describe, expect, it } from 'vitest';

import { paidWords } from './paid';

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
