import type { Ban } from '../../api/types';

/** What a refused model is called: its file's name, or what is left when nobody knows that. */
export function banName(ban: Pick<Ban, 'name' | 'order_number' | 'whole'>): string {
  return ban.name ?? (ban.whole ? `All files of ${ban.order_number}` : `A model of ${ban.order_number}`);
}

/** Why a model was refused, quoted as a sentence of its own. */
export function quoted(reason: string): string {
  return /[.!?…]$/.test(reason) ? `“${reason}”` : `“${reason}.”`;
}

/** The beginning of a hash, enough to tell files apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
