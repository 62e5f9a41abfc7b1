import type { Job, JobRun, JobState, Printer } from '../../api/types';
import { isJobState, jobWord } from '../../lib/status';

type Movable = Pick<Job, 'state' | 'next' | 'delivery' | 'owed' | 'elsewhere'>;

/** Where a job usually goes from each state; what is not here goes nowhere by itself. */
const usual: Record<string, JobState[]> = {
  QUEUED: ['PRINTING', 'IN_QUEUE'],
  PRE_PROCESSING: ['IN_QUEUE'],
  IN_QUEUE: ['PRINTING'],
  PRINTING: ['PRINTING_COMPLETE'],
  PAUSED: ['PRINTING'],
  PRINTING_COMPLETE: ['PACKAGING'],
  POST_PROCESSING: ['PACKAGING'],
  PACKAGING: ['READY_TO_COLLECT'],
};

/** The states from which the queue is not a step back. */
const before = ['QUEUED', 'PRE_PROCESSING', 'IN_QUEUE'];

/** Whether a move goes back: it asks first, can be undone, and never stands out. */
export function goesBack(job: Pick<Job, 'state'>, to: JobState): boolean {
  return to === 'IN_QUEUE' && !before.includes(job.state);
}

/** Whether a job waits to be printed and has nothing to print from: its order's page puts something in the place. */
export function lacksGCode(job: Pick<Job, 'state' | 'gcode_gone' | 'owed'>): boolean {
  return job.gcode_gone && job.owed > 0 && before.includes(job.state);
}

/**
 * How a job without a slice and G-code is made: nobody has decided that before its work begins, and nobody will of one
 * that is cancelled.
 */
export function elsewhereWords(job: Pick<Job, 'state' | 'elsewhere' | 'done'>): string {
  if (!job.elsewhere || job.state === 'CANCELLED') return '';
  return before.includes(job.state) && job.done === 0 ? 'No G-code yet' : 'Made elsewhere';
}

/** What is made elsewhere, or is all there, needs no printer. */
function wanted(job: Movable): JobState[] {
  const waits = job.state === 'QUEUED' || job.state === 'IN_QUEUE';
  if (waits && (job.elsewhere || job.owed === 0)) return ['PRINTING_COMPLETE'];
  return usual[job.state] ?? [];
}

/** The next state of a job that stands out, and the others that the server allows. */
export function movesOf(job: Movable): { forward?: JobState; others: JobState[] } {
  const next = job.next.filter(isJobState);
  const forward = wanted(job).find((state) => next.includes(state));
  return { forward, others: next.filter((state) => state !== forward) };
}

/**
 * The job of an order whose next step comes first: the first that has one by its row's button. What is packed leaves by a
 * handover, which is the order's.
 */
export function firstToMove<One extends Movable & Pick<Job, 'hold'>>(jobs: One[]): One | undefined {
  return jobs.find((job) => !leaves(job) && movesOf(job).forward !== undefined);
}

/** Whether a job is packed, and leaves by a handover: the order's page asks for that, and for money where some is owed. */
export function leaves(job: Pick<Job, 'state' | 'hold'>): boolean {
  return job.state === 'READY_TO_COLLECT' && !job.hold;
}

/** Whether something must be asked before a move: a printer, what came of a run, a shelf, or whether it is meant. */
export function asks(job: Movable, to: JobState): boolean {
  if (to === 'PRINTING') return job.state !== 'PAUSED';
  if (to === 'PRINTING_COMPLETE') return job.owed > 0;
  return to === 'READY_TO_COLLECT' || to === 'CANCELLED' || goesBack(job, to);
}

/** The act that leads to a state, in full: what the menu and the question call it. */
export function actOf(job: Movable, to: JobState): string {
  if (to === 'PRINTING' && job.state === 'PAUSED') return 'Resume printing';
  if (to === 'PRINTING_COMPLETE' && job.elsewhere) return 'Mark as made';
  if (to === 'PRINTING_COMPLETE' && job.owed === 0) return 'Mark as printed';
  if (goesBack(job, to)) return 'Back to the queue';
  return jobWord(to).act;
}

