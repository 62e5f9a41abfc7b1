/** What a STEP file's bodies become: corners, three numbers each, and triangles, three corners each. */
export interface Body {
  attributes: { position: { array: ArrayLike<number> } };
  index: { array: ArrayLike<number> };
}

export function triangles(bodies: Body[]): number {
  return bodies.reduce((sum, { index }) => sum + Math.floor(index.array.length / 3), 0);
}

/** All bodies as one binary STL. A number that is none, or a corner that is not there, is an error. */
export function binarySTL(bodies: Body[]): ArrayBuffer {
  const stl = new ArrayBuffer(84 + 50 * triangles(bodies));
  const view = new DataView(stl);
  view.setUint32(80, triangles(bodies), true);
  let at = 84;
  for (const { attributes, index } of bodies) {
    const corners = attributes.position.array;
    for (let t = 0; t + 2 < index.array.length; t += 3) {
      for (let n = 0; n < 9; n++) {
        const value = corners[3 * index.array[t + Math.floor(n / 3)]! + (n % 3)];
        if (!Number.isFinite(value)) throw new Error('a corner of the mesh is nowhere');
        view.setFloat32(at + 12 + 4 * n, value!, true); // the normal stays empty: it is worked out from the corners
      }
      at += 50;
    }
  }
  return stl;
}
