import { loadTyped, saveTyped } from './storage';

const key = 'paying';

/** Keeps the page of an order whose customer goes to pay it by card, for the way back: only this tab knows it. */
export function leaveToPay(number: string, path: string): void {
  saveTyped(key, { number, path });
}

/** Where the customer of an order came from to pay it; undefined where another tab, or another order, did. */
export function cameToPay(number: string | undefined): string | undefined {
  const from = loadTyped<{ number: string; path: string }>(key);
  return number !== undefined && from.number === number ? from.path : undefined;
}
