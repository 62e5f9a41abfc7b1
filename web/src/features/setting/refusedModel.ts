import type { RefusedModel } from '../../api/types';

/** What a refused model is called: its file's name, or what is left when nobody knows that. */
export function refusedModelName(model: Pick<RefusedModel, 'name' | 'order_number' | 'whole'>): string {
  return model.name ?? (model.whole ? `All files of ${model.order_number}` : `A model of ${model.order_number}`);
}

/** What tells a refusal from all others: orders may have been refused with the same file. */
export function refusedModelKey(model: Pick<RefusedModel, 'sha256' | 'order_number'>): string {
  return `${model.sha256} ${model.order_number}`;
}

/** Why a model was refused, quoted as a sentence of its own. */
export function quoted(reason: string): string {
  return /[.!?…]$/.test(reason) ? `“${reason}”` : `“${reason}.”`;
}

/** The beginning of a hash, enough to tell files apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
