import { Vector3 } from 'three';

import type { Bed } from '../api/types';
import { BedScene } from './bedScene';
import { StrokeMaterial, Strokes } from './strokes';
import { eachStroke, type Layer, lineKinds } from './toolpaths';

/** Of layers that are covered, what can be seen from outside: neither inner walls nor infill. */
const outside = lineKinds.map((kind) => kind !== 'inner' && kind !== 'infill');
const everything = lineKinds.map(() => true);
/** How many layers are given to the card together. */
const together = 24;

/** The lines of a print, layer by layer, on its bed. */
export class LayerScene extends BedScene {
  private readonly material = new StrokeMaterial();
  /** The bed's, as the machine counts. */
  private readonly middle: [number, number];
  private readonly layers: Layer[] = [];
  /** All whole bundles of layers, as seen from outside. */
  private readonly bundles: Strokes[] = [];
  /** The layers that wait for their bundle to be whole, drawn meanwhile. */
  private waiting: Strokes | undefined;
  private top: Strokes | undefined;
  private at = -1;
  private alone = false;

  constructor(canvas: HTMLCanvasElement, bed: Bed, dark: boolean) {
    super(canvas, bed);
    this.middle = bed.center_is_zero ? [0, 0] : [bed.width / 2, bed.depth / 2];
    this.material.middle = this.middle;
    this.setDark(dark);
  }

  /** Takes layers as they arrive, from the lowest on. */
  add(layers: readonly Layer[]): void {
    const first = this.layers.length === 0;
    this.layers.push(...layers);
    for (const layer of layers) this.widen(layer);
    while (this.layers.length - this.bundled >= together) {
      this.bundles.push(this.strokes(this.bundled, this.bundled + together, outside));
    }
    this.waiting?.dispose();
    this.waiting = this.strokes(this.bundled, this.layers.length, outside);
    if (first) this.show('iso');
    this.draws();
  }

  /** Shows the print up to a layer, from 0 on, or that layer alone. */
  goTo(layer: number, alone: boolean): void {
    if (layer === this.at && alone === this.alone) return;
    this.at = layer;
    this.alone = alone;
    this.top?.dispose();
    this.top = layer < this.layers.length ? this.strokes(layer, layer + 1, everything) : undefined;
    this.draws();
  }

  /** The colours that kinds of lines have in this theme. */
  paint(colours: readonly string[]): void {
    colours.forEach((css, kind) => this.material.colour(kind, css));
    this.draw();
  }

  see(kind: number, on: boolean): void {
    this.material.see(kind, on);
    this.draw();
  }

  override dispose(): void {
    for (const strokes of [...this.bundles, this.waiting, this.top]) strokes?.dispose();
    this.material.dispose();
    super.dispose();
  }

  private get bundled(): number {
    return this.bundles.length * together;
  }

  private strokes(from: number, to: number, wanted: readonly boolean[]): Strokes {
    const made = new Strokes(this.layers.slice(from, to), from, wanted, this.material);
    this.scene.add(made.mesh);
    return made;
  }

  private draws(): void {
    for (const strokes of [...this.bundles, this.waiting]) strokes?.below(this.alone ? 0 : this.at);
    this.draw();
  }

  /** What the camera has to have in view grows by a layer; its skirt may lie outside. */
  private widen(layer: Layer): void {
    const point = new Vector3();
    const [x, y] = this.middle;
    eachStroke(layer, (stroke) => {
      if (lineKinds[stroke.kind] === 'skirt' && this.layers.length > 1) return;
      this.box.expandByPoint(point.set(stroke.toX - x, stroke.toY - y, layer.z));
    });
    if (!this.box.isEmpty()) this.box.expandByPoint(point.set(this.box.min.x, this.box.min.y, 0));
  }
}
