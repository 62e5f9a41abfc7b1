import type { ListAnswer, ListRequest } from '../lib/list.svelte';

/** Orders that nobody placed, for the sheet's table. */
export interface Order {
  id: string;
  client: string;
  state: string;
  word?: string;
  promised: string;
  /** Days from now, to sort by. */
  due: number;
  /** Cents. */
  total: number;
  material: string;
}

const orders: Order[] = [
  {
    id: 'ORD-1038',
    client: 'Tom Baxter',
    state: 'late',
    word: 'Late by 3 h',
    promised: 'Today 5 pm',
    due: 0,
    total: 11800,
    material: 'pla',
  },
  {
    id: 'ORD-1042',
    client: 'Priya Nair',
    state: 'in_production',
    promised: 'Fri 3 pm',
    due: 3,
    total: 8291,
    material: 'pla',
  },
  {
    id: 'ORD-1045',
    client: 'Halina Wójcik',
    state: 'paid',
    promised: 'Mon 30 Nov',
    due: 6,
    total: 19600,
    material: 'petg',
  },
  {
    id: 'ORD-1046',
    client: 'Dmitri Орлов',
    state: 'in_review',
    promised: 'Tue 1 Dec',
    due: 7,
    total: 4926,
    material: 'petg',
  },
  {
    id: 'ORD-1047',
    client: 'Wren Achebe',
    state: 'completed',
    promised: 'Wed 2 Dec',
    due: 8,
    total: 36170,
    material: 'abs',
  },
];

/** Answers as the server would: three rows at a time. */
export async function loadOrders(ask: ListRequest): Promise<ListAnswer<Order>> {
  const words = ask.search.toLowerCase();
  const found = orders.filter(
    (order) =>
      (ask.filters.tab !== 'open' || order.state !== 'completed') &&
      (!ask.filters.material || order.material === ask.filters.material) &&
      `${order.id} ${order.client}`.toLowerCase().includes(words),
  );
  const by = ask.sort?.key === 'total' ? 'total' : 'due';
  found.sort((a, b) => (a[by] - b[by]) * (ask.sort?.descending ? -1 : 1));
  const from = ask.cursor ? Number(ask.cursor) : 0;
  return {
    rows: found.slice(from, from + 3),
    next: from + 3 < found.length ? String(from + 3) : undefined,
    total: found.length,
    counts: { open: 4, all: 5 },
  };
}
