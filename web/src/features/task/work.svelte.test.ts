import { flushSync } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import type { Chore, Task } from '../../api/types';
import type { List } from '../../lib/list.svelte';
import { createWork } from './work.svelte';

let stop: () => void = () => {};

afterEach(() => {
  stop();
  vi.restoreAllMocks();
});

it('sends one request for both lists, and never takes an answer that was on its way before', async () => {
  const answers: ((state: string) => void)[] = [];
  vi.spyOn(api, 'GET').mockImplementation(() => {
    const answer = new Promise((resolve) => {
      answers.push((state) =>
        resolve({ data: { tasks: [], chores: [{ kind: 'check.bytes', state }] }, response: new Response() }),
      );
    });
    return answer as ReturnType<typeof api.GET>;
  });
  let chores!: List<Chore>;
  stop = $effect.root(() => void (chores = createWork().chores));
  flushSync();
  await vi.waitFor(() => expect(answers).toHaveLength(1));

  const again = chores.reload(); // it has changed meanwhile
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[0]!('waiting');
  answers[1]!('done');
  await again;
  expect(chores.rows.map((chore) => chore.state)).toEqual(['done']);
});

it('fetches the next page of what failed by itself, and says how many there are', async () => {
  const asked: unknown[] = [];
  vi.spyOn(api, 'GET').mockImplementation(((_: string, init?: { params?: { query?: { after?: string } } }) => {
    const after = init?.params?.query?.after;
    asked.push(after);
    const data = after
      ? { tasks: [{ id: '2' }], chores: [] }
      : { tasks: [{ id: '1' }], next: '7.1', count: 2, chores: [] };
    return Promise.resolve({ data, response: new Response() });
  }) as unknown as typeof api.GET);
  let failed!: List<Task>;
  stop = $effect.root(() => void (failed = createWork().failed));
  flushSync();
  await vi.waitFor(() => expect(failed.hasMore).toBe(true));
  await failed.more();
  expect(failed.rows.map((task) => task.id)).toEqual(['1', '2']);
  expect([failed.hasMore, failed.total]).toEqual([false, 2]);
  expect(asked).toEqual([undefined, '7.1']);
});
