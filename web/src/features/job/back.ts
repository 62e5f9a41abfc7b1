import { api, call, messageOf } from '../../api/client';
import type { Job } from '../../api/types';
import { money, plural } from '../../lib/format';
import { toast } from '../../ui/toast';

/** What going back to the queue means for these jobs: what stays, and what stops. */
export function backWords(jobs: Pick<Job, 'state' | 'done' | 'owed'>[]): string {
  const good = jobs.reduce((sum, job) => sum + job.done, 0);
  const stops = jobs.filter((job) => job.state === 'PRINTING' || job.state === 'PAUSED').length;
  return [
    good > 0 ? `${plural(good, 'good copy stays', 'good copies stay')} counted.` : 'No good copy is lost.',
    stops > 0 ? `${plural(stops, 'print stops', 'prints stop')}, and what is on the printer does not count.` : '',
  ]
    .join(' ')
    .trim();
}

/** What orders cost again once what was cancelled of them is put back: each order once; undefined where none costs more. */
export function costsAgainWords(
  jobs: Pick<Job, 'order_id' | 'order_number' | 'next' | 'costs_again'>[],
): string | undefined {
  const back = jobs.filter((job) => job.costs_again && job.next.includes('IN_QUEUE'));
  const orders = [...new Map(back.map((job) => [job.order_id, job])).values()];
  if (orders.length === 0) return undefined;
  const costs = orders.map((job) => `${job.order_number} costs ${money(job.costs_again!)} again.`);
  return [
    ...costs,
    orders.length === 1
      ? 'Any part of that which is not paid yet has to be paid before more of it leaves, and none of it is due back.'
      : 'Any part of that which is not paid yet has to be paid before more of them leaves, and none of it is due back.',
    'If some of it was refunded, the order stops until an admin says whether that is owed again.',
  ].join(' ');
}

/**
 * Of the jobs that went to the queue, as they are now, those that can go back to where each was before: one that was
 * cancelled only by whom it may be cancelled, and where its order does not cost more again for it.
 */
export function undoable<One extends Pick<Job, 'id' | 'state' | 'next'>>(
  went: One[],
  before: Pick<Job, 'id' | 'state' | 'costs_again'>[],
): One[] {
  return went.filter((job) => {
    const was = before.find(({ id }) => id === job.id);
    if (was === undefined || was.state === job.state || job.state !== 'IN_QUEUE') return false;
    return was.state !== 'CANCELLED' || (!was.costs_again && job.next.includes('CANCELLED'));
  });
}

/** Says that jobs are back in the queue, and takes that back, of those that can, if it was a mistake. */
export function toastBack(
  went: Job[],
  before: Pick<Job, 'id' | 'state' | 'costs_again'>[],
  onmoved: (jobs: Job[]) => void,
): void {
  const what = went.length === 1 ? `${went[0]!.title} is` : `${plural(went.length, 'job')} are`;
  const jobs = undoable(went, before);
  const action = { label: 'Undo', onClick: () => void undo(jobs, onmoved) };
  toast.success(`${what} back in the queue.`, jobs.length > 0 ? { action, duration: 12_000 } : {});
}

async function undo(jobs: Job[], onmoved: (jobs: Job[]) => void): Promise<void> {
  try {
    const body = { jobs: jobs.map(({ id, version }) => ({ id, version })) };
    const answer = await call(api.POST('/api/jobs/moves/undo', { body }));
    if (answer.moved.length > 0) onmoved(answer.moved);
    for (const refused of answer.refused) {
      toast.error(`${jobs.find((job) => job.id === refused.id)?.title ?? 'A job'}: ${refused.message}`);
    }
  } catch (error) {
    toast.error(messageOf(error));
  }
}
