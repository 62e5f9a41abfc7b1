import { expect, it } from 'vitest';

import { platesWords, plateWords } from './plates';

it('says what copies are made on', () => {
  expect(platesWords([])).toBe('');
  expect(platesWords([{ runs: 1, copies: 1 }])).toBe('');
  expect(platesWords([{ runs: 1, copies: 12 }])).toBe('All 12 copies on 1 plate');
  expect(platesWords([{ runs: 1, copies: 2 }])).toBe('Both copies on 1 plate');
  expect(platesWords([{ runs: 3, copies: 1 }])).toBe('3 plates with 1 copy each');
  expect(
    platesWords([
      { runs: 2, copies: 12 },
      { runs: 1, copies: 6 },
    ]),
  ).toBe('3 plates: 2 with 12 copies, then 1 with 6');
  expect(platesWords([{ runs: 6, copies: 1, laid: false }])).toBe('');
});

it('names the plate of a job where that says something', () => {
  const job = { plate: 1, plates: 1, runs: 1, on_run: 6, laid: true, elsewhere: false };
  expect(plateWords(job)).toBe('');
  expect(plateWords({ ...job, runs: 2, on_run: 12, plates: 2 })).toBe('Plate 1 of 2: 2 runs of 12 copies');
  expect(plateWords({ ...job, plate: 2, plates: 2 })).toBe('Plate 2 of 2');
  expect(plateWords({ ...job, runs: 6, on_run: 1, laid: false })).toBe('G-code of 1 copy, to print 6 times');
  expect(plateWords({ ...job, runs: 6, on_run: 1, laid: false, elsewhere: true })).toBe('');
});
