import type { Cart } from '../../api/types';
import { isWorking } from './state';

/**
 * While a part is measured and sliced anew its last price stands, marked as one that is not exact: what the page shows
 * of money changes, and does not go and come.
 */
export function holdPrices(next: Cart, have: Cart): Cart {
  let held = false;
  const parts = next.parts.map((part) => {
    const was = have.parts.find(({ id }) => id === part.id)?.price;
    if (part.price || !was || !isWorking(part)) return part;
    held = true;
    return { ...part, price: { ...was, estimated: true } };
  });
  if (!held) return next;
  const ready = next.ready ?? have.ready;
  return {
    ...next,
    parts,
    ...(have.price && { price: { ...have.price, estimated: true } }),
    ...(ready && { ready }),
  };
}
