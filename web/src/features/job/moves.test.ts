import { expect, it } from 'vitest';

import type { JobState } from '../../api/types';
import {
  actOf,
  asks,
  buttonOf,
  correctable,
  elsewhereWords,
  firstToMove,
  goesBack,
  headName,
  movesOf,
  movesOfAll,
  runsOn,
  runWords,
} from './moves';

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
    forward: 'PRINTING',
    others: ['PRE_PROCESSING', 'IN_QUEUE', 'CANCELLED'],
  });
});

it('puts what is packed on the shelf, from where it leaves by a handover', () => {
  expect(movesOf(job('PACKAGING', ['READY_TO_COLLECT', 'IN_QUEUE'])).forward).toBe('READY_TO_COLLECT');
  expect(movesOf(job('READY_TO_COLLECT', ['IN_QUEUE', 'CANCELLED'])).forward).toBeUndefined();
});

it('puts the next step of the first job that has one at the head of its order, under a name of its own', () => {
  const one = (title: string, state: string, next: string[], owed = 0) => ({
    ...job(state, next, { owed }),
    title,
    hold: '',
  });
  const shelf = one('shelf.stl', 'READY_TO_COLLECT', ['IN_QUEUE']);
  const gone = one('gone.stl', 'COMPLETED', []);
  const prints = one('prints.stl', 'IN_QUEUE', ['PRINTING', 'CANCELLED'], 1);
  const packs = one('packs.stl', 'PRINTING_COMPLETE', ['PACKAGING']);
  expect(firstToMove([shelf, gone, prints, packs])).toBe(prints);
  expect(firstToMove([gone, packs, prints])).toBe(packs);
  expect(firstToMove([shelf, gone])).toBeUndefined();
  expect(headName(prints, 'PRINTING')).toBe('Start printing prints.stl…');
  expect(headName(packs, 'PACKAGING')).toBe('Pack packs.stl');
  expect(headName(packs, 'READY_TO_COLLECT')).toBe('Put on the shelf: packs.stl…');
});

it('does not offer a cancelled job again by itself, nor a state that this page does not know', () => {
  expect(movesOf(job('CANCELLED', ['IN_QUEUE', 'MELTED']))).toEqual({ forward: undefined, others: ['IN_QUEUE'] });
});

it('never lets the way back stand out, and asks before it', () => {
  const states = ['PRINTING', 'PAUSED', 'PRINTING_COMPLETE', 'POST_PROCESSING', 'PACKAGING', 'READY_TO_COLLECT'];
  for (const state of [...states, 'CANCELLED']) {
    for (const owed of [0, 2]) {
      const at = job(state, ['IN_QUEUE'], { owed });
      expect(movesOf(at)).toEqual({ forward: undefined, others: ['IN_QUEUE'] });
      expect(asks(at, 'IN_QUEUE')).toBe(true);
      expect(actOf(at, 'IN_QUEUE')).toBe('Back to the queue');
    }
  }
  expect(goesBack(job('PRE_PROCESSING', []), 'IN_QUEUE')).toBe(false);
  expect(asks(job('QUEUED', []), 'IN_QUEUE')).toBe(false);
});

it('asks for no printer where nothing is printed', () => {
  const next = ['IN_QUEUE', 'PRINTING', 'PRINTING_COMPLETE', 'CANCELLED'];
  expect(movesOf(job('QUEUED', next, { owed: 1, elsewhere: true })).forward).toBe('PRINTING_COMPLETE');
  expect(movesOf(job('IN_QUEUE', next)).forward).toBe('PRINTING_COMPLETE');
  expect(buttonOf(job('IN_QUEUE', next), 'PRINTING_COMPLETE')).toBe('Mark as printed');
});

