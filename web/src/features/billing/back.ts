import type { RefundDue, StaffOrder } from '../../api/types';

/** The first thing of an order that is to be sent back and that whoever asks may note as sent. */
export function nextDue(order: Pick<StaffOrder, 'refunds_due'>): RefundDue | undefined {
  return order.refunds_due.find(({ actions }) => actions.includes('note'));
}

/** Stripe’s page of the payment that is to be sent back next, where it is refunded; undefined where it goes back by hand. */
export function refundPage(order: Pick<StaffOrder, 'refunds_due'>): string | undefined {
  return nextDue(order)?.stripe_url;
}

/** How an order's money is sent back once it is closed, costs less or was paid too much for, by how it was paid. */
export function backWords(order: Pick<StaffOrder, 'payments'>): string {
  const paid = order.payments.filter(({ state }) => state === 'settled');
  const stripe = paid.some(({ processor }) => processor === 'stripe');
  const byHand = paid.some(({ processor }) => processor !== 'stripe');
  if (stripe && byHand)
    return 'Refund what came through Stripe there: it is noted automatically. Note the rest once you have given it back.';
  if (stripe) return 'Refund it in Stripe. It is noted here automatically.';
  return 'Give it back, then note that with the order’s money. Until then it stays among the things that need attention.';
}

/** What comes before a payment that does not count is noted as sent back, by how it was paid. */
export function sendBackFirst(method: string): string {
  if (method === 'card') return 'Refund it in Stripe first.';
  if (method === 'transfer') return 'Transfer it back to the account that it came from first.';
  return 'Give it back first.';
}
