import { describe, expect, it } from 'vitest';

import type { CustomerOrder } from '../../api/types';
import { headline, shownStatus } from './headline';

describe('headline', () => {
  const ready = { date: '2026-11-30' };
  const delivery = { method: 'pickup' } as const;

  it('is the promised date while the order is on its way to it', () => {
    expect(headline({ status: 'in_production', ready, delivery: { method: 'ship' } })).toBe(
      'Leaves the shop by Mon 30 Nov',
    );
    expect(headline({ status: 'in_production', ready, delivery })).toBe('Ready by Mon 30 Nov');
    expect(headline({ status: 'awaiting_payment', ready, delivery })).toBe('Ready by Mon 30 Nov');
  });

  it('promises nothing that does not hold', () => {
    expect(headline({ status: 'in_review', ready, delivery })).not.toMatch(/Nov/);
    expect(headline({ status: 'refused', ready, delivery })).not.toMatch(/Nov/);
    expect(headline({ status: 'cancelled', ready, delivery })).toBe('Nothing will be printed');
    expect(headline({ status: 'cancelled', ready, delivery, taken_back: true })).toBe('You took it back');
    expect(headline({ status: 'stopped', ready, delivery })).toBe('We have stopped making it');
    expect(headline({ status: 'on_hold', ready, delivery })).toBe('Stopped for now');
    expect(headline({ status: 'paid', ready: undefined, delivery })).toBe('We have your order');
  });

  it('tells of the rest once something has left', () => {
    const left = [{ kind: 'SENT', at: 1, items: [] }] satisfies CustomerOrder['handovers'];
    expect(headline({ status: 'ready_to_send', ready, delivery, handovers: [] })).toBe('Packed and ready to send');
    expect(headline({ status: 'ready_to_send', ready, delivery, handovers: left })).toMatch(/^The rest is packed/);
    expect(headline({ status: 'ready_to_collect', ready, delivery, handovers: left })).toMatch(/^The rest is ready/);
  });
});

it('says of what is paid only at the counter when that is', () => {
  const order = { status: 'awaiting_release', balance: 2000, pay_methods: [], payment_coming: false } as const;
  const shown = (method: 'pickup' | 'ship', more: object = {}) =>
    shownStatus({ ...order, pay_methods: [], delivery: { method }, ...more });
  expect(shown('pickup')).toBe('pay_on_collection');
  expect(shown('ship')).toBe('received');
  expect(shown('pickup', { pay_methods: ['card'] })).toBe('received');
  expect(shown('pickup', { payment_coming: true })).toBe('received');
  expect(shown('pickup', { balance: 0 })).toBe('received');
  expect(shown('pickup', { status: 'awaiting_payment' })).toBe('awaiting_payment');
  expect(shown('pickup', { status: 'in_review' })).toBe('in_review');
  expect(shown('pickup', { status: 'awaiting_release', pay_methods: ['pickup'] })).toBe('received');
});
