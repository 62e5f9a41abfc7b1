import type { Chore } from '../../api/types';
import { plural } from '../../lib/format';

/** How often a chore comes: "Every 5 minutes", "Every day". A schedule of another form is shown as it is. */
export function howOften(chore: Pick<Chore, 'schedule' | 'after'>): string {
  if (chore.after) return `After “${chore.after}”`;
  const [minute = '', hour = '', ...days] = (chore.schedule ?? '').split(' ');
  if (days.join(' ') !== '* * *') return chore.schedule ?? '';
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (step && hour === '*') return step === '1' ? 'Every minute' : `Every ${plural(Number(step), 'minute')}`;
  if (minute === '*' && hour === '*') return 'Every minute';
  if (hour === '*') return 'Every hour';
  return 'Every day';
}
