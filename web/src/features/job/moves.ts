import type { Job, JobState } from '../../api/types';
import { isJobState } from '../../lib/status';

type Movable = Pick<Job, 'state' | 'next' | 'delivery' | 'owed' | 'elsewhere'>;

/** Where a job usually goes from each state; what is not here goes nowhere by itself. */
const usual: Record<string, JobState[]> = {
  QUEUED: ['IN_QUEUE'],
  PRE_PROCESSING: ['IN_QUEUE'],
  IN_QUEUE: ['PRINTING'],
  PRINTING: ['PRINTING_COMPLETE'],
  PAUSED: ['PRINTING'],
  PRINTING_COMPLETE: ['PACKAGING'],
  POST_PROCESSING: ['PACKAGING'],
  PACKAGING: ['READY_TO_COLLECT'],
};

/** What is owed is printed again; what is made elsewhere, or is all there, needs no printer. */
function wanted(job: Movable): JobState[] {
  const waits = job.state === 'QUEUED' || job.state === 'IN_QUEUE';
  if (waits && (job.elsewhere || job.owed === 0)) return ['PRINTING_COMPLETE'];
  if (!waits && job.owed > 0 && !['PRE_PROCESSING', 'PRINTING', 'PAUSED'].includes(job.state)) return ['IN_QUEUE'];
  return usual[job.state] ?? [];
}

/** The next state of a job that stands out, and the others that the server allows. */
export function movesOf(job: Movable): { forward?: JobState; others: JobState[] } {
  const next = job.next.filter(isJobState);
  const forward = wanted(job).find((state) => next.includes(state));
  return { forward, others: next.filter((state) => state !== forward) };
}
