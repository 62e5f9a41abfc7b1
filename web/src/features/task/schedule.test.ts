import { expect, test } from 'vitest';

import { howOften } from './schedule';

test.each([
  ['*/5 * * * *', 'Every 5 minutes'],
  ['* * * * *', 'Every minute'],
  ['20 * * * *', 'Every hour'],
  ['30 2 * * *', 'Every day'],
  ['0 4 * * 1', '0 4 * * 1'],
])('%s is read as %s', (schedule, words) => {
  expect(howOften({ schedule })).toBe(words);
});

test('a chore that follows another says which', () => {
  expect(howOften({ after: 'Remove old carts' })).toBe('After “Remove old carts”');
});
