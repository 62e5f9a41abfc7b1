import type { Bed, Pose } from '../api/types';
import { asDrawn, poseKey } from './pose';

/** Pictures already made in this page, by mesh, colour and pose. */
const made = new Map<string, Promise<string>>();
/** In CSS pixels. */
type Size = { width: number; height: number };
/** One context draws all previews, one after the other. */
let last: Promise<unknown> = Promise.resolve();

/** A still picture of a model on its bed, as an object URL that lives as long as the page. */
export function preview(
  url: string,
  bed: Bed,
  colour: string,
  dark: boolean,
  lies: Pose | undefined,
  size: Size,
): Promise<string> {
  const pose = lies ?? asDrawn;
  const key = [url, colour, dark, poseKey(pose), size.width, size.height].join(' ');
  const known = made.get(key);
  if (known) return known;
  const picture = last.then(() => draw(url, bed, colour, dark, pose, size));
  last = picture.catch(() => undefined);
  made.set(key, picture);
  picture.catch(() => made.delete(key));
  return picture;
}

async function draw(url: string, bed: Bed, colour: string, dark: boolean, pose: Pose, size: Size): Promise<string> {
  const { ModelScene } = await import('./scene');
  const canvas = document.createElement('canvas');
  const scene = new ModelScene({ canvas, bed, colour, dark });
  try {
    scene.resize(size.width, size.height);
    scene.lay(pose, undefined);
    await scene.load(url, AbortSignal.timeout(60_000));
    const blob = await scene.picture();
    if (!blob) throw new Error('the canvas gave no picture');
    return URL.createObjectURL(blob);
  } finally {
    scene.dispose();
  }
}
