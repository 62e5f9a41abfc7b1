/** What is used of occt-import-js, which has no types of its own. */
declare module 'occt-import-js' {
  import type { Body } from './stl';

  interface Reader {
    ReadStepFile(
      file: Uint8Array,
      how: {
        linearUnit: 'millimeter';
        linearDeflectionType: 'absolute_value';
        linearDeflection: number;
        angularDeflection: number;
      },
    ): { success: boolean; meshes?: Body[] };
  }
  export default function occt(module: { locateFile: () => string }): Promise<Reader>;
}
