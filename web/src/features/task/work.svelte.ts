import { api, call, messageOf } from '../../api/client';
import type { Chore, Schemas, Task } from '../../api/types';
import { createList, type List } from '../../lib/list.svelte';
import { session } from '../account/session.svelte';
import { events } from '../event/events.svelte';

/** What gave up and what comes by itself: two lists of one answer. Made while a component starts. */
export function createWork(): { failed: List<Task>; chores: List<Chore> } {
  let asked: Promise<Schemas['TaskListView']> | undefined;

  /** One question for both lists where they ask at once, and never an answer that was asked for before. */
  function ask(): Promise<Schemas['TaskListView']> {
    if (!asked) {
      asked = call(api.GET('/api/tasks'));
      queueMicrotask(() => (asked = undefined));
    }
    return asked;
  }

  const usual = {
    reloadOn: () => events.tasks,
    message: (error: unknown) => (session.expired(error) ? '' : messageOf(error)),
  };
  return {
    failed: createList<Task>({ ...usual, id: (task) => task.id, load: async () => ({ rows: (await ask()).tasks }) }),
    chores: createList<Chore>({
      ...usual,
      id: (chore) => chore.kind,
      load: async () => ({ rows: (await ask()).chores }),
    }),
  };
}
