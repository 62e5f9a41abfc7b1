import { ESLint } from 'eslint';
import { readFileSync, readdirSync } from 'node:fs';
import { expect, it, vi } from 'vitest';

// Loading the plugins takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const eslint = new ESLint();

/** The rules that a file of this text would break, had it this path. */
async function broken(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

it('lets a feature import the base and the features before it', async () => {
  const text = `import { session } from '../account/session.svelte';
import { money } from '../../lib/format';

export const line = () => [session.me?.name, money(1)];
`;
  expect(await broken('src/features/order/line.ts', text)).toEqual([]);
});

it.each([
  ['a feature a later one', 'src/features/client/a.ts', '../order/checkout'],
  ['a feature a shell', 'src/features/client/a.ts', '../../staff/routes'],
  ['the base a feature', 'src/lib/a.ts', '../features/cart/state'],
  ['a shell the other', 'src/customer/a.ts', '../staff/routes'],
])('does not let %s import', async (_who, path, from) => {
  expect(await broken(path, `export * from '${from}';\n`)).toEqual(['boundaries/dependencies']);
  expect(await broken(path, `export const load = () => import('${from}');\n`)).toEqual(['boundaries/dependencies']);
});

it('has the order of the packages in Go, but for the account and the tasks', () => {
  const names = (path: string, list: RegExp, name: RegExp) =>
    [...(list.exec(readFileSync(path, 'utf8'))?.[1] ?? '').matchAll(name)].map((found) => found[1]!);
  const packages = names('../app/cli/imports_test.go', /var inOrder = \[\]string\{([^}]*)\}/, /"app\/(\w+)"/g);
  const features = names('scripts/boundaries.js', /const features = \[([^\]]*)\]/, /'(\w+)'/g);
  const inOrder = (all: string[]) => all.filter((name) => name !== 'account' && name !== 'task');
  expect(features.length).toBeGreaterThan(10);
  expect(inOrder(features)).toEqual(inOrder(packages.filter((name) => features.includes(name))));
  expect(features.filter((name) => !packages.includes(name))).toEqual([]);
});

it('sees imports in components', async () => {
  const text = `<script lang="ts">\n  import { emptyForm } from '../order/checkout';\n</script>\n\n{emptyForm.name}\n`;
  expect(await broken('src/features/client/A.svelte', text)).toEqual(['boundaries/dependencies']);
});

it('knows every folder', async () => {
  expect(await broken('src/features/gadget/a.ts', 'export const a = 1;\n')).toEqual(['boundaries/no-unknown-files']);
  expect(await broken('src/gadget/a.ts', 'export const a = 1;\n')).toEqual(['boundaries/no-unknown-files']);
  for (const name of readdirSync('src/features')) {
    expect(await broken(`src/features/${name}/a.ts`, 'export const a = 1;\n')).toEqual([]);
  }
});
