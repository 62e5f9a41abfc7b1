import { expect, it } from 'vitest';

import { sizeEnds } from './sizes';

const box = { min: { x: -30, y: -20, z: 0 }, max: { x: 30, y: 20, z: 10 } } as Parameters<typeof sizeEnds>[0];

it('writes the sizes along the sides that face the camera, wherever it stands', () => {
  for (const [x, y] of [
    [-60, -100],
    [60, -100],
    [60, 100],
    [-60, 100],
  ] as const) {
    const [width, , depth, , height] = sizeEnds(box, { x, y });
    expect(Math.sign(width![1])).toBe(Math.sign(y));
    expect(Math.abs(width![1])).toBeGreaterThan(20);
    expect(Math.sign(depth![0])).toBe(Math.sign(x));
    expect(Math.abs(depth![0])).toBeGreaterThan(30);
    // Seen from the camera the height stands to the right of the part, beside its outline.
    const right = -y * height![0] + x * height![1];
    for (const corner of [-30, 30].flatMap((cx) => [-20, 20].map((cy) => -y * cx + x * cy))) {
      expect(right).toBeGreaterThan(corner);
    }
  }
});

it('keeps its distance small beside a small part', () => {
  const tiny = { min: { x: -0.1, y: -0.1, z: 0 }, max: { x: 0.1, y: 0.1, z: 0.03 } } as typeof box;
  expect(sizeEnds(tiny, { x: -1, y: -1 })[0]![1]).toBeGreaterThan(-0.13);
});
