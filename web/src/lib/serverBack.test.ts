import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { onServerBack } from './serverBack';

const listeners = new Map<string, () => void>();
let answers: boolean[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', {
    addEventListener: (name: string, handle: () => void) => listeners.set(name, handle),
    removeEventListener: (name: string) => listeners.delete(name),
  });
  vi.stubGlobal('fetch', () =>
    answers.shift() ? Promise.resolve({ ok: true }) : Promise.reject(new TypeError('no connection')),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('calls back once, as soon as the server answers', async () => {
  answers = [false, false, true, true];
  const back = vi.fn();
  onServerBack(back);
  await vi.advanceTimersByTimeAsync(2000 + 4000);
  expect(back).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(8000);
  expect(back).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(back).toHaveBeenCalledOnce();
  expect(listeners.size).toBe(0);
});

it('asks at once when the connection is back, and not at all when nobody waits any more', async () => {
  answers = [true];
  const back = vi.fn();
  onServerBack(back);
  listeners.get('online')!();
  await vi.advanceTimersByTimeAsync(0);
  expect(back).toHaveBeenCalledOnce();

  answers = [true];
  const never = vi.fn();
  onServerBack(never)();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(never).not.toHaveBeenCalled();
});
