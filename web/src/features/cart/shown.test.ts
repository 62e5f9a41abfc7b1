import { expect, it } from 'vitest';

import type { Part } from '../../api/types';
import { eachWords, findingsNow, hasNoChoices, rowsWithEach } from './shown';

it('tells nothing that rests on a size while the unit is asked for', () => {
  const inspection = {
    findings: [
      { code: 'holes', severity: 'problem', message: 'Holes.' },
      { code: 'thin', severity: 'warning', message: 'Thin.' },
      { code: 'units', severity: 'warning', message: 'Which unit?' },
    ],
  } as Part['inspection'];
  const asked = { inspection, unit_question: { options: [] }, unit_answered: false };
  expect(findingsNow(asked).map(({ code }) => code)).toEqual(['holes']);
  expect(findingsNow({ ...asked, unit_answered: true })).toHaveLength(3);
});

it('asks of a photo and of a damaged file only how many', () => {
  const file = (name: string, more: Partial<Part> = {}) =>
    hasNoChoices({ name, kind: 'review_file', state: 'review', inspection: undefined, ...more });
  expect(file('clip.JPG')).toBe(true);
  expect(file('housing.step')).toBe(false);
  expect(file('https://example.com/clip.jpg')).toBe(false);
  expect(file('clip.stl', { kind: 'model', state: 'failed' })).toBe(true);
  expect(file('clip.stl', { kind: 'model', state: 'inspecting' })).toBe(false);
});

it('says what one of several copies costs, and where that is rounded', () => {
  expect(eachWords({ total: 1500, unit_each: 1500, estimated: false })).toBe('');
  expect(eachWords({ total: 4500, unit_each: 1500, estimated: false })).toBe('$15.00 a copy');
  expect(eachWords({ total: 1000, unit_each: 333, estimated: false })).toBe('about $3.33 a copy');
  expect(eachWords({ total: 4500, unit_each: 1500, estimated: true })).toBe('about $15.00 a copy');
  const row = { kind: 'part', label: 'clip.stl × 3', amount: 4500, part_id: 'a' } as const;
  const parts = [{ id: 'a', price: { rows: [], total: 4500, unit_each: 1500, estimated: false } }];
  expect(rowsWithEach([row], parts)[0]!.detail).toBe('$15.00 a copy');
});
