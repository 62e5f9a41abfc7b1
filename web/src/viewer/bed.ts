import type { Bed } from '../api/types';

/**
 * A machine's bed as lines under the model, in mm, with the middle of the bed at (0,0) whatever the
 * machine calls its origin: that is where the server puts a part.
 */
export interface BedLines {
  outline: [number, number][];
  /** Pairs of ends, every ten millimetres. */
  fine: [number, number][];
  /** Pairs of ends, every fifty millimetres. */
  bold: [number, number][];
  /** Where the machine counts from. */
  origin: [number, number];
}

const fineStep = 10;
const boldStep = 50;

export function bedLines(bed: Bed): BedLines {
  const halfWidth = bed.width / 2;
  const halfDepth = bed.depth / 2;
  const lines: BedLines = {
    outline: outline(bed),
    fine: [],
    bold: [],
    origin: bed.center_is_zero ? [0, 0] : [-halfWidth, -halfDepth],
  };
  // Lines are counted from the origin, as on the plate itself.
  for (const x of steps(lines.origin[0], halfWidth)) {
    const reach = bed.elliptic ? halfDepth * Math.sqrt(Math.max(0, 1 - (x / halfWidth) ** 2)) : halfDepth;
    if (reach > 0) kind(lines, x - lines.origin[0]).push([x, -reach], [x, reach]);
  }
  for (const y of steps(lines.origin[1], halfDepth)) {
    const reach = bed.elliptic ? halfWidth * Math.sqrt(Math.max(0, 1 - (y / halfDepth) ** 2)) : halfWidth;
    if (reach > 0) kind(lines, y - lines.origin[1]).push([-reach, y], [reach, y]);
  }
  return lines;
}

function outline(bed: Bed): [number, number][] {
  const a = bed.width / 2;
  const b = bed.depth / 2;
  if (!bed.elliptic) {
    return [
      [-a, -b],
      [a, -b],
      [a, b],
      [-a, b],
    ];
  }
  return Array.from({ length: 96 }, (_, i) => {
    const angle = (i / 96) * 2 * Math.PI;
    return [a * Math.cos(angle), b * Math.sin(angle)];
  });
}

/** The places between -half and half that are whole steps from the origin. */
function steps(origin: number, half: number): number[] {
  const places: number[] = [];
  const first = Math.ceil((-half - origin) / fineStep);
  const last = Math.floor((half - origin) / fineStep);
  for (let i = first; i <= last; i++) places.push(origin + i * fineStep);
  return places;
}

function kind(lines: BedLines, distance: number): [number, number][] {
  return Math.abs(distance % boldStep) < 1e-6 ? lines.bold : lines.fine;
}
