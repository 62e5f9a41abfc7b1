// Guards what a customer downloads before the 3D viewer: the scripts and styles of index.html and of the
// first page, with everything they import statically, compressed. Fails above the budget. The font is left out: it
// comes beside them, is kept for a year, and the page reads without it; its size is only told.
import { readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 150_000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const files = new Set();
const seen = new Set();
function collect(key) {
  if (seen.has(key)) return;
  seen.add(key);
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the manifest`);
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const imported of chunk.imports ?? []) collect(imported);
}
collect('index.html');
collect('src/features/cart/CartPage.svelte');

let total = 0;
for (const file of [...files].sort()) {
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  first load of customers, budget ${budget / 1000} kB`);
for (const { file, src } of Object.values(manifest)) {
  if (!src?.endsWith('latin-wght-normal.woff2')) continue;
  console.log(
    `${(statSync(new URL(file, dist)).size / 1000).toFixed(1).padStart(8)} kB  ${file}, the font, not counted`,
  );
}
if (total > budget) {
  console.error('The first load is over its budget.');
  process.exit(1);
}
