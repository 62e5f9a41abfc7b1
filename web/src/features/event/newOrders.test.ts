import { expect, it } from 'vitest';

import { arrivals } from './newOrders';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

it('finds nothing new at the first look', () => {
  const first = arrivals(rows('a', 'b'), undefined);
  expect(first.fresh).toEqual([]);
  expect([...first.seen]).toEqual(['a', 'b']);
});

it('tells of an order once', () => {
  const first = arrivals(rows('a'), undefined);
  const second = arrivals(rows('b', 'a'), first.seen);
  expect(second.fresh).toEqual(rows('b'));
  expect(arrivals(rows('b', 'a'), second.seen).fresh).toEqual([]);
});

it('keeps an order that left the list and came back quiet', () => {
  const seen = arrivals(rows('a', 'b'), undefined).seen;
  const without = arrivals(rows('b'), seen).seen;
  expect(arrivals(rows('a', 'b'), without).fresh).toEqual([]);
});
