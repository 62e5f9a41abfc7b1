/** Which orders of a polled list are new since the last look; at the first look none is. */
export function arrivals<Row extends { id: string }>(
  rows: Row[],
  seen: Set<string> | undefined,
): { fresh: Row[]; seen: Set<string> } {
  const next = new Set(seen);
  const fresh = seen ? rows.filter((row) => !seen.has(row.id)) : [];
  for (const row of rows) next.add(row.id);
  // News of an order may arrive by both ways; `arrived` marks what it told, so keep those unmarked here.
  for (const row of fresh) next.delete(row.id);
  return { fresh, seen: next };
}
