import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Answer } from './answer';
import { convert } from './convert';

/** A worker that does nothing until it is told to. */
class Idle extends EventTarget {
  static made: Idle[] = [];
  ended = false;
  constructor() {
    super();
    Idle.made.push(this);
  }
  postMessage(): void {}
  terminate(): void {
    this.ended = true;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', Idle);
  vi.stubGlobal('self', { location: 'http://shop/' }); // where the worker's script is
  Idle.made = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const file = (size: number): File => ({ name: 'lid.step', size }) as File;
const never = new AbortController().signal;

test('a file of 64 MiB is read, and a larger one is not begun', async () => {
  await expect(convert(file(64 * 1024 * 1024 + 1), never)).resolves.toEqual({ why: 'size' });
  expect(Idle.made).toHaveLength(0);
  void convert(file(64 * 1024 * 1024), never);
  expect(Idle.made).toHaveLength(1);
});

test('what takes longer than two minutes is ended', async () => {
  let answer: Answer | undefined;
  void convert(file(1000), never).then((said) => (answer = said));
  await vi.advanceTimersByTimeAsync(119_000);
  expect([answer, Idle.made[0]?.ended]).toEqual([undefined, false]);
  await vi.advanceTimersByTimeAsync(2000);
  expect([answer, Idle.made[0]?.ended]).toEqual([{ why: 'time' }, true]);
});

test('a worker that dies, and a file that is taken back, end it at once', async () => {
  const died = convert(file(1000), never);
  Idle.made[0]?.dispatchEvent(new Event('error'));
  await expect(died).resolves.toEqual({ why: 'failed' });
  const taken = new AbortController();
  const left = convert(file(1000), taken.signal);
  taken.abort();
  await expect(left).resolves.toEqual({ why: 'other' });
  expect(Idle.made.map(({ ended }) => ended)).toEqual([true, true]);
});
