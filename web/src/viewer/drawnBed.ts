import {
  BufferGeometry,
  Float32BufferAttribute,
  Group,
  LineBasicMaterial,
  LineLoop,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  Shape,
  ShapeGeometry,
  Vector2,
} from 'three';

import type { Bed } from '../api/types';
import { bedLines } from './bed';

/** A machine's bed under the model, drawn. */
export class DrawnBed {
  readonly lines = new Group();
  private readonly edge = new LineBasicMaterial();
  private readonly bold = new LineBasicMaterial();
  private readonly fine = new LineBasicMaterial();
  /** Behind its lines in depth, so that they do not flicker through it. */
  private readonly top = new MeshBasicMaterial({ polygonOffset: true, polygonOffsetFactor: 1, polygonOffsetUnits: 1 });

  constructor(bed: Bed) {
    const lines = bedLines(bed);
    this.lines.add(
      surface(lines.outline, this.top),
      new LineLoop(flat(lines.outline), this.edge),
      new LineSegments(flat(lines.bold), this.bold),
      new LineSegments(flat(lines.fine), this.fine),
      new LineSegments(originMark(lines.origin, Math.min(bed.width, bed.depth) * 0.05), this.edge),
    );
  }

  setDark(dark: boolean): void {
    this.top.color.set(dark ? '#333938' : '#d3d6ce');
    this.edge.color.set(dark ? '#d8dad2' : '#4f544c');
    this.bold.color.set(dark ? '#959a90' : '#9a9e94');
    this.fine.color.set(dark ? '#5b615c' : '#bfc2ba');
  }

  dispose(): void {
    this.lines.traverse((object) => {
      if (object instanceof LineSegments || object instanceof LineLoop || object instanceof Mesh)
        (object.geometry as BufferGeometry).dispose();
    });
    for (const material of [this.edge, this.bold, this.fine, this.top]) material.dispose();
  }
}

function flat(points: [number, number][]): BufferGeometry {
  const coordinates = points.flatMap(([x, y]) => [x, y, -0.01]);
  return new BufferGeometry().setAttribute('position', new Float32BufferAttribute(coordinates, 3));
}

/** The plate itself: what stands on it is seen to stand. */
function surface(outline: [number, number][], material: MeshBasicMaterial): Mesh {
  const plate = new Mesh(new ShapeGeometry(new Shape(outline.map(([x, y]) => new Vector2(x, y)))), material);
  plate.position.z = -0.02;
  return plate;
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
