import type { OrderAction, StaffOrder } from '../../api/types';

/** What brings an order in this state on: the first of these that is allowed is the page's one primary action. */
const forward: Partial<Record<StaffOrder['status'], OrderAction[]>> = {
  in_review: ['approve'],
  on_hold: ['answer_refund', 'mark_paid', 'lift_hold'],
  awaiting_release: ['release', 'mark_paid'],
  awaiting_payment: ['mark_paid', 'release'],
  ready_to_collect: ['hand_over', 'mark_paid'],
  ready_to_send: ['hand_over', 'mark_paid'],
};

/** The action that the state asks for; undefined where nothing waits for the shop's staff. */
export function primaryAction(
  order: Pick<StaffOrder, 'status' | 'actions' | 'payment_coming'>,
): OrderAction | undefined {
  // Money that is on its way is waited for: releasing the order without it stays in the menu.
  if (order.payment_coming && order.status === 'awaiting_payment') return undefined;
  const wanted = forward[order.status] ?? ['release', 'mark_paid', 'answer_refund'];
  return wanted.find((action) => order.actions.includes(action));
}

/** The action beside it: the other answer to the same question, or what is ready while the rest is still being made. */
export function secondAction(
  order: Pick<StaffOrder, 'status' | 'actions' | 'payment_coming'>,
): OrderAction | undefined {
  const first = primaryAction(order);
  if (first === 'approve') return order.actions.includes('refuse') ? 'refuse' : undefined;
  return first !== 'hand_over' && order.actions.includes('hand_over') ? 'hand_over' : undefined;
}

/** Why an open order cannot be cancelled now; undefined where it can, or is closed anyway. */
export function cannotCancel(order: Pick<StaffOrder, 'status' | 'actions' | 'paid'>): string | undefined {
  if (order.actions.includes('cancel') || order.actions.includes('cancel_rest')) return undefined;
  if (['cancelled', 'refused', 'completed', 'shipped'].includes(order.status)) return undefined;
  return order.paid > 0 ? 'It was paid, so only an admin can cancel it.' : undefined;
}
