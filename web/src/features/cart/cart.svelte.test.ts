import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import type { Cart, Choices, Part } from '../../api/types';
import { CartStore } from './cart.svelte';

const choices: Choices = {
  material_id: 'pla',
  colour_id: 'red',
  quality: '0.20',
  infill: 20,
  supports: 'auto',
  copies: 1,
  unit: 'mm',
};

/** A server with one cart of two parts: it refuses what was chosen from before a part's last choice. */
class Server {
  version = 5;
  parts: Record<string, Choices> = { a: { ...choices }, b: { ...choices } };
  chosen: Record<string, number> = { a: 0, b: 0 };
  /** Bodies as they came, and how many were on their way at once. */
  asked: { id: string; version: number; copies?: number | undefined; infill?: number | undefined }[] = [];
  atOnce = 0;
  private open = 0;

  cart(): Cart {
    const parts = Object.entries(this.parts).map(([id, its]) => ({
      id,
      name: `${id}.stl`,
      bytes: 1,
      kind: 'model',
      machine_id: 'small',
      state: 'sliced',
      choices: { ...its },
      unit_answered: false,
      fits: true,
      print_anyway: false,
      review_reasons: [],
      plates: [],
    })) as Part[];
    return { parts, can_pay: true, busy: false, machines: [], review_reasons: [], version: this.version };
  }

  choose(id: string, change: Partial<Choices>): void {
    this.version++;
    this.parts[id] = { ...this.parts[id]!, ...change };
    this.chosen[id] = this.version;
  }

  async patch(id: string, { version, ...change }: { version: number } & Partial<Choices>) {
    this.atOnce = Math.max(this.atOnce, ++this.open);
    this.asked.push({ id, version, ...change });
    await Promise.resolve();
    await Promise.resolve();
    this.open--;
    if (this.chosen[id]! > version) {
      const error = { code: 'changed_meanwhile', detail: 'Another tab changed this on Thu 26 Nov at 15:04.' };
      return { error, response: new Response(null, { status: 409 }) };
    }
    this.choose(id, change);
    return { data: this.cart(), response: new Response() };
  }

  async remove(id: string, version: number) {
    await Promise.resolve();
    if (this.chosen[id]! > version) {
      const error = { code: 'changed_meanwhile', detail: 'Another tab changed this on Thu 26 Nov at 15:04.' };
      return { error, response: new Response(null, { status: 409 }) };
    }
    this.version++;
    delete this.parts[id];
    return { data: this.cart(), response: new Response() };
  }
}

const subscribe = vi.hoisted(() => vi.fn(() => () => undefined));
vi.mock('../../lib/events', () => ({ subscribe }));

let server: Server;
let store: CartStore;

beforeEach(async () => {
  vi.useFakeTimers();
  server = new Server();
  vi.spyOn(api, 'GET').mockImplementation(
    () => Promise.resolve({ data: server.cart(), response: new Response() }) as unknown as ReturnType<typeof api.GET>,
  );
  vi.spyOn(api, 'PATCH').mockImplementation(((_: string, init: never) => {
    const { params, body } = init as { params: { path: { id: string } }; body: { version: number } };
    return server.patch(params.path.id, body);
  }) as unknown as typeof api.PATCH);
  vi.spyOn(api, 'DELETE').mockImplementation(((_: string, init: never) => {
    const { params } = init as { params: { path: { id: string }; query: { version: number } } };
    return server.remove(params.path.id, params.query.version);
  }) as unknown as typeof api.DELETE);
  store = new CartStore();
  await store.refresh();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a hand that is quicker than the answers', () => {
  it('saves one after the other, each from the version of the answer before, and is never in its own way', async () => {
    for (let copies = 2; copies < 8; copies++) {
      store.choose(['a'], { copies });
      void store.flush();
      if (copies % 2 === 0) await Promise.resolve();
      server.version++; // a slice came
    }
    await store.flush();
    expect(store.clash).toBeUndefined();
    expect(store.problem).toBe('');
    expect(store.changing).toBe(false);
    expect(server.parts.a!.copies).toBe(7);
    expect(server.atOnce).toBe(1);
    expect(server.asked.length).toBeGreaterThan(1);
  });
});

it('shows another cart that this browser has from now on, though that changed less often than the one before', async () => {
  store.choose(['a'], { copies: 9 });
  server = new Server();
  server.version = 2;
  server.parts = { c: { ...choices } };
  await store.refresh();
  expect(store.cart.parts.map((part) => part.id)).toEqual(['a', 'b']);
  store.begin();
  await store.refresh();
  expect(store.cart.parts.map((part) => part.id)).toEqual(['c']);
  expect(store.changing).toBe(false);
  await vi.runAllTimersAsync();
  expect(server.asked).toEqual([]);
});

