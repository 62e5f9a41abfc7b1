import { getContext, setContext } from 'svelte';

import type { Edit } from '../api/types';
import { moment } from '../lib/format';

const key = Symbol('stale');

/** Reads again what a question was asked about, when somebody was quicker. Whether the question still stands. */
export type Renew = () => Promise<boolean>;

/** Has the dialogs of a page read what they ask about again when somebody was quicker. */
export function renewWith(renew: Renew): void {
  setContext(key, renew);
}

/** How the page of a dialog reads again; undefined where it does not. */
export function renewal(): Renew | undefined {
  return getContext<Renew | undefined>(key);
}

/** What a question says when somebody was quicker: who and when, and whether it still stands. */
export function quickerWords(edit: Edit | undefined, over: boolean): string {
  const change = edit ? `${edit.by || 'The shop'} changed this on ${moment(edit.at)}` : 'This changed meanwhile';
  return over
    ? `${change}. So this no longer applies: the page now shows how things stand.`
    : `${change}. The page now shows how things stand. Press again if you still want this.`;
}
