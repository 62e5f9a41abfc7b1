import occt from 'occt-import-js';
import wasm from 'occt-import-js/dist/occt-import-js.wasm?url';

import { angleRad, linearMM, mostTriangles, type Answer } from './answer';
import { binarySTL, triangles } from './stl';
import { lengthUnit } from './unit';

/**
 * Reads one STEP file, says once what it found, and is ended: that gives its memory back. The server sends this script, and no other, with a
 * content policy by which the compiled reader may start (app/api/page.go knows it by its name).
 */
async function read(file: File): Promise<Answer> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder('latin1').decode(bytes);
  if (!/^\s*ISO-10303-21\s*;/.test(text.slice(0, 1000))) return { why: 'other' };
  const unit = lengthUnit(text);
  // Drawn in inches, for all one knows: millimetres then are as near as that asks for, and nearer than they need be.
  const linear = unit ? linearMM : linearMM / 25.4;
  const reader = await occt({ locateFile: () => wasm });
  const found = reader.ReadStepFile(bytes, {
    linearUnit: 'millimeter',
    linearDeflectionType: 'absolute_value',
    linearDeflection: linear,
    angularDeflection: angleRad,
  });
  if (!found.success) return { why: 'failed' };
  const count = triangles(found.meshes ?? []);
  if (count === 0) return { why: 'empty' };
  if (count > mostTriangles) return { why: 'triangles' };
  return { stl: binarySTL(found.meshes!), linear, angle: angleRad, unit };
}

addEventListener('message', ({ data }: MessageEvent<File>) => {
  const say = (answer: Answer): void => postMessage(answer, { transfer: 'stl' in answer ? [answer.stl] : [] });
  read(data).then(say, () => say({ why: 'failed' }));
});
