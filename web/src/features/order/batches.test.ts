import { expect, test } from 'vitest';

import { batch, inBatches } from './batches';

test('everything is done once, a batch after another', async () => {
  const all = Array.from({ length: 2 * batch + 1 }, (_, i) => i);
  const done: number[][] = [];
  await inBatches(all, async (some) => {
    done.push(some);
  });
  expect(done.map(({ length }) => length)).toEqual([batch, batch, 1]);
  expect(done.flat()).toEqual(all);
});
