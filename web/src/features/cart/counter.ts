import { getContext, setContext } from 'svelte';

const key = Symbol('at the counter');

/** Says to all that the screen consists of that staff read it, who type in an order for somebody else. */
export function setAtCounter(): void {
  setContext(key, true);
}

/** Whether staff read this, not the customer. */
export function atCounter(): boolean {
  return getContext(key) === true;
}
