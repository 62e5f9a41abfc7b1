/** Binary STL in and out, for the stand-in: enough to show what was uploaded where the server would put it. */

export interface Placed {
  stl: Buffer;
  size: [number, number, number];
  triangles: number;
  volume: number;
}

/** Reads a binary STL, centres it on the bed's middle and stands it on z = 0; undefined when it is none. */
export function place(file: Buffer): Placed | undefined {
  if (file.length < 84) return undefined;
  const triangles = file.readUInt32LE(80);
  if (file.length < 84 + triangles * 50 || triangles === 0) return undefined;
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  let volume = 0;
  const corner = (t: number, c: number): number[] =>
    [0, 1, 2].map((axis) => file.readFloatLE(84 + t * 50 + 12 + c * 12 + axis * 4));
  for (let t = 0; t < triangles; t++) {
    const [a, b, c] = [corner(t, 0), corner(t, 1), corner(t, 2)] as [number[], number[], number[]];
    for (const p of [a, b, c]) {
      for (let axis = 0; axis < 3; axis++) {
        min[axis] = Math.min(min[axis]!, p[axis]!);
        max[axis] = Math.max(max[axis]!, p[axis]!);
      }
    }
    volume +=
      (a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) +
        a[1]! * (b[2]! * c[0]! - b[0]! * c[2]!) +
        a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)) /
      6;
  }
  const stl = Buffer.from(file);
  const shift = [-(min[0]! + max[0]!) / 2, -(min[1]! + max[1]!) / 2, -min[2]!];
  for (let t = 0; t < triangles; t++) {
    for (let c = 0; c < 3; c++) {
      for (let axis = 0; axis < 3; axis++) {
        const at = 84 + t * 50 + 12 + c * 12 + axis * 4;
        stl.writeFloatLE(stl.readFloatLE(at) + shift[axis]!, at);
      }
    }
  }
  return {
    stl,
    size: [max[0]! - min[0]!, max[1]! - min[1]!, max[2]! - min[2]!],
    triangles,
    volume: Math.abs(volume),
  };
}

/** A bracket: two boxes in an L, so that every side looks different. */
export function bracket(): Buffer {
  const triangles = [...box(0, 0, 0, 60, 24, 6), ...box(0, 0, 6, 6, 24, 40), ...box(6, 10, 6, 30, 14, 20)];
  const file = Buffer.alloc(84 + triangles.length * 50);
  file.writeUInt32LE(triangles.length, 80);
  triangles.forEach((triangle, t) =>
    triangle.forEach((point, c) =>
      point.forEach((v, axis) => file.writeFloatLE(v, 84 + t * 50 + 12 + c * 12 + axis * 4)),
    ),
  );
  return file;
}

function box(x0: number, y0: number, z0: number, x1: number, y1: number, z1: number): number[][][] {
  const p = (i: number): number[] => [i & 1 ? x1 : x0, i & 2 ? y1 : y0, i & 4 ? z1 : z0];
  const faces = [
    [0, 2, 3, 1],
    [4, 5, 7, 6],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 4, 6, 2],
    [1, 3, 7, 5],
  ] as const;
  return faces.flatMap(([a, b, c, d]) => [
    [p(a), p(b), p(c)],
    [p(a), p(c), p(d)],
  ]);
}
