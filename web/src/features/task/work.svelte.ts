import { api, call, messageOf } from '../../api/client';
import type { CartsFrom, Chore, OpenUpload, Schemas, Task } from '../../api/types';
import { createList, type List } from '../../lib/list.svelte';
import { session } from '../account/session.svelte';
import { events } from '../event/events.svelte';

/** What visitors and staff are uploading. Made while a component starts. */
export function createUploads(): List<OpenUpload> {
  return createList<OpenUpload>({
    id: (upload) => upload.id,
    message: (error) => (session.expired(error) ? '' : messageOf(error)),
    load: async ({ cursor, signal }) => {
      const query = cursor ? { after: cursor } : {};
      const { uploads, next, total } = await call(api.GET('/api/uploads', { params: { query }, signal }));
      return { rows: uploads, next, total };
    },
  });
}

/** What visitors sent and have not ordered, by address. Made while a component starts. */
export function createWaitingCarts(): List<CartsFrom> {
  return createList<CartsFrom>({
    id: (from) => from.address,
    message: (error) => (session.expired(error) ? '' : messageOf(error)),
    load: async ({ cursor, signal }) => {
      const query = cursor ? { after: cursor } : {};
      const { carts, next, total } = await call(api.GET('/api/uploads/carts', { params: { query }, signal }));
      return { rows: carts, next, total };
    },
  });
}

/** What gave up and what comes by itself: two lists of one answer. Made while a component starts. */
export function createWork(): { failed: List<Task>; chores: List<Chore> } {
  let pending: Promise<Schemas['TaskListView']> | undefined;

  /** One request for both lists where they load at once; its answer is never given to a load that came later. */
  function request(): Promise<Schemas['TaskListView']> {
    if (!pending) {
      pending = call(api.GET('/api/tasks'));
      queueMicrotask(() => (pending = undefined));
    }
    return pending;
  }

  const usual = {
    reloadOn: () => events.tasks,
    message: (error: unknown) => (session.expired(error) ? '' : messageOf(error)),
  };
  return {
    failed: createList<Task>({
      ...usual,
      id: (task) => task.id,
      load: async ({ cursor, signal }) => {
        const answer = await (cursor
          ? call(api.GET('/api/tasks', { params: { query: { after: cursor } }, signal }))
          : request());
        return { rows: answer.tasks, next: answer.next, total: answer.count };
      },
    }),
    chores: createList<Chore>({
      ...usual,
      id: (chore) => chore.kind,
      load: async () => ({ rows: (await request()).chores }),
    }),
  };
}