describe('another tab that chose meanwhile', () => {
  beforeEach(async () => {
    store.choose(['a'], { copies: 7 });
    server.choose('a', { copies: 5, infill: 40 });
    await store.flush();
  });

  it('is said, its state is here, and what was typed stays', () => {
    expect(store.clash?.message).toContain('Another tab');
    expect(store.cart.parts[0]!.choices).toMatchObject({ copies: 7, infill: 40 });
    expect(store.clashing[0]!.part.choices.copies).toBe(5);
    expect(server.parts.a!.copies).toBe(5);
  });

  it('holds back only the parts concerned, until somebody decides', async () => {
    store.choose(['a'], { copies: 8 });
    store.choose(['b'], { copies: 2 });
    await store.flush();
    expect(server.parts.b!.copies).toBe(2);
    expect(server.parts.a!.copies).toBe(5);
    expect(store.changing).toBe(true);
    await store.keepMine();
    expect(server.parts.a).toMatchObject({ copies: 8, infill: 40 });
    expect(store.clash).toBeUndefined();
    expect(store.changing).toBe(false);
  });

  it('may have its way', () => {
    store.takeTheirs();
    expect(store.cart.parts[0]!.choices.copies).toBe(5);
    expect(store.clash).toBeUndefined();
    expect(store.changing).toBe(false);
  });

  it('is told of again where it chose once more', async () => {
    server.choose('a', { copies: 6 });
    await store.keepMine();
    expect(store.clash).toBeDefined();
    expect(store.cart.parts[0]!.choices.copies).toBe(7);
  });
});

it('lets what was chosen before news of another tab came clash, too', async () => {
  store.choose(['a'], { copies: 7 });
  server.choose('a', { copies: 5 });
  await store.refresh(); // the event of it
  await store.flush();
  expect(store.clash).toBeDefined();
});

it('forgets what was chosen for a part that another tab took out', async () => {
  store.choose(['a'], { copies: 7 });
  server.choose('a', { copies: 5 });
  const patch = server.patch.bind(server);
  server.patch = async (id, body) => {
    const answer = await patch(id, body);
    delete server.parts.a;
    server.version++;
    return answer;
  };
  await store.flush();
  expect(store.clash).toBeUndefined();
  expect(store.changing).toBe(false);
});

it('sends how a part lies once the hand has come to rest, and only the last', async () => {
  const asked: unknown[] = [];
  const patch = server.patch.bind(server);
  server.patch = (id, body) => {
    asked.push(body);
    return patch(id, body);
  };
  const quarter = { w: Math.SQRT1_2, x: Math.SQRT1_2, y: 0, z: 0 };
  const half = { w: 0, x: 1, y: 0, z: 0 };
  store.choose(['a'], { pose: quarter });
  vi.advanceTimersByTime(200);
  store.choose(['a'], { pose: half });
  expect(store.cart.parts[0]!.pose).toEqual(half);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([{ version: 5, pose: half }]);
  expect(store.changing).toBe(false);
});

describe('an answer that does not come', () => {
  it('is asked for again, though no file was here before', async () => {
    const parts = server.parts;
    server.parts = {};
    store = new CartStore();
    await store.refresh();
    subscribe.mockClear();
    // The first file has arrived, and the line is gone for a moment.
    server.parts = parts;
    vi.mocked(api.GET).mockImplementationOnce((() => Promise.reject(new TypeError('Failed to fetch'))) as never);
    await store.refresh();
    expect(store.cart.parts).toHaveLength(0);
    expect(subscribe).toHaveBeenCalledOnce();
  });
});

describe('taking a part out', () => {
  it('waits for what was chosen here, and is not in its way', async () => {
    store.choose(['a'], { copies: 4 });
    await store.remove(store.cart.parts[0]!);
    expect(server.chosen['a']).toBe(6);
    expect(store.cart.parts.map(({ id }) => id)).toEqual(['b']);
  });

  it('is refused when another tab chose for it meanwhile, and nothing is lost', async () => {
    server.choose('a', { copies: 7 });
    await expect(store.remove(store.cart.parts[0]!)).rejects.toThrow('Another tab');
    await store.refresh();
    expect(store.cart.parts[0]!.choices.copies).toBe(7);
    await store.remove(store.cart.parts[0]!);
    expect(store.cart.parts.map(({ id }) => id)).toEqual(['b']);
  });
});
