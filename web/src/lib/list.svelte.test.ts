import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createList, type List, type ListAnswer, type ListRequest } from './list.svelte';

interface Row {
  id: string;
}

/** An address bar of its own. */
class Bar {
  query = $state(new URLSearchParams());
  path = '/staff/orders';
  went: string[] = [];

  go(to: string): void {
    this.went.push(to);
    this.query = new URLSearchParams(to.split('?')[1] ?? '');
  }
}

let bar: Bar;
let asks: { ask: ListRequest; answer: (page: ListAnswer<Row>) => void; refuse: (error: Error) => void }[];
let stop: () => void = () => {};

const rows = (...ids: string[]): Row[] => ids.map((id) => ({ id }));
const shown = (list: List<Row>): string => list.rows.map((row) => row.id).join(' ');

function start(reloadOn?: () => unknown, searchIn?: Record<string, string>): List<Row> {
  let list!: List<Row>;
  stop = $effect.root(() => {
    list = createList<Row>({
      load: (ask) => new Promise((answer, refuse) => asks.push({ ask, answer, refuse })),
      id: (row) => row.id,
      filters: { tab: 'open' },
      address: bar,
      message: (error) => (error as Error).message,
      reloadOn,
      searchIn,
    });
  });
  flushSync();
  return list;
}

/** Lets the answers that were given arrive. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
}

beforeEach(() => {
  vi.useFakeTimers();
  bar = new Bar();
  asks = [];
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('asks for what the address says, and again when it changes', async () => {
  const list = start();
  expect(asks[0]!.ask.filters).toEqual({ tab: 'open' });
  asks[0]!.answer({ rows: rows('a', 'b'), total: 2, counts: { open: 2, paid: 5 } });
  await settle();
  expect(shown(list)).toBe('a b');
  expect(list.counts.paid).toBe(5);

  list.filter('tab', 'paid');
  flushSync();
  expect(bar.went).toEqual(['/staff/orders?tab=paid']);
  expect(asks[1]!.ask.filters).toEqual({ tab: 'paid' });
  expect(list.narrowed).toBe(true);
  list.clear();
  flushSync();
  expect(bar.went.at(-1)).toBe('/staff/orders');
});

it('says that it waits only after 200 ms', async () => {
  const list = start();
  await vi.advanceTimersByTimeAsync(199);
  expect(list.waiting).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(list.waiting).toBe(true);
  asks[0]!.answer({ rows: [] });
  await settle();
  expect(list.waiting).toBe(false);
  expect(list.loaded).toBe(true);
});

it('keeps what was there when a load fails, and forgets the failure after the next', async () => {
  const list = start();
  asks[0]!.answer({ rows: rows('a') });
  await settle();
  void list.reload();
  asks[1]!.refuse(new Error('The list did not load.'));
  await settle();
  expect(shown(list)).toBe('a');
  expect(list.failed).toBe('The list did not load.');
  void list.reload();
  asks[2]!.answer({ rows: rows('a', 'b') });
  await settle();
  expect(list.failed).toBe('');
  expect(shown(list)).toBe('a b');
});

it('drops an answer that nobody waits for any more', async () => {
  const list = start();
  list.filter('tab', 'paid');
  flushSync();
  expect(asks[0]!.ask.signal.aborted).toBe(true);
  asks[1]!.answer({ rows: rows('new') });
  asks[0]!.answer({ rows: rows('old') });
  await settle();
  expect(shown(list)).toBe('new');
});

it('appends the rows behind a cursor, each once', async () => {
  const list = start();
  asks[0]!.answer({ rows: rows('a', 'b'), next: 'b' });
  await settle();
  expect(list.hasMore).toBe(true);
  void list.more();
  void list.more();
  expect(asks).toHaveLength(2);
  expect(asks[1]!.ask.cursor).toBe('b');
  asks[1]!.answer({ rows: rows('b', 'c') });
  await settle();
  expect(shown(list)).toBe('a b c');
  expect(list.hasMore).toBe(false);
});

it('asks again in place when an event says so, and keeps the choice that is still there', async () => {
  let news = $state(0);
  const list = start(() => news);
  asks[0]!.answer({ rows: rows('a', 'b') });
  await settle();
  list.chooseAll(true);
  news++;
  flushSync();
  asks[1]!.answer({ rows: rows('b', 'c') });
  await settle();
  expect(list.chosen).toEqual(['b']);
  list.choose(list.rows[1]!, true);
  expect(list.chosenRows.map((row) => row.id)).toEqual(['b', 'c']);
});

it('sorts rising, then falling', () => {
  const list = start();
  expect(list.sortHref('due')).toBe('/staff/orders?sort=due');
  bar.go(list.sortHref('due'));
  expect(list.sortHref('due')).toBe('/staff/orders?sort=-due');
});

it('searches in all rows, and stays on the tab that is taken then', async () => {
  const list = start(undefined, { tab: 'all' });
  list.search('ORD-7');
  expect(bar.went.at(-1)).toBe('/staff/orders?tab=all&q=ORD-7');
  list.filter('tab', 'done');
  list.search('ORD-71');
  expect(bar.went.at(-1)).toBe('/staff/orders?tab=done&q=ORD-71');
});
