import type { ReturnReply } from '../../api/types';

/** How far an order is that was just paid. */
const far: Partial<Record<NonNullable<ReturnReply['order_status']>, string>> = {
  paid: 'is in our print queue.',
  in_queue: 'is in our print queue.',
  in_production: 'is being made.',
  ready_to_collect: 'is ready to collect.',
  ready_to_send: 'is packed and will be on its way soon.',
  shipped: 'is on its way.',
  completed: 'is done.',
};

/** What a customer reads who comes back from paying: where the order is, or no more than that its money has come. */
export function paidWords(reply: Pick<ReturnReply, 'order_number' | 'order_status'>): string {
  const where = reply.order_status && far[reply.order_status];
  return where ? `Order ${reply.order_number} ${where}` : `We have your payment for order ${reply.order_number}.`;
}
