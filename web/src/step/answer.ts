/** How near a mesh keeps to the surfaces of its STEP file: at most so far from them, and so much of a turn from one triangle to the next. */
export const linearMM = 0.05;
export const angleRad = 0.3;

/** As many triangles as are worth sending: what is finer goes to a person. */
export const mostTriangles = 2_000_000;

/** Why a STEP file has no mesh: it is none by its content, or the browser cannot. */
export type Unread = 'other' | 'size' | 'time' | 'triangles' | 'empty' | 'failed';

/** What the worker says of a file, once. */
export type Answer = { stl: ArrayBuffer; linear: number; angle: number; unit: string } | { why: Unread };
