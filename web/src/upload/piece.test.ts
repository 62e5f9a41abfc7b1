import { expect, test } from 'vitest';

import { larger, smaller } from './piece';

test('pieces shrink until the slowest line brings them through, and grow only while they go through at once', () => {
  const mib = 1024 * 1024;
  let piece = 4 * mib;
  for (let cut = 0; cut < 10; cut++) piece = smaller(piece);
  expect(piece).toBe(16 * 1024);
  expect(larger(piece, 3000, 4 * mib)).toBe(piece);
  for (let sent = 0; sent < 20; sent++) piece = larger(piece, 100, 4 * mib);
  expect(piece).toBe(4 * mib);
});
