import { getContext, setContext } from 'svelte';

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
