import { describe, expect, it } from 'vitest';

import { bedLines } from './bed';

const rectangle = { width: 220, depth: 200, height: 250, elliptic: false, center_is_zero: false };

describe('bedLines', () => {
  it('draws a rectangle around the middle, counted from its corner', () => {
    const lines = bedLines(rectangle);
    expect(lines.outline).toEqual([
      [-110, -100],
      [110, -100],
      [110, 100],
      [-110, 100],
    ]);
    expect(lines.origin).toEqual([-110, -100]);
    // Across: 0, 50, 100, 150, 200 of 220; along: 0, 50, ..., 200 of 200. Two ends each.
    expect(lines.bold).toHaveLength(2 * (5 + 5));
    expect(lines.fine).toHaveLength(2 * (23 + 21) - lines.bold.length);
  });

  it('counts a centre-zero machine from its middle', () => {
    const lines = bedLines({ ...rectangle, center_is_zero: true });
    expect(lines.origin).toEqual([0, 0]);
    expect(lines.bold).toContainEqual([0, -100]);
  });

  it('keeps the grid of a round bed on the bed', () => {
    const lines = bedLines({ ...rectangle, depth: 220, elliptic: true, center_is_zero: true });
    for (const [x, y] of [...lines.outline, ...lines.fine, ...lines.bold]) {
      expect(Math.hypot(x, y)).toBeLessThanOrEqual(110 + 1e-9);
    }
    expect(lines.outline.length).toBeGreaterThan(32);
  });
});