/** The name of a step at the head of its order's page, where the job does not stand beside it. */
export function headName(job: Movable & Pick<Job, 'title'>, to: JobState): string {
  const act = actOf(job, to);
  const takesIt = ['PRINTING', 'PACKAGING'].includes(to); // "Pack hinge.stl"; else "Mark as made: hinge.stl"
  return `${act}${takesIt ? '' : ':'} ${job.title}${asks(job, to) ? '…' : ''}`;
}

/** In as few letters as a row's button has: it stands beside the job's name and state. */
const short: Partial<Record<JobState, string>> = {
  PRINTING: 'Start',
  PRINTING_COMPLETE: 'Done',
  READY_TO_COLLECT: 'Shelf',
};

export function buttonOf(job: Movable, to: JobState): string {
  if (to === 'PRINTING' && job.state === 'PAUSED') return 'Resume';
  if (to === 'PRINTING_COMPLETE' && job.owed === 0) return actOf(job, to);
  return short[to] ?? jobWord(to).act;
}

/**
 * Whether the copies of a job's saved runs can be counted anew: not while another prints, nor once all have left or it is
 * cancelled.
 */
export function correctable(job: Pick<Job, 'state' | 'done' | 'failed'>): boolean {
  return job.done + job.failed > 0 && !['PRINTING', 'PAUSED', 'COMPLETED', 'CANCELLED'].includes(job.state);
}

/**
 * What came of a run: "2 good, 1 failed of 4". How many were on it is said where that is more: what is neither good nor
 * failed is still to be made.
 */
export function runWords(run: Pick<JobRun, 'good' | 'failed' | 'on'>): string {
  const came = [...(run.good > 0 ? [`${run.good} good`] : []), ...(run.failed > 0 ? [`${run.failed} failed`] : [])];
  return came.join(', ') + (run.good + run.failed < run.on ? ` of ${run.on}` : '');
}

/** The page of a job's order, with the question what it costs without its rest: where the last of an order is cancelled. */
export function cancelRestOf(job: Pick<Job, 'order_id'>): string {
  return `/staff/orders/${job.order_id}?do=cancel_rest`;
}

/** What several jobs can be moved to at once; a printer is each job's own, so nothing is started here. */
const together: JobState[] = [
  'PRE_PROCESSING',
  'IN_QUEUE',
  'PAUSED',
  'PRINTING_COMPLETE',
  'POST_PROCESSING',
  'PACKAGING',
  'READY_TO_COLLECT',
  'CANCELLED',
];

/** A move that some of the chosen jobs may make, with the jobs that go back by it. */
export interface SharedMove {
  state: JobState;
  /** How many of them may make it now. */
  count: number;
  /** Whether all of them may. */
  all: boolean;
  label: string;
  back: boolean;
}

/**
 * What can be done with the jobs that are chosen: the step that most of them take next, and the other moves that any
 * may make. The server says of each whether it moved.
 */
export function movesOfAll(jobs: Movable[]): { forward?: SharedMove; others: SharedMove[] } {
  const shared = together.flatMap((state) => {
    const may = jobs.filter((job) => job.next.includes(state));
    if (may.length === 0) return [];
    const back = may.some((job) => goesBack(job, state));
    const label = back ? 'Back to the queue' : (allWords[state] ?? jobWord(state).act);
    return [{ state, count: may.length, all: may.length === jobs.length, label, back }];
  });
  const wants = (move: SharedMove): number => jobs.filter((job) => movesOf(job).forward === move.state).length;
  const forward = [...shared]
    .filter((move) => wants(move) > 0 && !move.back && move.state !== 'CANCELLED')
    .sort((a, b) => wants(b) - wants(a))[0];
  return { forward, others: shared.filter((move) => move !== forward) };
}

const allWords: Partial<Record<JobState, string>> = { PRINTING_COMPLETE: 'Done, all good' };

/** Whether a job may run on a printer: it is of the machine that the job is sliced for, or both are interchangeable. */
export function runsOn(
  job: Pick<Job, 'machine_id' | 'any_machine'>,
  printer: Pick<Printer, 'machine_id' | 'any_machine'>,
): boolean {
  return !job.machine_id || job.machine_id === printer.machine_id || (job.any_machine && printer.any_machine);
}
