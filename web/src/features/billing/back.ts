import type { RefundDue, StaffOrder } from '../../api/types';
import { due, paymentWord } from '../../lib/status';

/** The first thing of an order that is to be sent back and that whoever asks may note as sent. */
export function nextDue(order: Pick<StaffOrder, 'refunds_due'>): RefundDue | undefined {
  return order.refunds_due.find(({ actions }) => actions.includes('note'));
}

/** The same of what was asked about, as it is now, though something else is to be sent back by then. */
export function sameDue(order: Pick<StaffOrder, 'refunds_due'>, asked: RefundDue): RefundDue {
  return order.refunds_due.find(({ payment_id }) => payment_id === asked.payment_id) ?? asked;
}

/** The buttons of money that is to be sent back: what is done about it in Stripe, and what is only noted here. */
export const backButtons = {
  stripe: 'Refund it in Stripe',
  note: 'Mark as sent back…',
  otherWay: 'It went back another way…',
  undo: 'It was not sent back…',
};

/** What such a button is called beside others like it: which payment it is about. */
export function backLabel(button: string, amount: string, method: string): string {
  const dots = button.endsWith('…') ? '…' : '';
  return `${button.replace('…', '')}: ${amount}, ${paymentWord(method).toLowerCase()}${dots}`;
}

/** What whoever may note it reads beside it, and whoever may not. */
export function backHint(due: Pick<RefundDue, 'processor' | 'actions' | 'stripe_url'>): string {
  const mine = due.actions.includes('note');
  if (due.processor === 'stripe' && !mine) return 'An admin refunds it in Stripe.';
  if (due.processor === 'stripe')
    return `${due.stripe_url ? '' : 'Refund it in Stripe. '}It is noted here automatically.`;
  return mine ? 'Give it back, then note it here.' : 'An admin gives it back.';
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

/** Of what was sent back of too much: the refunds that are in the balance without being owed again. */
export function backOfSurplus(order: StaffOrder): number {
  if (order.status === 'refused' || order.status === 'cancelled') return 0;
  const asked = order.total - order.adjusted + order.rounding - order.paid + order.owed_again;
  return Math.max(due(order) + order.given_up - asked, 0);
}
