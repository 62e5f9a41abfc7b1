import { expect, test } from 'vitest';

import { refusedModelKey, refusedModelName, quoted, shortHash } from './refusedModel';

test('a refused model is called by its file while that is known', () => {
  expect(refusedModelName({ name: 'vase.stl', order_number: 'ORD-7', whole: false })).toBe('vase.stl');
  expect(refusedModelName({ order_number: 'ORD-7', whole: false })).toBe('A model of ORD-7');
});

test('of a deleted order all files are meant', () => {
  expect(refusedModelName({ order_number: 'ORD-7', whole: true })).toBe('All files of ORD-7');
});

test('the same file is another refusal with each order', () => {
  expect(refusedModelKey({ sha256: 'ab', order_number: 'ORD-7' })).not.toBe(
    refusedModelKey({ sha256: 'ab', order_number: 'ORD-8' }),
  );
});

test('a hash is shortened', () => {
  expect(shortHash('0123456789abcdef'.repeat(4))).toBe('0123456789ab');
});

test('a reason is quoted as a sentence', () => {
  expect(quoted('Weapon part')).toBe('“Weapon part.”');
  expect(quoted('A weapon.')).toBe('“A weapon.”');
});
