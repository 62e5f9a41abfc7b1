import type { Pose, Vector } from '../api/types';

/*
 * How a part lies: the same turns, sizes and overhangs as the server's (slicer/internal/mesh), which tests hold against
 * each other. Corners are nine numbers a triangle, in mm, Z up.
 */

export type Corners = ArrayLike<number>;

/** A part lies as its file has it. */
export const asDrawn: Pose = { w: 1, x: 0, y: 0, z: 0 };

/** Of length one, and of the two quaternions that turn alike the one whose first number is positive. */
function unit({ w, x, y, z }: Pose): Pose {
  const sign = [w, x, y, z].find((n) => Math.abs(n) > 1e-12) ?? 1;
  const length = Math.hypot(w, x, y, z) * Math.sign(sign);
  return length === 0 ? asDrawn : { w: w / length, x: x / length, y: y / length, z: z / length };
}

/** Turned by the first, then by the next about the bed's own axes. (A module with a `then` is taken for a promise.) */
export function composed(first: Pose, next: Pose): Pose {
  const { w, x, y, z } = next;
  return unit({
    w: w * first.w - x * first.x - y * first.y - z * first.z,
    x: w * first.x + x * first.w + y * first.z - z * first.y,
    y: w * first.y - x * first.z + y * first.w + z * first.x,
    z: w * first.z + x * first.y - y * first.x + z * first.w,
  });
}

/** A turn about one of the bed's axes (0 to 2: x, y, z), counter-clockwise seen against it. */
export function about(axis: number, degrees: number): Pose {
  const half = ((degrees % 720) * Math.PI) / 360; // a number so large that its product is infinite is a turn, too
  const sin = Math.sin(half);
  const on = (n: number): number => (n === axis ? sin : 0);
  return unit({ w: Math.cos(half), x: on(0), y: on(1), z: on(2) });
}

/** Turned about x, then y, then z, by so many degrees each. */
export function fromAngles(degrees: Vector): Pose {
  return degrees.reduce((pose, angle, axis) => composed(pose, about(axis, angle)), asDrawn);
}

/** The angles that lead to a pose, in degrees; where x and z turn about the same, all of it is x. */
export function anglesOf(pose: Pose): Vector {
  const m = rows(pose);
  const tilt = Math.max(-1, Math.min(1, -m[6]!));
  const angles =
    Math.abs(tilt) < 0.9999999
      ? [Math.atan2(m[7]!, m[8]!), Math.asin(tilt), Math.atan2(m[3]!, m[0]!)]
      : [Math.atan2(m[1]! * Math.sign(tilt), m[4]!), (Math.PI / 2) * Math.sign(tilt), 0];
  return angles.map((a) => Math.round((a * 180_000) / Math.PI) / 1000 + 0);
}

/** The same angle within half a turn either way, in degrees: 725 is 5, and 180 stays. To a thousandth, as angles are shown. */
export function withinTurn(degrees: number): number {
  const rest = degrees % 360;
  const within = rest > 180 ? rest - 360 : rest <= -180 ? rest + 360 : rest;
  return Math.round(within * 1000) / 1000 + 0;
}

/** The shortest turn after which what looks along a direction of length one looks straight down. */
export function laying([x = 0, y = 0, z = 0]: Vector): Pose {
  if (1 - z < 1e-12) return { w: 0, x: 1, y: 0, z: 0 }; // it looked up: half a turn
  return unit({ w: 1 - z, x: -y, y: x, z: 0 });
}

/** Equal for poses that turn alike, whoever rounded them. */
export function poseKey(pose: Pose | undefined): string {
  const { w, x, y, z } = unit(pose ?? asDrawn);
  return [w, x, y, z].map((n) => (Math.round(n * 1e6) + 0).toString()).join();
}

/** The rows of the rotation, one after the other. */
function rows(pose: Pose): number[] {
  const { w, x, y, z } = unit(pose);
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ].flat();
}

