import type { CustomerOrder } from '../../api/types';
import { readyBy } from '../../lib/format';

/** What a customer looks for first on their order's page: the date, or what stands in its way. */
export function headline(
  order: Pick<CustomerOrder, 'status' | 'ready' | 'delivery'> &
    Partial<Pick<CustomerOrder, 'taken_back' | 'handovers'>>,
): string {
  const someLeft = (order.handovers ?? []).length > 0;
  switch (order.status) {
    case 'in_review':
      return 'We review it first';
    case 'ready_to_collect':
      return someLeft ? 'The rest is ready for you' : 'It is ready for you';
    case 'ready_to_send':
      return someLeft ? 'The rest is packed and ready to send' : 'Packed and ready to send';
    case 'shipped':
      return 'It is on its way';
    case 'completed':
      return 'All done';
    case 'on_hold':
      return 'Stopped for now';
    case 'stopped':
      return 'We have stopped making it';
    case 'cancelled':
      return order.taken_back ? 'You took it back' : 'Nothing will be printed';
    case 'refused':
      return 'We cannot print this';
    default:
      return readyBy(order.ready, order.delivery.method) || 'We have your order';
  }
}

/** The state that a customer reads on the badge: what is paid only at the counter waits for nothing they could do before. */
export function shownStatus(
  order: Pick<CustomerOrder, 'status' | 'delivery' | 'pay_methods' | 'balance' | 'payment_coming'>,
): string {
  if (order.status !== 'awaiting_release') return order.status;
  const counterOnly = order.delivery.method === 'pickup' && order.pay_methods.length === 0 && order.balance > 0;
  return counterOnly && !order.payment_coming ? 'pay_on_collection' : 'received';
}
