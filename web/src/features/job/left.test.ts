import { expect, it } from 'vitest';

import type { JobState } from '../../api/types';
import { nameOf, partedBy, whyLeft } from './left';

const job = (state: JobState, next: JobState[] = [], more: object = {}) => ({
  title: 'clip.stl',
  order_number: 'ORD-1042',
  state,
  next,
  owed: 0,
  elsewhere: false,
  money: false,
  rest: false,
  ...more,
});

it('parts the chosen jobs into those that a move is for and those that it leaves', () => {
  const [packed, held, queued] = [job('PACKAGING', ['CANCELLED']), job('IN_QUEUE'), job('QUEUED', ['CANCELLED'])];
  expect(partedBy([packed, held, queued], 'CANCELLED')).toEqual({ does: [packed, queued], leaves: [held] });
  expect(nameOf(packed)).toBe('clip.stl of ORD-1042');
});

it('says in a few words why a job is left where it is', () => {
  for (const [one, to, why] of [
    [job('COMPLETED'), 'CANCELLED', 'its copies have left the shop'],
    [job('CANCELLED'), 'CANCELLED', 'it is cancelled already'],
    [
      job('PACKAGING', [], { rest: true }),
      'CANCELLED',
      'it is all that is left of its order, so cancel the rest of that instead',
    ],
    [job('QUEUED', [], { money: true }), 'CANCELLED', 'its order was paid, so an admin decides'],
    [job('QUEUED'), 'CANCELLED', 'you may not cancel it'],
    [job('IN_QUEUE'), 'IN_QUEUE', 'it is in the queue already'],
    [job('IN_QUEUE', [], { hold: 'A cardholder disputes a payment.' }), 'PRE_PROCESSING', 'it is on hold'],
    [job('IN_QUEUE', [], { owed: 2 }), 'PACKAGING', '2 copies are still to be made'],
    [job('PRINTING', [], { owed: 1 }), 'READY_TO_COLLECT', '1 copy is still to be made'],
    [job('QUEUED', [], { owed: 1 }), 'PRINTING_COMPLETE', 'it is waiting to be prepared'],
    [job('PRINTING_COMPLETE'), 'READY_TO_COLLECT', 'it is printed'],
    [job('CANCELLED', [], { owed: 1 }), 'PACKAGING', 'it is cancelled'],
    [
      job('CANCELLED', [], { money: true, costs_again: 900 }),
      'IN_QUEUE',
      'its order costs more with it, so an admin decides',
    ],
  ] as const) {
    expect(whyLeft(one, to)).toBe(why);
  }
});
