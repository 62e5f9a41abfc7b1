import { expect, it } from 'vitest';

import type { Job } from '../../api/types';
import { costsAgainWords, undoable } from './back';

const job = (more: object = {}) => ({
  order_id: 'o',
  order_number: 'ORD-1001',
  next: ['IN_QUEUE'] as Job['next'],
  costs_again: 4000,
  ...more,
});

it('says what an order costs again once what was cancelled of it is put back', () => {
  expect(costsAgainWords([job({ costs_again: undefined })])).toBeUndefined();
  expect(costsAgainWords([job({ next: [] })])).toBeUndefined(); // an admin's to put back
  expect(costsAgainWords([job(), job()])).toMatch(
    /^ORD-1001 costs \$40\.00 again\. Any part of that which is not paid yet/,
  );
  const both = costsAgainWords([job(), job({ order_id: 'p', order_number: 'ORD-1002', costs_again: 500 })]);
  expect(both).toContain('ORD-1001 costs $40.00 again. ORD-1002 costs $5.00 again.');
});

it('takes back what can go back: whatever was elsewhere before, on hold or not, and what was cancelled by whom it may be', () => {
  const before = (
    ['READY_TO_COLLECT', 'PRINTING_COMPLETE', 'QUEUED', 'IN_QUEUE', 'CANCELLED', 'CANCELLED'] as const
  ).map((state, i) => ({ id: String(i), state }));
  const went = before.map(({ id }) => ({ id, state: 'IN_QUEUE' as const, next: [] as Job['next'] }));
  went[5]!.next = ['PRINTING', 'CANCELLED'];
  expect(undoable(went, before).map(({ id }) => id)).toEqual(['0', '1', '2', '5']);
  expect(undoable(went, [])).toEqual([]);
  const dearer = before.map((was) => ({ ...was, costs_again: was.id === '5' ? 4000 : undefined }));
  expect(undoable(went, dearer).map(({ id }) => id)).toEqual(['0', '1', '2']); // its order costs more again
});
