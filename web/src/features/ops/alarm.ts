import type { Alarm } from '../../api/types';

/** Where an alarm's cause can be dealt with; nothing for what no page shows. */
export function linkOf(alarm: Alarm): { href: string; label: string } | undefined {
  if (alarm.order_id) return { href: `/staff/orders/${alarm.order_id}`, label: 'Open the order' };
  if (alarm.kind === 'orders_waiting') return { href: '/staff?tab=review', label: 'Open the orders' };
  if (alarm.object_kind === 'payment' && alarm.kind !== 'overpaid')
    return { href: '/staff/payments', label: 'Open payments' };
  if (alarm.object_kind === 'task' || alarm.object_kind === 'event') {
    return { href: '/staff/tasks', label: 'Open background work' };
  }
  return undefined;
}

/** Alarms that have a note of their own, with a button; the others are lines in a list. */
const own = ['clock_held', 'sweep_held', 'deletion_held'];

/** The alarms that stand in the list. */
export function listed(alarms: Alarm[]): Alarm[] {
  return alarms.filter((alarm) => !own.includes(alarm.kind));
}
