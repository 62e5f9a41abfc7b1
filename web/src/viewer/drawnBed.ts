import { BufferGeometry, Float32BufferAttribute, Group, LineBasicMaterial, LineLoop, LineSegments } from 'three';

import type { Bed } from '../api/types';
import { bedLines } from './bed';

/** A machine's bed under the model, drawn. */
export class DrawnBed {
  readonly lines = new Group();
  private readonly edge = new LineBasicMaterial();
  private readonly bold = new LineBasicMaterial();
  private readonly fine = new LineBasicMaterial();

  constructor(bed: Bed) {
    const lines = bedLines(bed);
    this.lines.add(
      new LineLoop(flat(lines.outline), this.edge),
      new LineSegments(flat(lines.bold), this.bold),
      new LineSegments(flat(lines.fine), this.fine),
      new LineSegments(originMark(lines.origin, Math.min(bed.width, bed.depth) * 0.05), this.edge),
    );
  }

  setDark(dark: boolean): void {
    this.edge.color.set(dark ? '#d8dad2' : '#6b7068');
    this.bold.color.set(dark ? '#959a90' : '#b9bcb3');
    this.fine.color.set(dark ? '#7d8278' : '#dcded7');
  }

  dispose(): void {
    this.lines.traverse((object) => {
      if (object instanceof LineSegments || object instanceof LineLoop) (object.geometry as BufferGeometry).dispose();
    });
    for (const material of [this.edge, this.bold, this.fine]) material.dispose();
  }
}

function flat(points: [number, number][]): BufferGeometry {
  const coordinates = points.flatMap(([x, y]) => [x, y, -0.01]);
  return new BufferGeometry().setAttribute('position', new Float32BufferAttribute(coordinates, 3));
}

/** Two short strokes where the machine counts from. */
function originMark([x, y]: [number, number], reach: number): BufferGeometry {
  return flat([
    [x - reach, y],
    [x + reach, y],
    [x, y - reach],
    [x, y + reach],
  ]);
}
