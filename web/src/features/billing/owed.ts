import type { StaffOrder } from '../../api/types';

/**
 * What would be owed for an order that costs so many cents; below zero is to be refunded. What was refunded is owed only
 * where somebody said so.
 */
export function owedAt(order: Pick<StaffOrder, 'paid' | 'held' | 'rounding' | 'owed_again'>, costs: number): number {
  const unpaid = costs + order.rounding - order.paid + order.owed_again;
  return unpaid >= 0 ? unpaid : Math.min(costs + order.rounding - order.held, 0);
}
