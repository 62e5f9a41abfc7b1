import { expect, test } from 'vitest';

import { owedAt } from './owed';

test('what an order owes at a price', () => {
  const none = { paid: 0, held: 0, rounding: 0, owed_again: 0 };
  expect(owedAt(none, 2400)).toBe(2400);
  expect(owedAt({ ...none, paid: 1000, held: 1000 }, 2400)).toBe(1400);
  expect(owedAt({ ...none, paid: 4000, held: 4000 }, 2400)).toBe(-1600);
  expect(owedAt({ ...none, paid: 4000, held: 2400 }, 2400)).toBe(0);
  expect(owedAt({ ...none, paid: 4000, held: 2000 }, 2400)).toBe(0);
  expect(owedAt({ ...none, paid: 4000, held: 2000, owed_again: 2000 }, 2400)).toBe(400);
  expect(owedAt({ ...none, paid: 4005, held: 4005, rounding: 2 }, 2403)).toBe(-1600);
});
