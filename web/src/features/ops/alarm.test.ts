import { expect, test } from 'vitest';

import type { Alarm } from '../../api/types';
import { linkOf, listed } from './alarm';

function alarm(fields: Partial<Alarm>): Alarm {
  return { id: '1', kind: 'task_failed', message: 'It failed.', object_kind: 'task', raised: 1, ...fields };
}

test('an alarm leads to where it can be dealt with', () => {
  expect(linkOf(alarm({}))?.href).toBe('/staff/tasks');
  expect(linkOf(alarm({ object_kind: 'event', object_id: 'evt_1' }))?.href).toBe('/staff/tasks');
  expect(linkOf(alarm({ object_kind: 'payment', order_id: 'o1' }))?.href).toBe('/staff/orders/o1');
  expect(linkOf(alarm({ object_kind: 'payment', object_id: 'p1' }))?.href).toBe('/staff/payments');
  expect(linkOf(alarm({ kind: 'dispute_open', object_kind: 'payment', order_id: 'o1' }))?.href).toBe(
    '/staff/orders/o1',
  );
  expect(linkOf(alarm({ kind: 'overpaid', object_kind: 'payment', order_id: 'o1' }))?.href).toBe('/staff/orders/o1');
  expect(linkOf(alarm({ kind: 'overpaid', object_kind: 'payment', object_id: 'p1' }))).toBeUndefined();
  expect(linkOf(alarm({ object_kind: 'file', object_id: 'b1' }))).toBeUndefined();
  expect(linkOf(alarm({ kind: 'orders_waiting', object_kind: 'shop' }))?.href).toBe('/staff?tab=review');
});

test('what has a button of its own is not listed again', () => {
  const kinds = ['clock_held', 'sweep_held', 'task_failed', 'of_a_newer_server'];
  expect(listed(kinds.map((kind) => alarm({ kind }))).map(({ kind }) => kind)).toEqual([
    'task_failed',
    'of_a_newer_server',
  ]);
});
