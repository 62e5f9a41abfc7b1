import type { OrderAction, StaffOrder } from '../../api/types';

/**
 * The action beside the next one, which the server says: the other answer to the same question, or what lies packed on its
 * shelf while the rest is still being made. What is made and not packed is handed over from the menu.
 */
export function secondAction({
  next,
  actions,
  copies,
}: Pick<StaffOrder, 'next' | 'actions'> & { copies: Pick<StaffOrder['copies'][number], 'ready'>[] }):
  OrderAction | undefined {
  if (next === 'approve') return actions.includes('refuse') ? 'refuse' : undefined;
  const packed = copies.some(({ ready }) => ready > 0);
  return packed && next !== 'hand_over' && actions.includes('hand_over') ? 'hand_over' : undefined;
}

/**
 * Whether only the shop's words tell the customer how to pay what is owed: it is sent, and none of the shop's ways to be
 * paid works from afar.
 */
export function onlyMessagePays(
  order: Pick<StaffOrder, 'balance' | 'pay_methods'> & { delivery: Pick<StaffOrder['delivery'], 'method'> },
  ways: readonly string[],
): boolean {
  if (order.delivery.method !== 'ship' || order.balance <= 0) return false;
  return [...ways, ...order.pay_methods].every((way) => way === 'pickup');
}

/** Why an open order cannot be cancelled now; undefined where it can, or is closed anyway. */
export function cannotCancel(order: Pick<StaffOrder, 'status' | 'actions' | 'paid'>): string | undefined {
  if (order.actions.includes('cancel') || order.actions.includes('cancel_rest')) return undefined;
  if (['cancelled', 'refused', 'completed', 'shipped'].includes(order.status)) return undefined;
  return order.paid > 0 ? 'It was paid, so only an admin can cancel it.' : undefined;
}
