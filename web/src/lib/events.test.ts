import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { subscribe } from './events';

/** An event stream that does what the test says. */
class Stream {
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static last: Stream;
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  readonly heard = new Map<string, (event: { data: string }) => void>();

  constructor() {
    Stream.last = this;
  }
  addEventListener(name: string, handle: (event: { data: string }) => void): void {
    this.heard.set(name, handle);
  }
  open(): void {
    this.readyState = Stream.OPEN;
    this.onopen?.();
  }
  fail(): void {
    this.readyState = 0;
    this.onerror?.();
  }
  close(): void {
    this.readyState = Stream.CLOSED;
  }
}

let stop: () => void = () => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Stream);
  vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: vi.fn(), removeEventListener: vi.fn() });
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function start(expecting = false) {
  const refresh = vi.fn();
  const onCart = vi.fn();
  const onState = vi.fn();
  stop = subscribe({
    url: '/events',
    on: { cart: onCart },
    refresh,
    pollEvery: () => 2000,
    expecting: () => expecting,
    onState,
  });
  return { refresh, onCart, onState };
}

it('passes events on, and asks for nothing while the stream brings it', async () => {
  const { refresh, onCart, onState } = start();
  Stream.last.open();
  Stream.last.heard.get('cart')?.({ data: '{"version":2}' });
  expect(onCart).toHaveBeenCalledWith({ version: 2 });
  for (let beats = 0; beats < 8; beats++) {
    await vi.advanceTimersByTimeAsync(15_000);
    Stream.last.heard.get('beat')?.({ data: '{}' });
  }
  expect(refresh).not.toHaveBeenCalled();
  expect(onState.mock.calls).toEqual([[true]]);
});

it('polls while there is no stream, and asks once more when it is back', async () => {
  const { refresh, onState } = start();
  await vi.advanceTimersByTimeAsync(4000 + 2000);
  expect(refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(refresh).toHaveBeenCalledTimes(2);
  Stream.last.open();
  expect(refresh).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(refresh).toHaveBeenCalledTimes(3);
  Stream.last.fail();
  expect(onState.mock.calls).toEqual([[false], [true], [false]]);
});

it('polls when an open stream has gone silent, and opens another', async () => {
  const { refresh, onState } = start();
  Stream.last.open();
  const silent = Stream.last;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(onState.mock.calls).toEqual([[true], [false]]);
  expect(silent.readyState).toBe(Stream.CLOSED);
  await vi.advanceTimersByTimeAsync(2000);
  expect(refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(13_000);
  expect(Stream.last).not.toBe(silent);
  Stream.last.open();
  expect(onState.mock.calls).toEqual([[true], [false], [true]]);
  const asked = refresh.mock.calls.length;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(refresh).toHaveBeenCalledTimes(asked);
});

it('does not trust an open stream alone while an event is due', async () => {
  const { refresh } = start(true);
  Stream.last.open();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(refresh).toHaveBeenCalledTimes(3);
  stop();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(refresh).toHaveBeenCalledTimes(3);
});
