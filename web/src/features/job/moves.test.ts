import { expect, it } from 'vitest';

import { movesOf } from './moves';

const job = (state: string, next: string[], delivery = 'pickup') => ({ state, next, delivery });

it('lets the usual step stand out, and keeps every other one', () => {
  expect(movesOf(job('QUEUED', ['PRE_PROCESSING', 'IN_QUEUE', 'PRINTING', 'CANCELLED']))).toEqual({
    forward: 'IN_QUEUE',
    others: ['PRE_PROCESSING', 'PRINTING', 'CANCELLED'],
  });
});

it('packs for how the order leaves', () => {
  const next = ['READY_TO_COLLECT', 'SHIPPED', 'IN_QUEUE'];
  expect(movesOf(job('PACKAGING', next)).forward).toBe('READY_TO_COLLECT');
  expect(movesOf(job('PACKAGING', next, 'ship')).forward).toBe('SHIPPED');
});

it('does not offer a finished job again by itself, nor a state that this page does not know', () => {
  expect(movesOf(job('COMPLETED', ['IN_QUEUE', 'MELTED']))).toEqual({ forward: undefined, others: ['IN_QUEUE'] });
});