/** A direction, turned. */
export function turned(pose: Pose, [x = 0, y = 0, z = 0]: Vector): Vector {
  const m = rows(pose);
  return [0, 3, 6].map((row) => m[row]! * x + m[row + 1]! * y + m[row + 2]! * z);
}

/** The box round points, three numbers each, as they lie: its lowest corner and its highest. */
export function boxOf(points: Corners, pose: Pose): { low: Vector; high: Vector } {
  const m = rows(pose);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    const z = points[i + 2]!;
    for (let k = 0; k < 3; k++) {
      const at = m[3 * k]! * x + m[3 * k + 1]! * y + m[3 * k + 2]! * z;
      if (at < low[k]!) low[k] = at;
      if (at > high[k]!) high[k] = at;
    }
  }
  return { low, high };
}

/** What lies this near to the bed rests on it, in mm. */
const bedContact = 0.05;
/** Over how much of the normal the colour comes, so that round parts have no hard edge. */
const blend = 0.03;

/**
 * What leans out more than an angle, in degrees from vertical, and does not rest on the bed: how strongly each corner
 * is coloured, 0 to 255, and the area in mm².
 */
export function overhangs(corners: Corners, pose: Pose, angle: number): { shade: Uint8Array; area: number } {
  const steep = Math.sin((angle * Math.PI) / 180);
  const m = rows(pose);
  const up = [m[6]!, m[7]!, m[8]!] as const;
  const height = (i: number): number => up[0] * corners[i]! + up[1] * corners[i + 1]! + up[2] * corners[i + 2]!;
  const floor = boxOf(corners, pose).low[2]! + bedContact;
  const shade = new Uint8Array(corners.length / 3);
  let area = 0;
  for (let i = 0; i < corners.length; i += 9) {
    const [x, y, z] = normalOf(corners, i);
    const double = Math.hypot(x, y, z);
    const falls = -(up[0] * x + up[1] * y + up[2] * z);
    if (double < 1e-12 || falls <= steep * double) continue;
    if (Math.max(height(i), height(i + 3), height(i + 6)) <= floor) continue;
    area += double / 2;
    shade.fill(Math.round(255 * Math.min(1, (falls / double - steep) / blend)), i / 3, i / 3 + 3);
  }
  return { shade, area };
}

/** The normal of a triangle, as long as twice its area. */
function normalOf(corners: Corners, i: number): [number, number, number] {
  const from = (k: number, axis: number): number => corners[i + 3 * k + axis]! - corners[i + axis]!;
  const [ux, uy, uz] = [from(1, 0), from(1, 1), from(1, 2)];
  const [vx, vy, vz] = [from(2, 0), from(2, 1), from(2, 2)];
  return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
}

/** The direction, of length one, in which the whole flat face looks that a triangle is part of; as its file has it. */
export function faceNormal(corners: Corners, triangle: number): Vector {
  const first = normalOf(corners, 9 * triangle);
  const length = Math.hypot(...first);
  if (length === 0) return [0, 0, -1];
  const [nx, ny, nz] = first.map((n) => n / length) as [number, number, number];
  const along = (i: number): number => nx * corners[i]! + ny * corners[i + 1]! + nz * corners[i + 2]!;
  const plane = along(9 * triangle);
  const sum = [0, 0, 0];
  for (let i = 0; i < corners.length; i += 9) {
    if ([0, 3, 6].some((at) => Math.abs(along(i + at) - plane) > bedContact)) continue;
    const n = normalOf(corners, i);
    // Within three degrees: the sides of a small step look elsewhere.
    if (nx * n[0] + ny * n[1] + nz * n[2] < 0.9986 * Math.hypot(...n)) continue;
    for (let k = 0; k < 3; k++) sum[k]! += n[k]!;
  }
  const all = Math.hypot(...sum);
  return sum.map((n) => n / all);
}
