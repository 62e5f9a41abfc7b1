import type { Job, JobState } from '../../api/types';
import { isJobState } from '../../lib/status';

/** Where a job usually goes from each state; what is not here goes nowhere by itself. */
const usual: Record<string, JobState[]> = {
  QUEUED: ['IN_QUEUE'],
  PRE_PROCESSING: ['IN_QUEUE'],
  IN_QUEUE: ['PRINTING'],
  PRINTING: ['PRINTING_COMPLETE'],
  PAUSED: ['PRINTING'],
  PRINTING_COMPLETE: ['PACKAGING'],
  POST_PROCESSING: ['PACKAGING'],
  PACKAGING: ['READY_TO_COLLECT', 'SHIPPED'],
  READY_TO_COLLECT: ['COMPLETED'],
  SHIPPED: ['COMPLETED'],
};

/** The next state of a job that stands out, and the others that the server allows. */
export function movesOf(job: Pick<Job, 'state' | 'next' | 'delivery'>): { forward?: JobState; others: JobState[] } {
  const next = job.next.filter(isJobState);
  const wanted = [...(usual[job.state] ?? [])];
  if (job.delivery === 'ship') wanted.reverse();
  const forward = wanted.find((state) => next.includes(state));
  return { forward, others: next.filter((state) => state !== forward) };
}
