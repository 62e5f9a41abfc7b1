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

/** What somebody who comes back from Stripe's page is told. */
export type Outcome = 'paid' | 'waiting' | 'processing' | 'missing' | 'not_charged' | 'unconfirmed' | 'unreachable';

/** What the page knows of a payment, and of how it was left. */
export interface Returned {
  /** The shop's last answer; undefined before the first. */
  state?: ReturnReply['state'];
  /** The customer left Stripe's page without paying. */
  cancelled: boolean;
  /** It is asked again by itself. */
  waiting: boolean;
  /** There is no such payment. */
  missing: boolean;
}

/**
 * How a payment stands, as far as is known. Stripe leads back only from a payment that was made, or from one that was given
 * up: of the first nobody says that it was not charged before Stripe does.
 */
export function outcomeOf({ state, cancelled, waiting, missing }: Returned): Outcome {
  if (state === 'paid') return 'paid';
  if (waiting) return 'waiting';
  if (missing) return 'missing';
  if (state === 'processing') return 'processing';
  if (cancelled || state === 'expired') return 'not_charged';
  return state === undefined ? 'unreachable' : 'unconfirmed';
}
