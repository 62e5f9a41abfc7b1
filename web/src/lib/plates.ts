import { plural } from './format';

/** Copies that are made in one run, or in several alike. */
export interface PlateRuns {
  runs: number;
  copies: number;
  /** Without it the G-code is one copy's, to be run for each. */
  laid?: boolean;
}

/** What copies are made on: "3 plates: 2 with 12 copies, then 1 with 6"; nothing for one copy, or where each is made by itself anyhow. */
export function platesWords(plates: PlateRuns[]): string {
  const laid = plates.filter((plate) => plate.laid !== false);
  const runs = laid.reduce((sum, plate) => sum + plate.runs, 0);
  const [full, ...rest] = laid;
  if (!full || laid.length < plates.length) return '';
  if (rest.length === 0) {
    const on = plural(full.copies, 'copy', 'copies');
    if (runs === 1) return full.copies === 1 ? '' : `${full.copies === 2 ? 'Both copies' : `All ${on}`} on 1 plate`;
    return `${plural(runs, 'plate')} with ${on} each`;
  }
  const then = rest.map((plate) => `${plate.runs} with ${plate.copies}`).join(', then ');
  return `${plural(runs, 'plate')}: ${full.runs} with ${plural(full.copies, 'copy', 'copies')}, then ${then}`;
}

/** What a job's plate is called among the order's, and how often it is printed; nothing where there is one, printed once. */
export function plateWords(job: {
  plate: number;
  plates: number;
  runs: number;
  on_run: number;
  laid: boolean;
  elsewhere: boolean;
}): string {
  if (job.elsewhere) return '';
  const which = job.plates > 1 ? `Plate ${job.plate} of ${job.plates}` : '';
  if (!job.laid)
    return job.runs > 1 ? [which, `G-code of 1 copy, to print ${job.runs} times`].filter(Boolean).join(': ') : which;
  const often = job.runs > 1 ? `${job.runs} runs of ${plural(job.on_run, 'copy', 'copies')}` : '';
  return [which, often].filter(Boolean).join(': ');
}
