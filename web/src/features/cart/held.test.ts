import { expect, it } from 'vitest';

import type { Cart, Part } from '../../api/types';
import { holdPrices } from './held';

const price = { rows: [], total: 1500, estimated: false } as unknown as NonNullable<Part['price']>;
const total = { total: 1500, estimated: false } as unknown as NonNullable<Cart['price']>;

function cart(part: Partial<Part>, rest: Partial<Cart> = {}): Cart {
  return {
    parts: [{ id: 'a', ...part } as Part],
    can_pay: true,
    busy: false,
    machines: [],
    review_reasons: [],
    version: 1,
    ...rest,
  };
}

const priced = cart({ state: 'sliced', price }, { price: total, ready: { date: '2026-11-30' } });

it('keeps a price while its part is worked on, as one that is not exact', () => {
  const held = holdPrices(cart({ state: 'inspecting' }), priced);
  expect(held.parts[0]!.price).toEqual({ ...price, estimated: true });
  expect(held.price).toEqual({ ...total, estimated: true });
  expect(held.ready).toEqual(priced.ready);
  expect(holdPrices(cart({ state: 'queued' }), held).price).toEqual(held.price);
});

it('takes the price that comes, and none where the work ended without one', () => {
  const next = cart({ state: 'queued', price: { ...price, total: 900 } });
  expect(holdPrices(next, priced)).toBe(next);
  const failed = cart({ state: 'failed' });
  expect(holdPrices(failed, priced)).toBe(failed);
  expect(holdPrices(cart({ state: 'inspecting' }), cart({ state: 'inspecting' })).parts[0]!.price).toBeUndefined();
});
