import { messageOf } from '../api/client';
import { readQuery, writeQuery, type ListQuery, type ListSort, type ListUsual } from './query';
import { router } from './router.svelte';

/** What a loader is asked for. */
export interface ListRequest extends ListQuery {
  /** Where the rows after those that are shown begin, as the last answer said; undefined for the first ones. */
  cursor: string | undefined;
  /** Ends when nobody waits for this answer any more. */
  signal: AbortSignal;
}

/** What a loader answers. A list has a `next` cursor, or numbered `pages`, or neither. */
export interface ListAnswer<Row> {
  rows: Row[];
  next?: string;
  pages?: number;
  /** How many rows there are in all. */
  total?: number;
  /** Value of a filter -> how many rows it has: the numbers on tabs. */
  counts?: Record<string, number>;
}

/** The address that a list lives in; the router's, but for tests. */
export interface ListAddress {
  readonly query: URLSearchParams;
  readonly path: string;
  go(to: string, options?: { replace?: boolean }): void;
}

export interface ListOptions<Row> {
  load: (ask: ListRequest) => Promise<ListAnswer<Row>>;
  /** What makes a row the same row. */
  id: (row: Row) => string;
  /** Filter -> its value when the address does not name it. */
  filters?: Record<string, string>;
  sort?: ListSort;
  /** What a search sets filters to: it looks in all rows, wherever it was begun. */
  searchIn?: Record<string, string>;
  /** Read as state: when what it returns changes, the list asks again in place, as after an event of the server. */
  reloadOn?: () => unknown;
  /** The message for a load that failed; "" keeps silent, as when the session ended and the page goes to log in. */
  message?: (error: unknown) => string;
  address?: ListAddress;
}

/** Milliseconds before a wait is shown: most answers are here by then. */
const patience = 200;

/**
 * A list whose whole state stands in the address: reload, back and a shared link show the same. Rows that are shown
 * stay while others are asked for, and when asking fails. Made while a component starts, or in an effect's root.
 */
export function createList<Row>(options: ListOptions<Row>): List<Row> {
  return new List(options);
}

export class List<Row> {
  rows = $state.raw<Row[]>([]);
  total = $state<number>();
  pages = $state<number>();
  counts = $state.raw<Record<string, number>>({});
  /** An answer has come: an empty list is empty, not on its way. */
  loaded = $state(false);
  /** Waiting for longer than 200 ms. */
  waiting = $state(false);
  /** More rows are being fetched by `more`. */
  extending = $state(false);
  /** What went wrong with the last load, in a message. */
  failed = $state('');
  /** Ids of chosen rows that are shown. */
  chosen = $state.raw<readonly string[]>([]);

  private next = $state<string>();
  private asked: AbortController | undefined;
  private readonly usual: ListUsual;
  private readonly address: ListAddress;

  readonly query: ListQuery = $derived.by(() => readQuery(this.address.query, this.usual));
  readonly hasMore = $derived(this.next !== undefined);
  /** Something narrows the list: an empty answer then says so, and offers to clear. */
  readonly narrowed = $derived.by(
    () =>
      this.query.search !== '' ||
      Object.entries(this.usual.filters).some(([key, plain]) => this.query.filters[key] !== plain),
  );

  constructor(private readonly options: ListOptions<Row>) {
    this.usual = { filters: options.filters ?? {}, sort: options.sort };
    this.address = options.address ?? router;
    let before = '';
    $effect(() => {
      options.reloadOn?.();
      // Only a change of what is asked for asks again, not every change of the address.
      const wanted = JSON.stringify(this.query);
      const moved = wanted !== before;
      before = wanted;
      void this.load(moved);
      return () => this.asked?.abort();
    });
  }

  readonly id = (row: Row): string => this.options.id(row);

  /** The address of this list with something changed; the first page, unless a page is asked for. */
  href(change: { filters?: Record<string, string>; sort?: ListSort; search?: string; page?: number }): string {
    const next = {
      filters: { ...this.query.filters, ...change.filters },
      sort: change.sort ?? this.query.sort,
      search: change.search ?? this.query.search,
      page: change.page ?? 1,
    };
    const text = writeQuery(this.address.query, next, this.usual).toString();
    return text ? `${this.address.path}?${text}` : this.address.path;
  }

  filter(key: string, value: string): void {
    this.address.go(this.href({ filters: { [key]: value } }));
  }

  /** Typing replaces the address: back leaves the list, not the last letter. */
  search(text: string): void {
    const search = text.trim();
    const begins = search !== '' && this.query.search === '';
    const filters = begins ? this.options.searchIn : undefined;
    this.address.go(this.href({ search, filters }), { replace: true });
  }

  /** The address of the list sorted by a column: rising first, then falling. */
  sortHref(key: string): string {
    const { sort } = this.query;
    return this.href({ sort: { key, descending: sort?.key === key && !sort.descending } });
  }

  /** Back to what is usual, but for the filters named. */
  clear(keep: string[] = []): void {
    const filters = { ...this.usual.filters };
    for (const key of keep) filters[key] = this.query.filters[key]!;
    this.address.go(this.href({ filters, search: '' }));
  }

  /** Asks again for what is shown. */
  readonly reload = (): Promise<void> => this.load(false);

  /** Appends the rows after those that are shown. */
  readonly more = async (): Promise<void> => {
    if (this.next === undefined || this.extending) return;
    this.extending = true;
    try {
      await this.request(this.next, (answer) => {
        const known = this.rows.map(this.id);
        this.rows = [...this.rows, ...answer.rows.filter((row) => !known.includes(this.id(row)))];
      });
    } finally {
      this.extending = false;
    }
  };

  choose(row: Row, chosen: boolean): void {
    const others = this.chosen.filter((id) => id !== this.id(row));
    this.chosen = chosen ? [...others, this.id(row)] : others;
  }

  chooseAll(chosen: boolean): void {
    this.chosen = chosen ? this.rows.map(this.id) : [];
  }

  isChosen(row: Row): boolean {
    return this.chosen.includes(this.id(row));
  }

  get chosenRows(): Row[] {
    return this.rows.filter((row) => this.isChosen(row));
  }

  private async load(moved: boolean): Promise<void> {
    await this.request(undefined, (answer) => {
      this.rows = answer.rows;
      const here = answer.rows.map(this.id);
      this.chosen = moved ? [] : this.chosen.filter((id) => here.includes(id));
    });
  }

  private async request(cursor: string | undefined, take: (answer: ListAnswer<Row>) => void): Promise<void> {
    this.asked?.abort();
    const mine = new AbortController();
    this.asked = mine;
    const timer = setTimeout(() => (this.waiting = true), patience);
    try {
      const answer = await this.options.load({ ...this.query, cursor, signal: mine.signal });
      if (mine.signal.aborted) return;
      take(answer);
      this.next = answer.next || undefined;
      if (cursor === undefined || answer.total !== undefined) this.total = answer.total;
      this.pages = answer.pages;
      if (answer.counts) this.counts = answer.counts;
      this.loaded = true;
      this.failed = '';
    } catch (error) {
      if (!mine.signal.aborted) this.failed = (this.options.message ?? messageOf)(error);
    } finally {
      clearTimeout(timer);
      if (!mine.signal.aborted) this.waiting = false;
    }
  }
}
