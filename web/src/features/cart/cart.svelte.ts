import { api, call, messageOf } from '../../api/client';
import type { Cart, Choices, Part, Schemas } from '../../api/types';
import { subscribe } from '../../lib/events';
import { groupChanges, isAnotherCart, mergeChoices, replaces } from './state';

const empty: Cart = { parts: [], can_pay: false, busy: false, review_reasons: [], version: -1 };
/** A dragged number should not slice at every step; in milliseconds. */
const debounceMs = 400;

/**
 * The customer's cart as the server has it, with the choices that are on their way laid over it, so that
 * a control never jumps back while its answer is awaited.
 */
class CartStore {
  private server = $state.raw<Cart>(empty);
  private pending = $state.raw<Record<string, Partial<Choices>>>({});
  /** Counts the states taken from answers and events, to see which answers were overtaken. */
  private taken = 0;
  private unsubscribe: () => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The last refresh of the cart failed, so the page may show old facts. */
  private stale = false;
  private readonly seen = (): void => {
    if (document.visibilityState === 'visible') void this.refresh();
  };

  loaded = $state(false);
  problem = $state('');

  cart = $derived.by<Cart>(() => ({
    ...this.server,
    parts: this.server.parts.map((part) => mergeChoices(part, this.pending)),
  }));

  /** A choice is on its way: the price on the page is not the one it will be. */
  get changing(): boolean {
    return Object.keys(this.pending).length > 0;
  }

  start(): () => void {
    let stopped = false;
    void this.refresh().then(() => {
      if (!stopped) this.listen();
    });
    document.addEventListener('visibilitychange', this.seen);
    return () => {
      stopped = true;
      this.unsubscribe();
      document.removeEventListener('visibilitychange', this.seen);
      if (this.changing) void this.flush();
    };
  }

  async refresh(): Promise<void> {
    try {
      await this.answer(call(api.GET('/api/quick-order/cart')));
      this.stale = false;
      this.problem = '';
    } catch (error) {
      this.stale = true;
      this.problem = messageOf(error);
    }
  }

  /** Changes one part, or with several ids all of them; sent after the hand has come to rest. */
  choose(ids: string[], change: Partial<Choices>): void {
    const next = { ...this.pending };
    for (const id of ids) next[id] = { ...next[id], ...change };
    this.pending = next;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), debounceMs);
  }

  /** A link in the place of a file. It begins a cart as a file does. */
  async addLink(link: string): Promise<void> {
    await this.answer(call(api.POST('/api/quick-order/links', { body: { link } })));
  }

  async remove(part: Part): Promise<void> {
    await this.answer(call(api.DELETE('/api/quick-order/parts/{id}', { params: { path: { id: part.id } } })));
  }

  async sliceAgain(part: Part): Promise<void> {
    await this.answer(call(api.POST('/api/quick-order/slice', { body: { ids: [part.id] } })));
  }

  /** Sends what is pending; needed before anything that must see the latest choices. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    const sent = this.pending;
    for (const group of groupChanges(sent)) {
      try {
        await this.answer(this.patch(group.ids, group.choices));
        this.problem = '';
      } catch (error) {
        this.problem = messageOf(error);
      }
    }
    // What changed while the answer was on its way stays pending.
    const next = { ...this.pending };
    for (const [id, choices] of Object.entries(sent)) if (next[id] === choices) delete next[id];
    this.pending = next;
  }

  private patch(ids: string[], choices: Partial<Choices>): Promise<Cart> {
    const [only] = ids;
    return ids.length === 1 && only !== undefined
      ? call(api.PATCH('/api/quick-order/parts/{id}', { params: { path: { id: only } }, body: choices }))
      : call(api.PATCH('/api/quick-order/parts', { body: { choices, ids } }));
  }

  private listen(): void {
    this.unsubscribe();
    // Nobody has a stream before the first file makes a cart.
    if (this.loaded && this.server.parts.length === 0 && !this.server.order) return;
    this.unsubscribe = subscribe<Schemas['CartEvents']>({
      url: '/api/quick-order/events',
      on: { cart: (cart) => this.take(cart) },
      refresh: () => this.refresh(),
      pollEvery: () => (this.server.busy ? 2000 : 10_000),
      expecting: () => this.server.busy || this.stale,
    });
  }

  private async answer(asked: Promise<Cart>): Promise<void> {
    const before = this.taken;
    const cart = await asked;
    this.take(cart, this.taken !== before);
  }

  private take(cart: Cart, overtaken = false): void {
    this.loaded = true;
    this.taken++;
    if (!replaces(cart, this.server, overtaken)) return;
    // A stream that is open tells of the old cart, and an empty one had none.
    const another = isAnotherCart(cart, this.server) || (this.server.parts.length === 0 && cart.parts.length > 0);
    this.server = cart;
    if (another) this.listen();
  }
}

export const cartStore = new CartStore();
