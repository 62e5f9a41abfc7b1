import type { StaffOrder } from '../../api/types';

/**
 * A payment that was entered by mistake is reversed, and nothing else is: a note or a decision is undone, and what a bank
 * does is to take money back.
 */
export const reverseWord = 'Reverse';

/** Of a payment that was. */
export const reversedWords = 'was entered by mistake and is reversed.';

/** What reversing a payment in this state means for its order. */
export function reversalMeans(order: Pick<StaffOrder, 'status' | 'invoice_number'>, state: string): string {
  if (state !== 'settled') return 'It was more than was owed, so what has to be paid stays the same.';
  if (order.status === 'refused' || order.status === 'cancelled') return 'None of it has to be refunded then.';
  const what = order.invoice_number ? `Invoice ${order.invoice_number}` : 'The order';
  return `${what} has to be paid again, and its jobs wait until it is.`;
}
