import { api, call, hasCode, messageOf } from '../../api/client';
import type { Cart, Part, Schemas } from '../../api/types';
import { subscribe } from '../../lib/events';
import { holdPrices } from './held';
import { afterAnswer, type Change, groupChanges, isAnotherCart, mergeChoices, type Pending, replaces } from './state';

const empty: Cart = { parts: [], can_pay: false, busy: false, machines: [], review_reasons: [], version: -1 };
/** A dragged number should not slice at every step; in milliseconds. */
const debounceMs = 400;

/**
 * The customer's cart as the server has it, with the choices that are on their way laid over it, so that
 * a control never jumps back while its answer is awaited.
 */
export class CartStore {
  private server = $state.raw<Cart>(empty);
  private pending = $state.raw<Record<string, Pending>>({});
  /** The latest save, which the next waits for: each names a version that the one before has made. */
  private sending = Promise.resolve();
  /** Counts the states taken from answers and events, to see which answers were overtaken. */
  private taken = 0;
  private unsubscribe: () => void = () => undefined;
  /** The server is asked, or tells, how the cart goes on. */
  private following = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The last refresh of the cart failed, so the page may show old facts. */
  private stale = false;
  private readonly seen = (): void => {
    if (document.visibilityState === 'visible') void this.refresh();
  };
  /** A choice made just before the page is left, by a link or with the tab, is not lost. */
  private readonly left = (): void => {
    if (this.changing) void this.flush();
  };

  loaded = $state(false);
  problem = $state('');
  /** A number of copies is typed that cannot be: it is asked about before anything goes on. */
  unclear = $state(false);
  /** Parts for which another tab chose meanwhile: what was chosen here waits until somebody says which it shall be. */
  clash = $state.raw<{ ids: string[]; message: string }>();

  cart = $derived.by<Cart>(() => ({
    ...this.server,
    parts: this.server.parts.map((part) => mergeChoices(part, this.pending)),
  }));

