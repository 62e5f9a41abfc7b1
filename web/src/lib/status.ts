import type { JobState, OrderStatus } from '../api/types';
import type { Tone } from '../ui/tone';

const orders: Record<OrderStatus, { word: string; tone: Tone }> = {
  in_review: { word: 'In review', tone: 'warning' },
  awaiting_payment: { word: 'Awaiting payment', tone: 'warning' },
  awaiting_release: { word: 'Awaiting release', tone: 'warning' },
  paid: { word: 'Paid', tone: 'success' },
  in_production: { word: 'In production', tone: 'info' },
  ready_to_collect: { word: 'Ready to collect', tone: 'success' },
  shipped: { word: 'Shipped', tone: 'success' },
  completed: { word: 'Completed', tone: 'neutral' },
  cancelled: { word: 'Cancelled', tone: 'neutral' },
  refused: { word: 'Refused', tone: 'error' },
  on_hold: { word: 'On hold', tone: 'error' },
};

/** The coloured word of an order; a state that a newer server knows is shown as it is. */
export function statusWord(status: string): { word: string; tone: Tone } {
  return orders[status as OrderStatus] ?? { word: sentenceCase(status), tone: 'neutral' };
}

/** What is still to be paid: nothing once an order was refused or cancelled, whatever its price was. */
export function due(order: { status: string; balance: number }): number {
  const closed = order.status === 'refused' || order.status === 'cancelled';
  return closed ? Math.min(0, order.balance) : order.balance;
}

const jobs: Record<JobState, { word: string; act: string; tone: Tone }> = {
  QUEUED: { word: 'Queued', act: 'Queue', tone: 'neutral' },
  PRE_PROCESSING: { word: 'Preparing', act: 'Prepare', tone: 'neutral' },
  IN_QUEUE: { word: 'In queue', act: 'Put in queue', tone: 'info' },
  PRINTING: { word: 'Printing', act: 'Start printing', tone: 'primary' },
  PAUSED: { word: 'Paused', act: 'Pause', tone: 'warning' },
  PRINTING_COMPLETE: { word: 'Printed', act: 'Printing is done', tone: 'info' },
  POST_PROCESSING: { word: 'Finishing', act: 'Finish by hand', tone: 'info' },
  PACKAGING: { word: 'Packing', act: 'Pack', tone: 'info' },
  READY_TO_COLLECT: { word: 'Ready to collect', act: 'Ready to collect', tone: 'success' },
  SHIPPED: { word: 'Shipped', act: 'Ship', tone: 'success' },
  COMPLETED: { word: 'Completed', act: 'Complete', tone: 'success' },
  CANCELLED: { word: 'Cancelled', act: 'Cancel the job', tone: 'error' },
};

/** Whether this page knows a state, and may ask for it. */
export function isJobState(state: string): state is JobState {
  return state in jobs;
}

/** The coloured word of a job's state, and the name of the act that leads there. */
export function jobWord(state: string): { word: string; act: string; tone: Tone } {
  const word = sentenceCase(state);
  return jobs[state as JobState] ?? { word, act: word, tone: 'neutral' };
}

const payments: Record<string, string> = {
  card: 'Card',
  transfer: 'Bank transfer',
  pickup: 'On pick-up',
  review: 'After review',
  cash: 'Cash',
};

export function paymentWord(method: string): string {
  return payments[method] ?? sentenceCase(method);
}

const tasks: Record<string, string> = {
  'stripe.sessions': 'Ask Stripe about open payments',
  'stripe.events': 'Fetch what Stripe reported meanwhile',
  'stripe.retry': 'Repeat what Stripe did not get',
  'stripe.stale': 'Close card payments nobody finished',
  'clean.uploads': 'Remove uploads that were given up',
  'clean.carts': 'Remove old carts and their files',
  'clean.orphans': 'Look for files that nothing needs',
  'clean.slicing': 'Remove what broken-off slices left',
  'check.bytes': 'Check that stored files are whole',
  'tasks.prune': 'Forget tasks that are long done',
};

/** A background task as staff may read it; one that only a newer server knows is shown by its own name. */
export function taskWord(kind: string): string {
  return tasks[kind] ?? kind;
}

/** "READY_TO_COLLECT" as "Ready to collect". */
function sentenceCase(text: string): string {
  const words = text.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
