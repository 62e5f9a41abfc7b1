import type { Chore } from '../../api/types';
import { plural } from '../../lib/format';

/** How often a chore comes: "Every 5 minutes", "Every day". */
export function howOften(chore: Pick<Chore, 'every_seconds' | 'after'>): string {
  if (chore.after) return `After “${chore.after}”`;
  const minutes = Math.round((chore.every_seconds ?? 0) / 60);
  for (const [unit, length] of [
    ['day', 24 * 60],
    ['hour', 60],
    ['minute', 1],
  ] as const) {
    const count = minutes / length;
    if (count >= 1 && Number.isInteger(count)) return count === 1 ? `Every ${unit}` : `Every ${plural(count, unit)}`;
  }
  return '';
}
