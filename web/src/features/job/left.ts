import type { Job, JobState } from '../../api/types';
import { goesBack } from './moves';

type Chosen = Pick<Job, 'state' | 'hold' | 'owed' | 'money' | 'rest' | 'costs_again'>;

/** The chosen jobs that a move is for, and those that it leaves where they are. */
export function partedBy<One extends Pick<Job, 'next'>>(jobs: One[], state: JobState): { does: One[]; leaves: One[] } {
  return {
    does: jobs.filter((job) => job.next.includes(state)),
    leaves: jobs.filter((job) => !job.next.includes(state)),
  };
}

/** The jobs with the names of their orders, of which several may have a file of the same name. */
export function nameOf(job: Pick<Job, 'title' | 'order_number'>): string {
  return `${job.title} of ${job.order_number}`;
}

const words: Record<JobState, string> = {
  QUEUED: 'it is waiting to be prepared',
  PRE_PROCESSING: 'it is being prepared',
  IN_QUEUE: 'it is in the queue',
  PRINTING: 'it is printing',
  PAUSED: 'its print is paused',
  PRINTING_COMPLETE: 'it is printed',
  POST_PROCESSING: 'it is being finished',
  PACKAGING: 'it is being packed',
  READY_TO_COLLECT: 'it is on its shelf',
  COMPLETED: 'its copies have left the shop',
  CANCELLED: 'it is cancelled',
};

const made: JobState[] = ['POST_PROCESSING', 'PACKAGING', 'READY_TO_COLLECT'];

/** Why a move leaves a job where it is, as the end of a sentence: "it is on hold". */
export function whyLeft(job: Chosen, to: JobState): string {
  const state = job.state as JobState;
  if (state === to) return `${words[state]} already`;
  if (state === 'COMPLETED') return words.COMPLETED;
  if (to === 'CANCELLED') {
    if (state === 'CANCELLED') return words.CANCELLED;
    if (job.rest) return 'it is all that is left of its order, so cancel the rest of that instead';
    if (job.money) return 'its order was paid, so an admin decides';
    return 'you may not cancel it';
  }
  if (state === 'CANCELLED') {
    return to === 'IN_QUEUE' && job.money && job.costs_again
      ? 'its order costs more with it, so an admin decides'
      : words.CANCELLED;
  }
  if (job.hold && !goesBack(job, to)) return 'it is on hold';
  if (made.includes(to) && job.owed > 0) {
    return job.owed === 1 ? '1 copy is still to be made' : `${job.owed} copies are still to be made`;
  }
  return words[state];
}
