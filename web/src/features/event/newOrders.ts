/** Which orders of a polled list are new since the last poll; at the first poll none is. */
export function newOrders<Row extends { id: string }>(
  rows: Row[],
  seen: ReadonlySet<string> | undefined,
): { added: Row[]; seen: Set<string> } {
  return {
    added: seen ? rows.filter((row) => !seen.has(row.id)) : [],
    seen: new Set([...(seen ?? []), ...rows.map((row) => row.id)]),
  };
}
