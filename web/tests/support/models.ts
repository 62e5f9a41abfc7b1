import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Models of the stories' own making, as binary STL, so that a bare clone can tell them all. */

type Point = [number, number, number];
type Triangle = [Point, Point, Point];

export interface ModelFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const elbow: [number, number][] = [
  [0, 0],
  [40, 0],
  [40, 5],
  [5, 5],
  [5, 30],
  [0, 30],
];

/** An L-shaped bracket in one closed body, 40 x 20 x 30 mm times scale. */
export function bracket(name = 'bracket.stl', scale = 1): ModelFile {
  return stl(name, prism(elbow, 20, scale));
}

/** A flat bar, so many millimetres long, 20 mm wide and 3 mm high. */
export function bar(name: string, length: number): ModelFile {
  const profile: [number, number][] = [
    [0, 0],
    [length, 0],
    [length, 3],
    [0, 3],
  ];
  return stl(name, prism(profile, 20, 1));
}

/** The bracket hanging from its plate, as nobody would print it: 40 x 20 x 30 mm times scale. */
export function hangingBracket(name = 'hanging.stl', scale = 1): ModelFile {
  const turned = prism(elbow, 20, scale).map(
    (triangle) => triangle.map(([x, y, z]): Point => [x, 20 * scale - y, 30 * scale - z]) as Triangle,
  );
  return stl(name, turned);
}

/** The bracket without its underside: a hole in its surface. */
export function leakyBracket(name = 'leaky.stl'): ModelFile {
  return stl(name, prism(elbow, 20, 1).slice(2));
}

/** A closed box of about `triangles` triangles, for uploads that take several parts; simple to slice all the same. */
export function heavyBox(name: string, triangles: number): ModelFile {
  const n = Math.ceil(Math.sqrt(triangles / 12));
  const list: Triangle[] = [];
  const size = 20;
  const at = (axis: number, side: number, u: number, v: number): Point => {
    const p: Point = [0, 0, 0];
    p[axis] = side * size;
    p[(axis + 1) % 3] = (u * size) / n;
    p[(axis + 2) % 3] = (v * size) / n;
    return p;
  };
  for (const axis of [0, 1, 2]) {
    for (const side of [0, 1]) {
      for (let u = 0; u < n; u++) {
        for (let v = 0; v < n; v++) {
          const [a, b, c, d] = [at(axis, side, u, v), at(axis, side, u + 1, v), at(axis, side, u + 1, v + 1), at(axis, side, u, v + 1)]; // prettier-ignore
          if (side === 1) list.push([a, b, c], [a, c, d]);
          else list.push([a, c, b], [a, d, c]);
        }
      }
    }
  }
  return stl(name, list);
}

/** Something that only a person can read. */
export function stepFile(name = 'housing.step'): ModelFile {
  const text = "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n";
  return { name, mimeType: 'application/step', buffer: Buffer.from(text) };
}

/** A model from the shared collection of real ones; undefined where there is none. REQUIRE=models makes that an error. */
export function realModel(file: string): ModelFile | undefined {
  const folder = process.env.BUILDPLATE_MODELS ?? sharedModels();
  const full = folder && path.join(folder, file);
  if (full && existsSync(full)) {
    return { name: path.basename(file), mimeType: 'model/stl', buffer: readFileSync(full) };
  }
  if ((process.env.REQUIRE ?? '').split(',').includes('models')) throw new Error(`the model ${file} is missing`);
  return undefined;
}

function sharedModels(): string | undefined {
  for (let folder = process.cwd(); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const shared = path.join(folder, 'shared', 'models');
    if (existsSync(shared)) return shared;
  }
  return undefined;
}

/** A profile in x and z, counter-clockwise seen from the front, drawn out along y; star-shaped about its first corner. */
function prism(profile: [number, number][], depth: number, scale: number): Triangle[] {
  const front = (i: number): Point => [profile[i]![0] * scale, 0, profile[i]![1] * scale];
  const back = (i: number): Point => [profile[i]![0] * scale, depth * scale, profile[i]![1] * scale];
  const sides = profile.flatMap((_, i): Triangle[] => {
    const next = (i + 1) % profile.length;
    return [
      [front(i), back(next), front(next)],
      [front(i), back(i), back(next)],
    ];
  });
  const caps = profile.slice(2).flatMap((_, i): Triangle[] => [
    [front(0), front(i + 1), front(i + 2)],
    [back(0), back(i + 2), back(i + 1)],
  ]);
  return [...sides, ...caps];
}

function stl(name: string, triangles: Triangle[]): ModelFile {
  const buffer = Buffer.alloc(84 + triangles.length * 50);
  buffer.writeUInt32LE(triangles.length, 80);
  triangles.forEach((triangle, t) =>
    triangle.forEach((point, corner) =>
      point.forEach((value, axis) => buffer.writeFloatLE(value, 84 + t * 50 + 12 + corner * 12 + axis * 4)),
    ),
  );
  return { name, mimeType: 'model/stl', buffer };
}
