import type { Answer, Unread } from './answer';

/** Files that are larger, and those that take longer (ms), go to a person. */
const mostBytes = 64 * 1024 * 1024;
const patience = 120_000;

/** Makes a mesh of a STEP file, in a worker of its own that ends with it. It never fails: it says why there is none. */
export function convert(file: File, signal: AbortSignal): Promise<Answer> {
  if (file.size > mostBytes) return Promise.resolve({ why: 'size' });
  if (typeof WebAssembly !== 'object' || typeof Worker !== 'function') return Promise.resolve({ why: 'failed' });
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./step.worker.ts', import.meta.url), { type: 'module' });
    const done = (answer: Answer): void => {
      clearTimeout(timer);
      worker.terminate();
      resolve(answer);
    };
    const timer = setTimeout(() => done({ why: 'time' }), patience);
    signal.addEventListener('abort', () => done({ why: 'other' }));
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => done(data));
    worker.addEventListener('error', () => done({ why: 'failed' }));
    worker.addEventListener('messageerror', () => done({ why: 'failed' }));
    worker.postMessage(file);
  });
}

const reasons: Record<Unread, string> = {
  other: '',
  size: 'This file is too large to be read here.',
  time: 'Reading this file took too long.',
  triangles: 'The shape in this file is too fine to be priced here.',
  empty: 'There is no solid shape in this file.',
  failed: 'This file could not be read in your browser.',
};

/** What is said of a file that goes to a person instead; nothing where it is no STEP file. */
export function unreadMessage(why: Unread): string {
  return reasons[why] && `${reasons[why]} We look at it ourselves. An STL or 3MF of it gets a price at once.`;
}
