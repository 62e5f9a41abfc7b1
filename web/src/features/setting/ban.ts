import type { Ban } from '../../api/types';

/** What a refused model is called: its file's name, or what is left when nobody knows that. */
export function banName(ban: Pick<Ban, 'name' | 'order_number' | 'whole'>): string {
  return ban.name ?? (ban.whole ? `All files of ${ban.order_number}` : `A model of ${ban.order_number}`);
}

/** What tells a refusal from all others: orders may have been refused with the same file. */
export function banKey(ban: Pick<Ban, 'sha256' | 'order_number'>): string {
  return `${ban.sha256} ${ban.order_number}`;
}

/** Why a model was refused, quoted as a sentence of its own. */
export function quoted(reason: string): string {
  return /[.!?…]$/.test(reason) ? `“${reason}”` : `“${reason}.”`;
}

/** The beginning of a hash, enough to tell files apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
