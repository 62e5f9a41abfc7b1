import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Plugin } from 'vite';

/** Styles are compiled in, not bundled, so the bundle's list of modules does not name where they come from. */
const stylePackages = ['tailwindcss', 'daisyui'];

/**
 * Writes third-party.txt beside the pages: every package with code in them, its version and its licence, a line
 * each. `buildplate licenses` prints it.
 */
export function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const folders = new Set(stylePackages.map((name) => path.resolve('node_modules', name)));
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const id of Object.keys(chunk.modules)) {
          const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\0', ''));
          if (folder) folders.add(folder[0]);
        }
      }
      const lines = [...folders].map((folder) => {
        const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
          name: string;
          version: string;
          license?: string;
        };
        return `${name}\t${version}\t${license ?? 'see its source'}`;
      });
      this.emitFile({
        type: 'asset',
        fileName: 'third-party.txt',
        source: `${[...new Set(lines)].sort().join('\n')}\n`,
      });
    },
  };
}
