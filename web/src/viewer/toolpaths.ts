/**
 * What G-code extrudes, as the server streams it: layer by layer, in lines of the kinds below. The stream is described at
 * Toolpaths in slicer/internal/gcode/toolpaths.go.
 */
export const lineKinds = ['outer', 'inner', 'skin', 'infill', 'support', 'skirt'] as const;
export type LineKind = (typeof lineKinds)[number];

/** Steps of a coordinate in a millimetre. */
const steps = 40;
const magic = 0x314c5042; // "BPL1"
/** Floats at the beginning of a layer. */
const headBytes = 4 * (3 + lineKinds.length);

export interface Layer {
  /** Of its top and its height, in mm. */
  z: number;
  height: number;
  /** Into the print, at its end. */
  seconds: number;
  /** That each kind of line takes. */
  byKind: number[];
  /** Its paths, as they came: kind, width, points, coordinates. */
  data: DataView;
}

/** A straight piece of a line, in mm as the machine counts. */
export interface Stroke {
  kind: number;
  width: number;
  x: number;
  y: number;
  toX: number;
  toY: number;
}

/** Calls back with each stroke of a layer. The same object comes again and again. */
export function eachStroke({ data }: Layer, take: (stroke: Stroke) => void): void {
  const stroke: Stroke = { kind: 0, width: 0, x: 0, y: 0, toX: 0, toY: 0 };
  for (let at = 0; at < data.byteLength;) {
    stroke.kind = data.getUint8(at);
    stroke.width = data.getUint8(at + 1) / 100;
    const points = data.getUint16(at + 2, true);
    at += 4;
    for (let i = 0; i < points; i++, at += 4) {
      stroke.x = stroke.toX;
      stroke.y = stroke.toY;
      stroke.toX = data.getInt16(at, true) / steps;
      stroke.toY = data.getInt16(at + 2, true) / steps;
      if (i > 0) take(stroke);
    }
  }
}

/** How many strokes a layer has, by kind. */
export function countStrokes({ data }: Layer): number[] {
  const counts = lineKinds.map(() => 0);
  for (let at = 0; at < data.byteLength;) {
    const points = data.getUint16(at + 2, true);
    const kind = data.getUint8(at);
    counts[kind] = (counts[kind] ?? 0) + Math.max(0, points - 1);
    at += 4 + 4 * points;
  }
  return counts;
}

/** Takes the stream apart as it comes: a piece may end anywhere. */
export class LayerParser {
  private rest = new Uint8Array(0);
  private begun = false;

  /** The layers that are whole with these bytes. Throws where this is no stream of layers. */
  add(piece: Uint8Array): Layer[] {
    const bytes = new Uint8Array(this.rest.length + piece.length);
    bytes.set(this.rest);
    bytes.set(piece, this.rest.length);
    const view = new DataView(bytes.buffer);
    const layers: Layer[] = [];
    let at = 0;
    if (!this.begun && bytes.length >= 4) {
      if (view.getUint32(0, true) !== magic) throw new Error('these are no layers');
      this.begun = true;
      at = 4;
    }
    while (this.begun && bytes.length - at >= 4) {
      const size = view.getUint32(at, true);
      if (bytes.length - at - 4 < size) break;
      layers.push(layer(bytes.slice(at + 4, at + 4 + size)));
      at += 4 + size;
    }
    this.rest = bytes.slice(at);
    return layers;
  }

  /** Nothing is missing after the last piece. */
  get whole(): boolean {
    return this.begun && this.rest.length === 0;
  }
}

function layer(bytes: Uint8Array<ArrayBuffer>): Layer {
  const head = new DataView(bytes.buffer);
  const float = (i: number): number => head.getFloat32(4 * i, true);
  return {
    z: float(0),
    height: float(1),
    seconds: float(2),
    byKind: lineKinds.map((_, kind) => float(3 + kind)),
    data: new DataView(bytes.buffer, headBytes),
  };
}

/** Fetches layers, and tells of them as they come. Throws where they do not all arrive. */
export async function fetchLayers(url: string, signal: AbortSignal, take: (layers: Layer[]) => void): Promise<void> {
  const response = await fetch(url, { signal, credentials: 'same-origin' });
  if (!response.ok || !response.body) throw new Error(`layers: HTTP ${response.status}`);
  const parser = new LayerParser();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const layers = parser.add(value);
    if (layers.length > 0) take(layers);
  }
  if (!parser.whole) throw new Error('the last layers did not arrive');
}

/** Shares of the printing time by kind, of all layers, from 0 to 1; moves without a line are nobody's. */
export function shares(layers: readonly Layer[]): number[] {
  const sums = lineKinds.map((_, kind) => layers.reduce((sum, l) => sum + (l.byKind[kind] ?? 0), 0));
  const all = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => (all > 0 ? sum / all : 0));
}

/**
 * Layers at which the print changes, for ticks beside the slider: where the first kind of line comes or goes for good, or the
 * share of solid surface jumps. At most so many, the most marked first.
 */
export function changes(layers: readonly Layer[], most = 6): number[] {
  const solid = layers.map((l) => {
    const sum = l.byKind.reduce((a, b) => a + b, 0);
    return sum > 0 ? (l.byKind[2] ?? 0) / sum : 0;
  });
  return solid
    .map((share, i) => ({ i, jump: i > 0 ? Math.abs(share - (solid[i - 1] ?? 0)) : 0 }))
    .filter(({ i, jump }) => jump > 0.25 && i > 0 && i < layers.length - 1)
    .sort((a, b) => b.jump - a.jump)
    .slice(0, most)
    .map(({ i }) => i)
    .sort((a, b) => a - b);
}
