import { expect, test } from 'vitest';

import { howOften } from './schedule';

test.each([
  [300, 'Every 5 minutes'],
  [60, 'Every minute'],
  [3600, 'Every hour'],
  [5400, 'Every 90 minutes'],
  [86_400, 'Every day'],
  [7 * 86_400, 'Every 7 days'],
])('%d seconds are read as %s', (every_seconds, words) => {
  expect(howOften({ every_seconds })).toBe(words);
});

test('a chore that follows another says which', () => {
  expect(howOften({ after: 'Remove old carts' })).toBe('After “Remove old carts”');
});
