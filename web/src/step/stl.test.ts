import { expect, test } from 'vitest';

import { binarySTL, triangles, type Body } from './stl';

const body = (position: number[], index: number[]): Body => ({
  attributes: { position: { array: position } },
  index: { array: index },
});

test('bodies become one binary STL', () => {
  const one = body([0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], [0, 1, 2, 0, 3, 1]);
  const two = body([5, 5, 5, 6, 5, 5, 5, 7, 5], [0, 1, 2]);
  const stl = binarySTL([one, two]);
  const view = new DataView(stl);
  expect([stl.byteLength, view.getUint32(80, true), triangles([one, two])]).toEqual([84 + 3 * 50, 3, 3]);
  const last = Array.from({ length: 9 }, (_, n) => view.getFloat32(84 + 100 + 12 + 4 * n, true));
  expect(last).toEqual([5, 5, 5, 6, 5, 5, 5, 7, 5]);
});

test('a corner that is nowhere is an error', () => {
  expect(() => binarySTL([body([0, 0, 0], [0, 1, 2])])).toThrow();
  expect(() => binarySTL([body([0, 0, NaN], [0, 0, 0])])).toThrow();
});
