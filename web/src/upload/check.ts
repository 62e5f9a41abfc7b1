import { bytes } from '../lib/format';

/** What a picked file will become: a model to slice, one whose mesh the browser makes, an archive of models, or something for a person to review. */
export type FileKind = 'model' | 'step' | 'archive' | 'review';

export interface UploadLimits {
  file_bytes: number;
  files: number;
}

const models = new Set(['stl', 'obj', '3mf']);

export function extension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** By name only: the server inspects the content and decides. Nothing is "unsupported". */
export function fileKind(name: string): FileKind {
  const ending = extension(name);
  if (models.has(ending)) return 'model';
  if (ending === 'step' || ending === 'stp') return 'step';
  return ending === 'zip' ? 'archive' : 'review';
}

/** A message for a file that cannot be sent, or undefined when it can. */
export function refusal(file: { name: string; size: number }, limits: UploadLimits): string | undefined {
  if (file.size === 0) return 'This file is empty. Save it again in your program, then choose it again.';
  if (file.size > limits.file_bytes) {
    return `This file is ${bytes(file.size)}; the most we take is ${bytes(limits.file_bytes)}. Save it with fewer triangles, or send it zipped.`;
  }
  return undefined;
}

export interface Picked<F> {
  accepted: F[];
  refused: { name: string; message: string }[];
}

/**
 * Checks files after picking, since the picker itself may not filter: iOS greys out `.stl` when asked to.
 * `already` is the number of parts the cart holds or is about to.
 */
export function checkPicked<F extends { name: string; size: number }>(
  files: F[],
  already: number,
  limits: UploadLimits,
): Picked<F> {
  const picked: Picked<F> = { accepted: [], refused: [] };
  for (const file of files) {
    const message =
      refusal(file, limits) ??
      (already + picked.accepted.length >= limits.files
        ? `An order takes ${limits.files} files at most. Remove one, or send them in a ZIP.`
        : undefined);
    if (message) picked.refused.push({ name: file.name, message });
    else picked.accepted.push(file);
  }
  return picked;
}
