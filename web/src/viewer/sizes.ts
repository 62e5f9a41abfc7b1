import type { Box3, Vector3 } from 'three';

/** How far a size's line stands from the part, in mm: seen apart from it, however small it is. */
function gapOf(box: Pick<Box3, 'min' | 'max'>): number {
  const { min, max } = box;
  const across = Math.hypot(max.x - min.x, max.y - min.y, max.z - min.z);
  return Math.max(Math.min(1.5, across * 0.06), across * 0.035);
}

/**
 * The ends of the lines along which width, depth and height of a part are written, two for each: on the bed along the two
 * sides that face the camera, and up the corner at which the outline of the part ends on its right, so that no line is behind
 * the part and none before it.
 */
export function sizeEnds(box: Pick<Box3, 'min' | 'max'>, camera: Pick<Vector3, 'x' | 'y'>): [number, number, number][] {
  const { min, max } = box;
  const gap = gapOf(box);
  const middle = { x: (min.x + max.x) / 2, y: (min.y + max.y) / 2 };
  const [right, far] = [camera.x >= middle.x, camera.y >= middle.y];
  const x = right ? max.x + gap : min.x - gap;
  const y = far ? max.y + gap : min.y - gap;
  const corner = cornerRight(right, far, box, gap);
  return [
    [min.x, y, 0],
    [max.x, y, 0],
    [x, min.y, 0],
    [x, max.y, 0],
    [corner.x, corner.y, min.z],
    [corner.x, corner.y, max.z],
  ];
}

/** The corner where the outline ends on the right: from the nearest corner, the next one counter-clockwise seen from above. */
function cornerRight(
  right: boolean,
  far: boolean,
  { min, max }: Pick<Box3, 'min' | 'max'>,
  gap: number,
): { x: number; y: number } {
  if (right && far) return { x: min.x - gap, y: max.y + gap };
  if (right) return { x: max.x + gap, y: max.y + gap };
  if (far) return { x: min.x - gap, y: min.y - gap };
  return { x: max.x + gap, y: min.y - gap };
}
