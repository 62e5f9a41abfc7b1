import { fileURLToPath } from 'node:url';

import boundaries from 'eslint-plugin-boundaries';

/** What belongs to no feature; each may import each. */
const base = ['api', 'lib', 'step', 'ui', 'upload', 'viewer'];

/**
 * The folders of src/features, under the names of the server's packages: each may import the base and the features
 * before it. The order is the server's (app/cli/imports_test.go) but for two: every staff page knows the session, so
 * that account comes before them; and the page of tasks stands among the settings, so that task comes after setting.
 */
const features = [
  'event',
  'account',
  'file',
  'setting',
  'task',
  'catalog',
  'client',
  'slice',
  'job',
  'cart',
  'billing',
  'card',
  'order',
  'ops',
];

/** What frames the pages of customers and of staff. No feature imports them. */
const shells = ['customer', 'staff', 'sheet'];

const may = (from, ...types) => ({
  from: { element: { type: from } },
  allow: { to: { element: { types: { anyOf: types } } } },
});

/** ESLint's rules on who imports whom in src. */
export default {
  files: ['src/**/*.ts', 'src/**/*.svelte'],
  plugins: { boundaries },
  settings: {
    'boundaries/root-path': fileURLToPath(new URL('..', import.meta.url)),
    'boundaries/elements': [
      ...[...base, ...shells].map((name) => ({ type: name, pattern: `src/${name}`, partialMatch: false })),
      ...features.map((name) => ({ type: name, pattern: `src/features/${name}`, partialMatch: false })),
    ],
    // The entry points and their style sheet, which stand in no folder.
    'boundaries/files': [{ category: 'entry', pattern: 'src/*.*' }],
    // Screens are loaded by routes with import().
    'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export'],
    'import/resolver': { node: { extensions: ['.ts', '.js', '.svelte'] } },
  },
  rules: {
    // A file in a folder that stands in no list above.
    'boundaries/no-unknown-files': 'error',
    'boundaries/no-unknown-dependencies': 'error',
    'boundaries/dependencies': [
      'error',
      {
        default: 'disallow',
        policies: [
          ...base.map((name) => may(name, ...base)),
          ...features.map((name, i) => may(name, ...base, ...features.slice(0, i + 1))),
          ...shells.map((name) => may(name, name, ...base, ...features)),
          {
            from: { file: { categories: 'entry' } },
            allow: [
              { to: { file: { categories: 'entry' } } },
              { to: { element: { types: { anyOf: [...base, ...shells] } } } },
            ],
          },
        ],
      },
    ],
  },
};
