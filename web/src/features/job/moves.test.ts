import { expect, it } from 'vitest';

import { movesOf } from './moves';

const job = (state: string, next: string[], more: { owed?: number; elsewhere?: boolean } = {}) => ({
  state,
  next,
  delivery: 'pickup',
  owed: 0,
  elsewhere: false,
  ...more,
});

it('lets the usual step stand out, and keeps every other one', () => {
  expect(movesOf(job('QUEUED', ['PRE_PROCESSING', 'IN_QUEUE', 'PRINTING', 'CANCELLED'], { owed: 2 }))).toEqual({
    forward: 'IN_QUEUE',
    others: ['PRE_PROCESSING', 'PRINTING', 'CANCELLED'],
  });
});

it('puts what is packed on the shelf, from where it leaves by a handover', () => {
  expect(movesOf(job('PACKAGING', ['READY_TO_COLLECT', 'IN_QUEUE'])).forward).toBe('READY_TO_COLLECT');
  expect(movesOf(job('READY_TO_COLLECT', ['IN_QUEUE', 'CANCELLED'])).forward).toBeUndefined();
});

it('does not offer a cancelled job again by itself, nor a state that this page does not know', () => {
  expect(movesOf(job('CANCELLED', ['IN_QUEUE', 'MELTED']))).toEqual({ forward: undefined, others: ['IN_QUEUE'] });
});

it('prints what is owed again', () => {
  const next = ['POST_PROCESSING', 'PACKAGING', 'IN_QUEUE', 'CANCELLED'];
  expect(movesOf(job('PRINTING_COMPLETE', next, { owed: 1 })).forward).toBe('IN_QUEUE');
  expect(movesOf(job('PRINTING_COMPLETE', next)).forward).toBe('PACKAGING');
});

it('asks for no printer where nothing is printed', () => {
  const next = ['IN_QUEUE', 'PRINTING', 'PRINTING_COMPLETE', 'CANCELLED'];
  expect(movesOf(job('QUEUED', next, { owed: 1, elsewhere: true })).forward).toBe('PRINTING_COMPLETE');
  expect(movesOf(job('IN_QUEUE', next)).forward).toBe('PRINTING_COMPLETE');
});
