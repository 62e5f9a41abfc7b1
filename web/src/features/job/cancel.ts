import type { Job } from '../../api/types';
import { money, plural } from '../../lib/format';

type Cancelled = Pick<Job, 'id' | 'order_id' | 'order_number' | 'state' | 'next' | 'done' | 'money' | 'held' | 'last'>;

/** The jobs that can be cancelled by themselves: what is all that is left of its order is cancelled with its rest. */
export function cancellable<One extends Pick<Job, 'next'>>(jobs: One[]): One[] {
  return jobs.filter((job) => job.next.includes('CANCELLED'));
}

/** Whether it takes a reason: something was paid for an order of theirs. */
export function needsReason(jobs: Pick<Job, 'money'>[]): boolean {
  return jobs.some((job) => job.money);
}

/** What becomes of the jobs, and of what was made of them. */
export function cancelWords(jobs: Cancelled[]): string {
  const prints = jobs.some((job) => job.state === 'PRINTING' || job.state === 'PAUSED');
  const good = jobs.reduce((sum, job) => sum + job.done, 0);
  const one = jobs.length === 1;
  return [
    one ? `No more of it is made for ${jobs[0]!.order_number}.` : 'No more of them are made.',
    prints ? 'Copies still on a printer do not count.' : '',
    good > 0
      ? `${plural(good, 'good copy is', 'good copies are')} spare: put the job back in the queue to hand ${good === 1 ? 'it' : 'them'} over.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** What of the orders' money is not refunded by it, and when it is; undefined where nothing was paid. */
export function heldWords(jobs: Cancelled[]): { title: string; text: string } | undefined {
  const orders = new Map(jobs.filter((job) => job.held > 0).map((job) => [job.order_id, job]));
  if (orders.size === 0) return undefined;
  const sum = [...orders.values()].reduce((total, job) => total + job.held, 0);
  const [first] = orders.values();
  const title =
    orders.size === 1 ? `${money(sum)} is paid for ${first!.order_number}` : `${money(sum)} is paid for these orders`;
  const kept = 'Cancelling jobs does not send any of it back.';
  const later =
    'When the last of an order leaves, or you cancel the rest, you say what it costs now; anything paid beyond that is then refunded.';
  if (jobs.length > 1) {
    return { title, text: `${kept} ${later} If nothing more of an order is to be made, cancel the order.` };
  }
  return {
    title,
    text: first!.last
      ? 'This does not send any of it back. It is the last job of the order: cancel the order itself to refund what was paid.'
      : `This does not send any of it back. ${later.replace('of an order', 'of the order')}`,
  };
}
