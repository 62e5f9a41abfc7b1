import { describe, expect, it } from 'vitest';

import type { Pose, Vector } from '../api/types';
import {
  about,
  anglesOf,
  asDrawn,
  boxOf,
  faceNormal,
  fromAngles,
  laying,
  overhangs,
  poseKey,
  composed,
  turned,
  withinTurn,
} from './pose';
import measured from './testdata/poses.json';

/** A box of 2 by 3 by 4 mm with its lowest corner at the origin: its underside, its top, its front. */
const box = [
  [0, 0, 0, 0, 3, 0, 2, 3, 0],
  [0, 0, 0, 2, 3, 0, 2, 0, 0],
  [0, 0, 4, 2, 0, 4, 2, 3, 4],
  [0, 0, 4, 2, 3, 4, 0, 3, 4],
  [0, 0, 0, 2, 0, 0, 2, 0, 4],
  [0, 0, 0, 2, 0, 4, 0, 0, 4],
].flat();

function near(got: Vector, want: Vector, by = 1e-9): void {
  got.forEach((n, i) => expect(Math.abs(n - want[i]!), `${got.join()} and ${want.join()}`).toBeLessThanOrEqual(by));
}

function list({ w, x, y, z }: Pose): Vector {
  return [w, x, y, z];
}

describe('what the server measures', () => {
  it.each(measured.models)('is what the page shows: $name', ({ points, sizes }) => {
    measured.poses.forEach((pose, i) => {
      const { low, high } = boxOf(points, pose);
      near(
        high.map((n, k) => n - low[k]!),
        sizes[i]!,
        0.01,
      );
    });
  });

  it.each(measured.surfaces)('is coloured: $name', ({ corners, angle, overhang_mm2 }) => {
    measured.poses.forEach((pose, i) => {
      const { area, shade } = overhangs(corners, pose, angle);
      expect(Math.abs(area - overhang_mm2[i]!)).toBeLessThan(0.01 + area / 1000);
      expect(shade.some((n) => n > 0)).toBe(area > 0);
    });
  });

  it('is turned alike', () => {
    for (const { from, normal, pose } of measured.laid) {
      const got = composed(from, laying(normal));
      const same = poseKey(got) === poseKey(pose);
      if (!same) near(list(got), list(pose), 2e-6);
    }
  });
});

describe('composed', () => {
  it('turns about the bed’s axes, the first first', () => {
    const pose = composed(about(0, 90), about(2, 90));
    near(turned(pose, [0, 1, 0]), [0, 0, 1]); // up by the first, and the second leaves it there
    near(turned(pose, [1, 0, 0]), [0, 1, 0]);
  });

  it('comes back after four quarters, and two halves', () => {
    for (const axis of [0, 1, 2]) {
      const quarter = about(axis, 90);
      expect(poseKey(composed(composed(composed(quarter, quarter), quarter), quarter))).toBe(poseKey(undefined));
      expect(poseKey(composed(about(axis, 180), about(axis, -180)))).toBe(poseKey(asDrawn));
    }
  });
});

describe('angles', () => {
  it('lead to a pose and back', () => {
    for (const pose of measured.poses) near(list(fromAngles(anglesOf(pose))), list(pose), 2e-5);
    for (const angles of [
      [90, 0, 0],
      [0, 0, -45],
      [30, 90, 0],
      [-20, -90, 0],
      [180, 0, 0],
    ]) {
      // prettier-ignore
      expect(poseKey(fromAngles(anglesOf(fromAngles(angles))))).toBe(poseKey(fromAngles(angles)));
    }
    expect(anglesOf(fromAngles([0, 0, 90]))).toEqual([0, 0, 90]);
  });
});

describe('a tapped face', () => {
  it('looks down once the part is laid on it', () => {
    for (let triangle = 0; triangle < box.length / 9; triangle++) {
      const normal = faceNormal(box, triangle);
      near(turned(laying(normal), normal), [0, 0, -1]);
    }
    near(faceNormal(box, 4), [0, -1, 0]);
    const { low, high } = boxOf(box, laying(faceNormal(box, 4)));
    near([high[2]! - low[2]!], [3]);
  });

  it('is all of a flat face: a sliver of it says little of where it looks', () => {
    const bent = [
      0,
      0,
      0,
      0,
      1,
      0.000004,
      0.01,
      1,
      0,
      ...[0, 1, 0, 90, 90, 0, 90, 0, 0],
      ...[0, 0, 0, 0, 1, 0, 90, 0, 0],
    ];
    near(faceNormal(bent, 0), [0, 0, -1], 1e-4);
  });
});

it('shows an angle within half a turn either way', () => {
  for (const [typed, shown] of [
    [725, 5],
    [-725, -5],
    [180, 180],
    [-180, 180],
    [190, -170],
    [-0, 0],
    [12.5, 12.5],
    [-360, 0],
  ] as const) {
    expect(withinTurn(typed)).toBe(shown);
  }
});

describe('overhangs', () => {
  it('are not what rests on the bed, and come softly', () => {
    expect(overhangs(box, asDrawn, 50).area).toBe(0);
    const lean = overhangs(box, about(0, 40.1), 50); // its front leans out by 40.1 degrees, its underside by 49.9
    expect(lean.area).toBe(0);
    const more = overhangs(box, about(0, 50.5), 50);
    expect(more.area).toBeCloseTo(8);
    expect(more.shade[12]).toBeGreaterThan(0);
    expect(more.shade[12]).toBeLessThan(255);
    expect(more.shade[0]).toBe(0);
    expect(overhangs(box, about(0, 90), 50).shade[12]).toBe(0); // it lies on its front
  });
});
