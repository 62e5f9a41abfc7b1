import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Plugin } from 'vite';

/** Styles are compiled in, not bundled, so the bundle's list of modules does not name where they come from. */
const stylePackages = ['tailwindcss', 'daisyui'];

/** Workers are bundled by themselves, and the list of modules does not name what is in them. */
const workerPackages = ['occt-import-js'];

/** The folder of the package that a file belongs to; undefined for our own. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\0', ''))?.[0];
}

/**
 * Writes third-party.txt beside the pages: every package with code or fonts in them, its version and its licence, a
 * line each. `buildplate licenses` prints it. A font's licence wants its whole text to go where the font goes: that
 * is OFL.txt; so does the one of what reads STEP files.
 */
export function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const folders = new Set([...stylePackages, ...workerPackages].map((name) => path.resolve('node_modules', name)));
      for (const chunk of Object.values(bundle)) {
        for (const file of chunk.type === 'chunk' ? Object.keys(chunk.modules) : chunk.originalFileNames) {
          const folder = packageFolder(file);
          if (folder) folders.add(path.resolve(folder));
        }
      }
      const lines = [...folders].map((folder) => {
        const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
          name: string;
          version: string;
          license?: string;
        };
        if (license?.startsWith('OFL')) {
          this.emitFile({
            type: 'asset',
            fileName: 'OFL.txt',
            source: readFileSync(path.join(folder, 'LICENSE'), 'utf8'),
          });
        }
        if (license === 'LGPL-2.1') {
          this.emitFile({
            type: 'asset',
            fileName: 'LGPL-2.1.txt',
            source: readFileSync(path.join(folder, 'dist', 'license.occt.txt'), 'utf8'),
          });
        }
        return `${name}\t${version}\t${license ?? licenceText(folder)}`;
      });
      this.emitFile({
        type: 'asset',
        fileName: 'third-party.txt',
        source: `${[...new Set(lines)].sort().join('\n')}\n`,
      });
    },
  };
}

/** The licence of a package that names it in its text alone. */
function licenceText(folder: string): string {
  const [title = ''] = readFileSync(path.join(folder, 'LICENSE'), 'utf8').split('\n');
  const name = /^(\S+) License/.exec(title)?.[1];
  if (!name) throw new Error(`${folder} does not say what its licence is`);
  return name;
}
