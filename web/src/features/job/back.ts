import { api, call, messageOf } from '../../api/client';
import type { Job } from '../../api/types';
import { plural } from '../../lib/format';
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

/** Says that jobs are back in the queue, and takes that back if it was a mistake. */
export function toastBack(jobs: Job[], onmoved: (jobs: Job[]) => void): void {
  const what = jobs.length === 1 ? `${jobs[0]!.title} is` : `${plural(jobs.length, 'job')} are`;
  toast.success(`${what} back in the queue.`, {
    action: { label: 'Undo', onClick: () => void undo(jobs, onmoved) },
    duration: 12_000,
  });
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
