interface Followed {
  status: string;
  due_back: number;
  payment_coming: boolean;
}

/** For how long a page that was opened, shown or changed is followed closely, in milliseconds. */
const closelyMs = 10 * 60_000;

/** Whether something is still to come of an order: work, a payment, or money that goes back. */
function isAwaited(order: Followed): boolean {
  const over = ['completed', 'shipped', 'cancelled', 'refused'].includes(order.status);
  return !over || order.due_back > 0 || order.payment_coming;
}

/**
 * Milliseconds until an order's page asks again how it is. It asks and has no stream of events, because a customer's streams
 * are few for each address, and the carts need them. Who looks at it sees within moments what the shop did; a page that is
 * left open and to which nothing happens asks calmly. `quietMs` is how long ago it was opened, shown or changed.
 */
export function askAgainAfter(order: Followed | undefined, quietMs: number): number {
  if (!order || !isAwaited(order)) return 20_000;
  return quietMs < closelyMs ? 2000 : 10_000;
}