it('asks only what it must know', () => {
  expect(asks(job('IN_QUEUE', [], { owed: 1 }), 'PRINTING')).toBe(true);
  expect(asks(job('PAUSED', [], { owed: 1 }), 'PRINTING')).toBe(false); // on the printer that it is on
  expect(asks(job('PRINTING', [], { owed: 1 }), 'PRINTING_COMPLETE')).toBe(true);
  expect(asks(job('IN_QUEUE', []), 'PRINTING_COMPLETE')).toBe(false);
  expect(asks(job('PACKAGING', []), 'READY_TO_COLLECT')).toBe(true); // on which shelf
  expect(buttonOf(job('PAUSED', []), 'PRINTING')).toBe('Resume');
});

it('offers several jobs the step that most of them take next, and starts none', () => {
  const printed = job('PRINTING_COMPLETE', ['PACKAGING', 'IN_QUEUE', 'CANCELLED']);
  const waiting = job('QUEUED', ['PRINTING', 'IN_QUEUE', 'CANCELLED'], { owed: 1 });
  expect(movesOfAll([printed, printed, waiting])).toMatchObject({
    forward: { state: 'PACKAGING', count: 2, label: 'Pack' },
    others: [
      { state: 'IN_QUEUE', count: 3, all: true, label: 'Back to the queue', back: true },
      { state: 'CANCELLED', count: 3, all: true },
    ],
  });
  expect(movesOfAll([waiting])).toMatchObject({
    forward: undefined,
    others: [{ state: 'IN_QUEUE', label: 'Put in queue', back: false }, { state: 'CANCELLED' }],
  });
  const paid = job('QUEUED', ['PRINTING', 'IN_QUEUE'], { owed: 1 }); // an admin's to cancel
  expect(movesOfAll([waiting, paid]).others).toMatchObject([
    { state: 'IN_QUEUE' },
    { state: 'CANCELLED', count: 1, all: false },
  ]);
  expect(movesOfAll([paid, paid]).others).toMatchObject([{ state: 'IN_QUEUE' }]);
  expect(movesOfAll([]).others).toEqual([]);
});

it('says how a job without G-code is made only once that was decided', () => {
  const none = (state: JobState, done = 0) => elsewhereWords({ state, elsewhere: true, done });
  expect(none('QUEUED')).toBe('No G-code yet');
  expect(none('PACKAGING', 2)).toBe('Made elsewhere');
  expect(none('IN_QUEUE', 1)).toBe('Made elsewhere');
  expect(none('CANCELLED')).toBe('');
  expect(elsewhereWords({ state: 'QUEUED', elsewhere: false, done: 0 })).toBe('');
});

it('lets a run be corrected while its copies are here and nothing else prints', () => {
  const may = (state: JobState, done = 2, failed = 0): boolean => correctable({ state, done, failed });
  for (const state of ['IN_QUEUE', 'PRINTING_COMPLETE', 'PACKAGING', 'READY_TO_COLLECT'] as const) {
    expect(may(state)).toBe(true);
    expect(may(state, 0, 1)).toBe(true);
    expect(may(state, 0)).toBe(false); // nothing ran
  }
  for (const state of ['PRINTING', 'PAUSED', 'COMPLETED', 'CANCELLED'] as const) expect(may(state)).toBe(false);
});

it('says of a run how many were on it where not all of them are counted', () => {
  expect(runWords({ good: 2, failed: 2, on: 4 })).toBe('2 good, 2 failed');
  expect(runWords({ good: 2, failed: 1, on: 4 })).toBe('2 good, 1 failed of 4');
  expect(runWords({ good: 0, failed: 1, on: 2 })).toBe('1 failed of 2');
});

it('starts a job on printers of its machine, or of those that are interchangeable with it', () => {
  const on = (machine_id: string, any_machine = false) => ({ machine_id, any_machine });
  expect(runsOn(on('a'), on('a'))).toBe(true);
  expect(runsOn(on('a'), on('b', true))).toBe(false);
  expect(runsOn(on('a', true), on('b'))).toBe(false);
  expect(runsOn(on('a', true), on('b', true))).toBe(true);
  expect(runsOn({ any_machine: false }, on('b'))).toBe(true); // nobody knows what it was made for
});
