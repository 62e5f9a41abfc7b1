/** Which orders of a polled list are new since the last look; at the first look none is. */
export function arrivals<Row extends { id: string }>(
  rows: Row[],
  seen: ReadonlySet<string> | undefined,
): { fresh: Row[]; seen: Set<string> } {
  return {
    fresh: seen ? rows.filter((row) => !seen.has(row.id)) : [],
    seen: new Set([...(seen ?? []), ...rows.map((row) => row.id)]),
  };
}
