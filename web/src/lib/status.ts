import type { JobState } from '../api/types';
import { sentenceCase, stateOf, type State } from '../ui/states';

/** How StateBadge shows an order's state. */
export function statusWord(status: string): State {
  return stateOf('order', status);
}

/** What is still to be paid: nothing once an order was refused or cancelled, whatever its price was. */
export function due(order: { status: string; balance: number }): number {
  const closed = order.status === 'refused' || order.status === 'cancelled';
  return closed ? Math.min(0, order.balance) : order.balance;
}

/** What leads to a job's state, as its button says it. */
const acts: Record<JobState, string> = {
  QUEUED: 'Back to the start',
  PRE_PROCESSING: 'Prepare',
  IN_QUEUE: 'Put in queue',
  PRINTING: 'Start printing',
  PAUSED: 'Pause',
  PRINTING_COMPLETE: 'Printing is done',
  POST_PROCESSING: 'Finish by hand',
  PACKAGING: 'Pack',
  READY_TO_COLLECT: 'Put on the shelf',
  COMPLETED: 'Complete',
  CANCELLED: 'Cancel the job',
};

/** Whether this page knows a state, and may ask for it. */
export function isJobState(state: string): state is JobState {
  return state in acts;
}

/** The state that a badge shows for a job: what is packed waits for its customer, or for the carrier. */
export function shownState(job: { state: string; delivery: string }): string {
  return job.state === 'READY_TO_COLLECT' && job.delivery === 'ship' ? 'READY_TO_SEND' : job.state;
}

/** How money went back, by how it had been paid; what the shop noted itself went as its reference says. */
export function refundWord({ method, noted }: { method: string; noted: boolean }): string {
  if (noted) return 'Refunded';
  return method === 'card' ? 'Refunded to the card' : method === 'transfer' ? 'Refunded to the account' : 'Refunded';
}

/** How StateBadge shows a job's state, and the name of the act that leads there. */
export function jobWord(state: string): State & { act: string } {
  const shown = stateOf('job', state);
  return { ...shown, act: acts[state as JobState] ?? shown.word };
}

const payments: Record<string, string> = {
  card: 'Card',
  transfer: 'Bank transfer',
  pickup: 'On collection',
  review: 'After review',
  cash: 'Cash',
  terminal: 'Card terminal',
};

export function paymentWord(method: string): string {
  return payments[method] ?? sentenceCase(method);
}

/**
 * How an order is paid. One that was reviewed has no way to pay until its customer, or the counter, chooses one; and one
 * that costs nothing needs none.
 */
export function paymentOf(order: {
  payment: string;
  status: string;
  invoice_state?: string;
  total?: number;
  balance?: number;
}): string {
  if (order.total === 0 && order.invoice_state && order.invoice_state !== 'VOID') return 'Nothing to pay';
  if (order.payment === 'review' && order.status === 'awaiting_release' && (order.balance ?? 0) > 0)
    return paymentWord('pickup');
  if (order.payment !== 'review' || order.status === 'in_review') return paymentWord(order.payment);
  if (order.status === 'refused' || order.status === 'cancelled') return '–';
  return order.invoice_state === 'PAID' ? 'Paid' : 'Not chosen yet';
}
