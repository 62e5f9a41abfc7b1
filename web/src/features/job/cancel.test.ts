import { expect, it } from 'vitest';

import { cancellable, cancelWords, heldWords, needsReason } from './cancel';

const job = (more: object = {}) => ({
  id: 'j',
  order_id: 'o',
  order_number: 'ORD-1001',
  state: 'IN_QUEUE' as const,
  next: ['PRINTING' as const, 'CANCELLED' as const],
  done: 0,
  money: false,
  held: 0,
  last: false,
  ...more,
});

it('takes a reason where something was paid, as the server asks', () => {
  expect(needsReason([job()])).toBe(false);
  expect(needsReason([job(), job({ money: true })])).toBe(true);
});

it('leaves what is the rest of its order to its page', () => {
  const rest = job({ id: 'r', next: ['PRINTING'], rest: true });
  expect(cancellable([job(), rest]).map(({ id }) => id)).toEqual(['j']);
});

it('says what becomes of copies', () => {
  expect(cancelWords([job()])).toBe('No more of it is made for ORD-1001.');
  expect(cancelWords([job({ state: 'PRINTING', done: 2 })])).toContain('a printer do not count. 2 good copies are');
  expect(cancelWords([job(), job({ done: 1 })])).toMatch(/^No more of them are made\. 1 good copy is spare/);
});

it('says that what was paid stays, and when it is refunded', () => {
  expect(heldWords([job()])).toBeUndefined();
  expect(heldWords([job({ held: 4000, money: true })])?.title).toBe('$40.00 is paid for ORD-1001');
  expect(heldWords([job({ held: 4000, money: true })])?.text).toMatch(
    /^This does not send any of it back\. When the last/,
  );
  expect(heldWords([job({ held: 4000, money: true, last: true })])?.text).toContain('cancel the order itself');
  const two = heldWords([job({ held: 4000 }), job({ held: 4000 }), job({ order_id: 'p', held: 1000 })]);
  expect(two?.title).toBe('$50.00 is paid for these orders'); // each order's money once
});
