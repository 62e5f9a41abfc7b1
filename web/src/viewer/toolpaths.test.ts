import { expect, test } from 'vitest';

import { changes, countStrokes, eachStroke, type Layer, LayerParser, shares, type Stroke } from './toolpaths';

/** A layer as the server writes it. */
function bytesOf(z: number, byKind: number[], paths: { kind: number; points: [number, number][] }[]): Uint8Array {
  const body: number[] = [];
  for (const { kind, points } of paths) {
    body.push(kind, 42, points.length & 255, points.length >> 8);
    for (const v of points.flat()) body.push((v * 40) & 255, ((v * 40) >> 8) & 255);
  }
  const out = new Uint8Array(4 + 36 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, 36 + body.length, true);
  [z, 0.2, z * 100, ...byKind].forEach((v, i) => view.setFloat32(4 + 4 * i, v, true));
  out.set(body, 40);
  return out;
}

const walls = [1, 0, 0, 0, 0, 0];
const solid = [1, 0, 9, 0, 0, 0];
const stream = [
  new TextEncoder().encode('BPL1'),
  bytesOf(0.2, solid, [{ kind: 0, points: [[-10, 5], [10, 5], [10, -5]] }, { kind: 2, points: [[0, 0], [1, 1]] }]), // prettier-ignore
  bytesOf(0.4, walls, [{ kind: 4, points: [[0, 0], [3, 4]] }]), // prettier-ignore
];

function parsed(pieces: Uint8Array[]): { layers: Layer[]; parser: LayerParser } {
  const parser = new LayerParser();
  return { layers: pieces.flatMap((piece) => parser.add(piece)), parser };
}

test('layers are read whatever pieces they come in', () => {
  const all = Uint8Array.from(stream.flatMap((part) => [...part]));
  for (const size of [1, 3, 7, 1000]) {
    const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
    const { layers, parser } = parsed(pieces);
    expect(layers.map((l) => l.z)).toEqual([0.2, 0.4].map(Math.fround));
    expect(parser.whole).toBe(true);
    expect(layers.map(countStrokes)).toEqual([
      [2, 0, 1, 0, 0, 0],
      [0, 0, 0, 0, 1, 0],
    ]);
  }
  const strokes: Stroke[] = [];
  eachStroke(parsed(stream).layers[0]!, (stroke) => strokes.push({ ...stroke }));
  expect(strokes[1]).toEqual({ kind: 0, width: 0.42, x: 10, y: 5, toX: 10, toY: -5 });
  expect(strokes).toHaveLength(3);
});

test('a stream that breaks off, and one that is something else, are told', () => {
  expect(parsed([...stream, Uint8Array.of(9, 0)]).parser.whole).toBe(false);
  expect(parsed([]).parser.whole).toBe(false);
  expect(() => parsed([new TextEncoder().encode('<html>')])).toThrow();
});

test('shares are of the time that lines take', () => {
  const { layers } = parsed(stream);
  expect(shares(layers).map((share) => Math.round(share * 100))).toEqual([18, 0, 82, 0, 0, 0]);
  expect(shares([])).toEqual([0, 0, 0, 0, 0, 0]);
});

test('ticks stand where solid surfaces begin and end', () => {
  const at = (byKind: number[], count: number): Uint8Array[] =>
    Array.from({ length: count }, () => bytesOf(1, byKind, [{ kind: 0, points: [[0, 0], [1, 1]] }])); // prettier-ignore
  const { layers } = parsed([stream[0]!, ...at(solid, 4), ...at(walls, 10), ...at(solid, 4), ...at(walls, 10)]);
  expect(changes(layers)).toEqual([4, 14, 18]);
  expect(changes(layers, 2)).toHaveLength(2);
  expect(changes([])).toEqual([]);
});
