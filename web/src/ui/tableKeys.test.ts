import { expect, it } from 'vitest';

import { moveInRows } from './tableKeys';

const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, altKey: false, metaKey: false });

it('moves within the rows and stops at their ends', () => {
  expect(moveInRows(key('ArrowDown'), 0, 3)).toBe(1);
  expect(moveInRows(key('j'), 2, 3)).toBe(2);
  expect(moveInRows(key('ArrowUp'), 2, 3)).toBe(1);
  expect(moveInRows(key('k'), 0, 3)).toBe(0);
  expect(moveInRows(key('Home'), 2, 3)).toBe(0);
  expect(moveInRows(key('End'), 0, 3)).toBe(2);
});

it('leaves every other key alone, and all where there is no row', () => {
  expect(moveInRows(key('a'), 0, 3)).toBeUndefined();
  expect(moveInRows(key('j', true), 0, 3)).toBeUndefined();
  expect(moveInRows(key('ArrowDown'), 0, 0)).toBeUndefined();
});
