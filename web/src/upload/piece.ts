/** Bytes that even a poor line brings through before the shop gives up waiting for them. */
const leastPiece = 16 * 1024;

/** What of a piece was cut is lost: the next one is smaller, so that a slow line gets on, too. */
export function smaller(bytes: number): number {
  return Math.max(leastPiece, Math.floor(bytes / 4));
}

/** A piece that went through at once (ms) may be followed by a larger one. */
export function larger(bytes: number, took: number, most: number): number {
  return took < 2000 ? Math.min(most, bytes * 2) : bytes;
}
