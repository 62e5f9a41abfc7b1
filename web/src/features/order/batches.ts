/** How many orders the server takes in one request. */
export const batch = 100;

/** Does something with a few at a time, one batch after another. */
export async function inBatches<One>(all: One[], act: (some: One[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += batch) await act(all.slice(from, from + batch));
}