  /** The parts of a clash as they are stored, with what was chosen for them here. */
  readonly clashing = $derived.by<{ part: Part; here: Change }[]>(() =>
    this.server.parts
      .filter((part) => this.clash?.ids.includes(part.id))
      .map((part) => ({ part, here: this.pending[part.id]?.choices ?? {} })),
  );

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
    window.addEventListener('pagehide', this.left);
    return () => {
      stopped = true;
      this.unfollow();
      document.removeEventListener('visibilitychange', this.seen);
      window.removeEventListener('pagehide', this.left);
      this.left();
    };
  }

  /** This browser has another cart from now on: nothing of the one before counts, however often that had changed. */
  begin(): void {
    clearTimeout(this.timer);
    this.unsubscribe();
    this.taken++;
    this.server = empty;
    this.pending = {};
    this.clash = undefined;
    this.loaded = this.unclear = false;
    this.problem = '';
  }

  async refresh(): Promise<void> {
    try {
      await this.answer(call(api.GET('/api/quick-order/cart')));
      this.stale = false;
      this.problem = '';
    } catch (error) {
      this.stale = true;
      this.problem = messageOf(error);
      // The first file may be here by now: nobody else would ask for it again.
      if (this.loaded && !this.following) this.listen();
    }
  }

  /** Changes one part, or with several ids all of them; sent after the hand has come to rest. */
  choose(ids: string[], change: Change): void {
    const next = { ...this.pending };
    for (const id of ids) {
      const was = next[id];
      next[id] = { choices: { ...was?.choices, ...change }, from: was?.from ?? this.server.version };
    }
    this.pending = next;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), debounceMs);
  }

  /** A link instead of a file. It begins a cart as a file does. */
  async addLink(link: string): Promise<void> {
    await this.answer(call(api.POST('/api/quick-order/links', { body: { link } })));
  }

  /** Takes a part out, after what is being sent: what was chosen for it here is in nobody's way. */
  async remove(part: Part): Promise<void> {
    await this.flush();
    const params = { path: { id: part.id }, query: { version: this.server.version } };
    await this.answer(call(api.DELETE('/api/quick-order/parts/{id}', { params })));
  }

  /** Wants a part's model once more, with other choices, after what is being sent. It says which part that is. */
  async addLine(part: Part, change: Pick<Change, 'colour_id'>): Promise<string | undefined> {
    await this.flush();
    const before = this.server.parts.map(({ id }) => id);
    const params = { path: { id: part.id } };
    const body = { version: this.server.version, ...change };
    const now = await this.answer(call(api.POST('/api/quick-order/parts/{id}/lines', { params, body })));
    return now.parts.find(({ id }) => !before.includes(id))?.id;
  }

  /** Wants so many times as many copies of every part, after what is being sent. */
  async multiply(times: number): Promise<void> {
    await this.flush();
    const body = { version: this.server.version, choices: { times } };
    await this.answer(call(api.PATCH('/api/quick-order/parts', { body })));
  }

  async sliceAgain(part: Part): Promise<void> {
    await this.answer(call(api.POST('/api/quick-order/slice', { body: { ids: [part.id] } })));
  }

  /** Sends what is pending, after what is being sent; needed before anything that must see the latest choices. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.sending = this.sending.then(() => this.send());
    return this.sending;
  }

  /** Ends a clash with what was chosen here. */
  async keepMine(): Promise<void> {
    const next = { ...this.pending };
    for (const id of this.clash?.ids ?? []) if (next[id]) next[id] = { ...next[id], from: this.server.version };
    this.pending = next;
    this.clash = undefined;
    await this.flush();
  }

  /** Ends a clash with what the other tab chose. */
  takeTheirs(): void {
    this.drop(this.clash?.ids ?? []);
    this.clash = undefined;
  }

  private async send(): Promise<void> {
    const waiting = this.clash?.ids ?? [];
    const sent = Object.fromEntries(Object.entries(this.pending).filter(([id]) => !waiting.includes(id)));
    for (const group of groupChanges(sent)) {
      try {
        const stored = await this.answer(this.patch(group));
        // What changed while the answer was on its way stays pending.
        this.pending = afterAnswer(this.pending, group, stored.version);
        this.problem = '';
      } catch (error) {
        if (hasCode(error, 'changed_meanwhile')) {
          await this.meet(group.ids, error.message);
          continue;
        }
        this.pending = afterAnswer(this.pending, group, group.from);
        this.problem = messageOf(error);
      }
    }
  }

  /** Another tab was quicker: its state is read, and what was chosen here stays on the page. */
  private async meet(ids: string[], message: string): Promise<void> {
    await this.refresh();
    const here = this.server.parts.map((part) => part.id);
    this.drop(ids.filter((id) => !here.includes(id)));
    const both = here.filter((id) => ids.includes(id) || this.clash?.ids.includes(id));
    if (both.length > 0) this.clash = { ids: both, message };
  }

  private drop(ids: string[]): void {
    this.pending = Object.fromEntries(Object.entries(this.pending).filter(([id]) => !ids.includes(id)));
  }

  private patch({ ids, choices, from: version }: Pending & { ids: string[] }): Promise<Cart> {
    const [only] = ids;
    const keepalive = true; // it arrives though the page is left
    if (ids.length !== 1 || only === undefined) {
      return call(api.PATCH('/api/quick-order/parts', { body: { version, choices, ids }, keepalive }));
    }
    const path = { id: only };
    return call(
      api.PATCH('/api/quick-order/parts/{id}', { params: { path }, body: { version, ...choices }, keepalive }),
    );
  }

  private listen(): void {
    this.unfollow();
    // Nobody has a stream before the first file makes a cart.
    if (this.loaded && this.server.parts.length === 0 && !this.server.order && !this.stale) return;
    this.following = true;
    this.unsubscribe = subscribe<Schemas['CartEvents']>({
      url: '/api/quick-order/events',
      on: { cart: (cart) => this.take(cart) },
      refresh: () => this.refresh(),
      pollEvery: () => (this.server.busy ? 2000 : 10_000),
      expecting: () => this.server.busy || this.stale,
    });
  }

  private unfollow(): void {
    this.unsubscribe();
    this.following = false;
  }

  private async answer(asked: Promise<Cart>): Promise<Cart> {
    const before = this.taken;
    const cart = await asked;
    this.take(cart, this.taken !== before);
    return cart;
  }

  private take(cart: Cart, overtaken = false): void {
    this.loaded = true;
    this.taken++;
    if (!replaces(cart, this.server, overtaken)) return;
    // A stream that is open tells of the old cart, and an empty one had none.
    const another = isAnotherCart(cart, this.server) || (this.server.parts.length === 0 && cart.parts.length > 0);
    this.server = another ? cart : holdPrices(cart, this.server);
    if (another) this.listen();
  }
}

export const cartStore = new CartStore();
