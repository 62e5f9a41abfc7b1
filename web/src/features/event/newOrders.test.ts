import { expect, it } from 'vitest';

import { newOrders } from './newOrders';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

it('finds nothing new at the first poll', () => {
  const first = newOrders(rows('a', 'b'), undefined);
  expect(first.added).toEqual([]);
  expect([...first.seen]).toEqual(['a', 'b']);
});

it('tells of an order once', () => {
  const first = newOrders(rows('a'), undefined);
  const second = newOrders(rows('b', 'a'), first.seen);
  expect(second.added).toEqual(rows('b'));
  expect(newOrders(rows('b', 'a'), second.seen).added).toEqual([]);
});

it('keeps an order that left the list and came back quiet', () => {
  const seen = newOrders(rows('a', 'b'), undefined).seen;
  const without = newOrders(rows('b'), seen).seen;
  expect(newOrders(rows('a', 'b'), without).added).toEqual([]);
});
