import type { OrderAction, StaffOrder } from '../../api/types';

/** The action beside the next one, which the server says: the other answer to the same question, or what is ready while the rest is still being made. */
export function secondAction({ next, actions }: Pick<StaffOrder, 'next' | 'actions'>): OrderAction | undefined {
  const second = next === 'approve' ? 'refuse' : 'hand_over';
  return next !== second && actions.includes(second) ? second : undefined;
}

/** Why an open order cannot be cancelled now; undefined where it can, or is closed anyway. */
export function cannotCancel(order: Pick<StaffOrder, 'status' | 'actions' | 'paid'>): string | undefined {
  if (order.actions.includes('cancel') || order.actions.includes('cancel_rest')) return undefined;
  if (['cancelled', 'refused', 'completed', 'shipped'].includes(order.status)) return undefined;
  return order.paid > 0 ? 'It was paid, so only an admin can cancel it.' : undefined;
}
