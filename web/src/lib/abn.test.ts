import { expect, it } from 'vitest';

import { isABN, spacedABN } from './abn';

it('adds up an ABN', () => {
  for (const good of ['51 824 753 556', '51824753556']) expect(isABN(good), good).toBe(true);
  for (const bad of ['', '51 824 753 557', '5182475355', 'fifty-one']) expect(isABN(bad), bad).toBe(false);
});

it('writes an ABN as people read it, and leaves alone what is none', () => {
  expect(spacedABN('51824753556')).toBe('51 824 753 556');
  expect(spacedABN(' 5182-4753.556 ')).toBe('51 824 753 556');
  expect(spacedABN('51824753557')).toBe('51 824 753 557'); // wrong, and easier to compare so
  for (const other of ['', '51 824', 'DE 123456789', '518247535566']) expect(spacedABN(other)).toBe(other);
});
